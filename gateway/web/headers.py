"""What every response says to the browser: nothing from elsewhere, no frames, nothing kept."""

import re
from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, Any, TypeAlias

from flask import Flask

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment

_Headers: TypeAlias = list[tuple[str, str]]
_Write: TypeAlias = Callable[[bytes], object]

POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A form to another party, which may send the browser on: no form-action (CSP3 §6.4.1).
FORM_ELSEWHERE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
# The same on a page that asks us something meanwhile.
WITH_FORM_ELSEWHERE = POLICY.replace("form-action 'self'; ", "")
_ORIGIN = re.compile(r"https?://[A-Za-z0-9.:\[\]-]+")  # else it could add a directive
_ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("Cross-Origin-Opener-Policy", "same-origin-allow-popups"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
_DEFAULTS = [("Content-Security-Policy", POLICY), ("X-Frame-Options", "DENY")]
_HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def policy_headers(policy: str, *, framed: bool) -> dict[str, str]:
    """For a page with this policy; `framed`: it is shown in a page of ours, and in no other."""
    if not framed:
        return {"Content-Security-Policy": policy}
    policy = policy.replace("frame-ancestors 'none'", "frame-ancestors 'self'")
    return {"Content-Security-Policy": policy, "X-Frame-Options": "SAMEORIGIN"}


def framed_anywhere() -> dict[str, str]:
    """For a page that any site may show in a frame: it says nothing of anybody, and offers a new
    window alone. Where `frame-ancestors` is there, X-Frame-Options does not count (CSP3 §6.4.2)."""
    return {
        "Content-Security-Policy": POLICY.replace("frame-ancestors 'none'", "frame-ancestors *")
    }


def framing_headers(origins: Iterable[str], policy: str = POLICY) -> dict[str, str]:
    """For a page of ours around pages of another party, who asks us who it is in between."""
    plain = [origin for origin in dict.fromkeys(origins) if _ORIGIN.fullmatch(origin)]
    return {"Content-Security-Policy": " ".join([f"{policy}; frame-src 'self'", *plain])}


def protect(app: Flask, *, secure: bool) -> None:
    """Add the headers to every response, below the framework: it takes a tenth of the time."""
    always = [*_ALWAYS, _HSTS] if secure else _ALWAYS
    inner = app.wsgi_app

    def protected(environ: "WSGIEnvironment", start_response: "StartResponse") -> Iterable[bytes]:
        def start(status: str, headers: _Headers, *error: Any) -> _Write:
            said = {name for name, _ in headers}
            headers += always
            headers += [default for default in _DEFAULTS if default[0] not in said]
            if "Cache-Control" not in said and not environ["PATH_INFO"].startswith("/static/"):
                headers.append(("Cache-Control", "no-store"))
            return start_response(status, headers, *error)

        return inner(environ, start)

    app.wsgi_app = protected  # type: ignore[method-assign]
