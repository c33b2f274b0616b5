"""What every program of the demo has in common: look, language, health and refusals."""

import secrets
from dataclasses import dataclass
from typing import Literal

from flask import Flask, Response, g, render_template, request

LANGUAGES = ("nl", "en")
LANGUAGE_COOKIE = "demo_language"


@dataclass(frozen=True, slots=True)
class Party:
    """Who a page speaks for."""

    kind: Literal["school", "supplier", "start"]
    name: str
    role: tuple[str, str]
    """In Dutch and in English."""


class Refused(Exception):
    """A request that is not granted; both sentences are shown to the visitor."""

    def __init__(self, nl: str, en: str, status: int = 400) -> None:
        super().__init__(en)
        self.nl = nl
        self.en = en
        self.status = status


NOT_FOUND = Refused("Deze pagina bestaat niet.", "This page does not exist.", 404)


def application(party: Party, cookie: str) -> Flask:
    """A Flask app with the demo's look.

    Cookies are shared by all ports of a host, so each program names its own.
    """
    app = Flask("demo")
    app.config.update(
        SECRET_KEY=secrets.token_bytes(32),
        SESSION_COOKIE_NAME=cookie,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=256 * 1024,
    )
    app.before_request(_choose_language)
    app.after_request(_finish)
    app.context_processor(lambda: {"party": party, "t": _either, "lang": g.lang})
    app.add_template_global(_language_address, "language_address")
    app.register_error_handler(Refused, _refuse)
    app.register_error_handler(404, lambda _error: _refuse(NOT_FOUND))
    app.add_url_rule("/healthz", "healthz", lambda: {"status": "ok"})
    return app


def _choose_language() -> None:
    asked = request.args.getlist("lang")[-1:]
    known = request.cookies.get(LANGUAGE_COOKIE)
    g.lang = next(
        (one for one in (*asked, known) if one in LANGUAGES),
        request.accept_languages.best_match(LANGUAGES, default="nl"),
    )


def _either(nl: str, en: str) -> str:
    return en if g.lang == "en" else nl


def _language_address(language: str) -> str:
    """The address of the page shown; the rest of its query stays as it is, as it may be signed."""
    kept = [one for one in request.query_string.decode().split("&") if not one.startswith("lang=")]
    return request.path + "?" + "&".join([*filter(None, kept), f"lang={language}"])


def _refuse(refusal: Refused) -> tuple[str, int]:
    return render_template("refused.html", refusal=refusal), refusal.status


def _finish(response: Response) -> Response:
    if g.get("lang") and "lang" in request.args:
        response.set_cookie(LANGUAGE_COOKIE, g.lang, samesite="Lax", httponly=True)
    response.headers["Content-Security-Policy"] = (
        "default-src 'self'; base-uri 'none'; frame-ancestors 'none'"
    )
    response.headers["X-Content-Type-Options"] = "nosniff"
    response.headers["Referrer-Policy"] = "no-referrer"
    if request.endpoint != "static":
        response.headers["Cache-Control"] = "no-store"
    return response
