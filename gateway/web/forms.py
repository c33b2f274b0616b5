"""The signed cookie behind the tokens of our own forms; read only where there is one."""

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface


class FormSession(SecureCookieSessionInterface):
    """Spares the many requests without a form the making of a signer."""

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
