"""The signed cookie behind the tokens of our own forms; read only where there is one."""

from typing import cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin


class FormSession(SecureCookieSessionInterface):
    """Spares the many requests without a form the making of a signer, and the saving."""

    def is_null_session(self, obj: object) -> bool:
        """Whether there is nothing to save: nobody looked at it."""
        session = cast("SessionMixin", obj)
        return not session.accessed and not session.modified

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        if self.get_cookie_name(app) not in request.cookies:
            return self.session_class()
        return super().open_session(app, request)
