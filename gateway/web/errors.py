"""Where every error ends: a plain page with what to do and a code, and a line in the log."""

import time
from collections.abc import Callable
from urllib.parse import quote

from flask import Flask, Response, make_response, render_template, request
from flask_babel import gettext
from flask_wtf.csrf import CSRFError
from werkzeug.exceptions import (
    HTTPException,
    MethodNotAllowed,
    RequestEntityTooLarge,
    TooManyRequests,
)
from werkzeug.exceptions import NotFound as HttpNotFound

from gateway.core.ports import AutoPost, Redirect, Reply
from gateway.errors import (
    BadInput,
    ForgedForm,
    GatewayError,
    NotFound,
    Restartable,
    SchoolError,
    TooLarge,
    TooMany,
)
from gateway.services import Parts
from gateway.web.api.problems import is_of_api, problem
from gateway.web.cookies import Cookies
from gateway.web.finish import ServiceRefused
from gateway.web.headers import FORM_ELSEWHERE, POLICY, policy_headers
from gateway.web.refusals import Stopped, refusal
from gateway.web.visits import is_framed

_OURS: dict[type[HTTPException], type[GatewayError]] = {
    CSRFError: ForgedForm,
    HttpNotFound: NotFound,
    MethodNotAllowed: BadInput,
    RequestEntityTooLarge: TooLarge,
    TooManyRequests: TooMany,
}


class ErrorPages:
    """Shows an error and writes down its cause, under a reference that both carry."""

    def __init__(self, parts: Parts, cookies: Cookies) -> None:
        self._parts = parts
        self._cookies = cookies

    def register(self, app: Flask) -> None:
        handlers: dict[type[Exception], Callable[[Exception], Response]] = {
            ServiceRefused: self._refused,
            GatewayError: self._known,
            HTTPException: self._http,
            Exception: self._unknown,
        }
        for kind, handler in handlers.items():
            app.register_error_handler(kind, handler)

    def _known(self, error: Exception) -> Response:
        assert isinstance(error, GatewayError)
        return self._page(error)

    def _refused(self, refused: Exception) -> Response:
        assert isinstance(refused, ServiceRefused)
        response = self._page(refused.error, stopped=refused.stopped, reply=refused.reply)
        if secret := refused.secret:
            self._cookies.begin_session(request, response, secret, refused.stopped.school)
        return response

    def _http(self, error: Exception) -> Response:
        assert isinstance(error, HTTPException)
        if error.response is not None:
            return make_response(error.response)
        if (error.code or 500) < 400:  # noqa: PLR2004  # a redirect of the router
            return make_response(error.get_response())
        kind = next((ours for theirs, ours in _OURS.items() if isinstance(error, theirs)), BadInput)
        return self._page(kind(f"HTTP {error.code} {error.name}"), http=error)

    def _unknown(self, error: Exception) -> Response:
        return self._page(GatewayError(f"{type(error).__name__}"), cause=error)

    def _page(
        self,
        error: GatewayError,
        *,
        stopped: Stopped | None = None,
        reply: Reply | None = None,
        cause: Exception | None = None,
        http: HTTPException | None = None,
    ) -> Response:
        reference = self._parts.random(6)
        self._parts.audit(
            "error",
            code=error.code,
            kind=type(error).__name__,
            reference=reference,
            detail=error.detail,
            endpoint=request.endpoint or "",
            **({"trace": _where(cause)} if cause else {}),
        )
        self._count(error, stopped)
        if is_of_api():
            return problem(error, reference, http)
        stopped = stopped or Stopped(_link_path())
        service, framed = stopped.service, is_framed(request)
        page = render_template(
            "error.html",
            error_title=gettext(error.title),
            advice=gettext(error.advice),
            mender=error.mender.value,
            code=error.code,
            reference=reference,
            time=time.strftime("%Y-%m-%d %H:%M"),
            restart=error.restart if isinstance(error, Restartable) else None,
            framed=framed,
            service_name=service.name if service else None,
            refusal=refusal(error, stopped, self._parts.registry),
            back_link=reply.address if isinstance(reply, Redirect) else None,
            back_form=reply if isinstance(reply, AutoPost) else None,
        )
        response = make_response(page, error.status)
        policy = FORM_ELSEWHERE if isinstance(reply, AutoPost) else POLICY
        response.headers.update(policy_headers(policy, framed=framed))
        return response

    def _count(self, error: GatewayError, stopped: Stopped | None) -> None:
        """A login that failed, where its school or its service is known."""
        if stopped and stopped.service:
            self._parts.ledger.count(stopped.school or "", stopped.service.id, error.code)
        elif isinstance(error, SchoolError) and error.school:
            self._parts.ledger.count(error.school, error.service_id, error.code)


def _link_path() -> str | None:
    """The path of the link that is being followed."""
    code = (request.view_args or {}).get("code")
    return f"/d/{quote(code, safe='')}" if code and request.blueprint == "links" else None


def _where(error: Exception) -> list[str]:
    """The places of an unforeseen error: files, lines and functions, never values."""
    places, step = [], error.__traceback__
    while step:
        code = step.tb_frame.f_code
        places.append(f"{code.co_filename.rpartition('/')[2]}:{step.tb_lineno} {code.co_name}")
        step = step.tb_next
    return places[-12:]
