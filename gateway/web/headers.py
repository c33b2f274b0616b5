"""What every response says to the browser: nothing from elsewhere, no frames, nothing kept."""

from flask import Flask, Response, request

_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "connect-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'"
)
# A form to another party, which may send the browser on: no form-action (CSP3 §6.4.1).
FORM_ELSEWHERE = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self' data:; "
    "base-uri 'none'; frame-ancestors 'none'"
)
_ALWAYS = [
    ("X-Content-Type-Options", "nosniff"),
    ("Referrer-Policy", "no-referrer"),
    ("X-Frame-Options", "DENY"),
    ("Cross-Origin-Opener-Policy", "same-origin-allow-popups"),
    ("Permissions-Policy", "camera=(), geolocation=(), microphone=()"),
]
_HSTS = ("Strict-Transport-Security", "max-age=63072000; includeSubDomains")


def protect(app: Flask, *, secure: bool) -> None:
    """Add the headers to every response."""
    always = [*_ALWAYS, _HSTS] if secure else _ALWAYS

    @app.after_request
    def add(response: Response) -> Response:
        headers = response.headers
        headers.extend(always)
        headers.setdefault("Content-Security-Policy", _POLICY)
        if request.endpoint != "static":
            headers.setdefault("Cache-Control", "no-store")
        return response
