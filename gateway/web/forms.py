"""The tokens of our own forms, and the signed cookie behind them; read only where there is one."""

from typing import cast

from flask import Flask, Request
from flask.sessions import SecureCookieSession, SecureCookieSessionInterface, SessionMixin
from flask_wtf.csrf import CSRFProtect

from gateway.web.application import this_request


def protect_forms(app: Flask) -> CSRFProtect:
    """Refuse a request that may change something and has no token, but for what is exempt."""
    app.config["WTF_CSRF_CHECK_DEFAULT"] = False  # it would ask each GET what it is exempt of
    csrf = CSRFProtect(app)
    changing = app.config["WTF_CSRF_METHODS"]

    def check() -> None:
        if this_request().method in changing:
            csrf.protect(apply_exemptions=True)

    app.before_request(check)
    return csrf


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
