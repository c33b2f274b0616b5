"""The language of a page: as the address asks, as remembered, as the browser asks; else Dutch."""

from collections.abc import Iterable
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple

from flask import Flask, Request, Response, request
from flask_babel import Babel, get_locale
from werkzeug.datastructures import LanguageAccept
from werkzeug.http import parse_accept_header

from gateway.core.days import ZONE
from gateway.web.application import this_request

LANGUAGES = {"nl": "Nederlands", "en": "English"}
DEFAULT = "nl"
PARAMETER = "lang"
COOKIE = "kp_lang"
COOKIE_SECONDS = 365 * 24 * 3600
CATALOGUES = Path(__file__).parent / "translations"
# An address that brings a school's answer is good for one visit: not for another language.
ONE_VISIT = frozenset({"code", "error", "SAMLResponse"})


class LanguageLink(NamedTuple):
    """A link to the same page in a language."""

    code: str
    name: str
    address: str
    current: bool


def init(app: Flask, *, secure_cookie: bool) -> None:
    """Translate the pages of `app`; templates get `language()` and `language_links(request)`."""
    Babel(
        app,
        default_locale=DEFAULT,
        default_timezone=ZONE,
        default_translation_directories=str(CATALOGUES),
        locale_selector=lambda: chosen(request),
    )
    app.jinja_env.globals.update(language=_language, language_links=language_links)

    @app.after_request
    def remember(response: Response) -> Response:
        if (asked := _asked(this_request())) in LANGUAGES:
            response.set_cookie(
                COOKIE, asked, COOKIE_SECONDS, secure=secure_cookie, httponly=True, samesite="Lax"
            )
        return response


def suggest(request: Request, response: Response, wishes: Iterable[str], *, secure: bool) -> None:
    """Remember, until the browser closes, the language that a service says a person reads; what
    the person chose here goes before it."""
    wished = (tag.partition("-")[0].lower() for tag in wishes)
    found = next((tag for tag in wished if tag in LANGUAGES), None)
    if found and COOKIE not in request.cookies:
        response.set_cookie(COOKIE, found, secure=secure, httponly=True, samesite="Lax")


def chosen(request: Request) -> str:
    """Choose the language of the answer to a request."""
    for wish in (_asked(request), request.cookies.get(COOKIE, "")):
        if wish in LANGUAGES:
            return wish
    return _preferred(request.headers.get("Accept-Language", ""))


@lru_cache(maxsize=64)
def _preferred(accepted: str) -> str:
    """By an Accept-Language (RFC 9110 §12.5.4), of which a whole school sends the same."""
    wishes = parse_accept_header(accepted, LanguageAccept)
    tags = (tag.partition("-")[0].lower() for tag, worth in wishes if worth)
    return next((tag for tag in tags if tag in LANGUAGES), DEFAULT)


def _asked(request: Request) -> str:
    """Read from the address; most have a long query and no language in it."""
    return request.args.get(PARAMETER, "") if b"lang=" in request.query_string else ""


def language_links(request: Request) -> list[LanguageLink]:
    """Link to the page in each language, with the same query; none when it can not be had twice."""
    if request.method not in {"GET", "HEAD"} or not ONE_VISIT.isdisjoint(request.args):
        return []
    # As it came, byte for byte: a signature may cover it. Without the path, it stays on this site.
    parts = request.query_string.decode("ascii", "ignore").split("&")
    kept = [part for part in parts if part and part.partition("=")[0] != PARAMETER]
    return [
        LanguageLink(
            code, name, "?" + "&".join([*kept, f"{PARAMETER}={code}"]), code == _language()
        )
        for code, name in LANGUAGES.items()
    ]


def _language() -> str:
    locale = get_locale()
    return str(locale.language) if locale else DEFAULT
