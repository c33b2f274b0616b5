"""What a protocol wants to send, as an HTTP response."""

from flask import Response, make_response, render_template

from gateway.core.ports import AutoPost, Document, Redirect, Reply

# The form goes to another party, which may send the browser on: no form-action (CSP3 §6.4.1).
_AUTOPOST_POLICY = (
    "default-src 'none'; style-src 'self'; script-src 'self'; img-src 'self'; "
    "base-uri 'none'; frame-ancestors 'none'"
)


def render(reply: Reply) -> Response:
    match reply:
        case Redirect(address, status):
            return redirect(address, status)
        case AutoPost(action, fields):
            page = render_template("autopost.html", action=action, fields=fields)
            response = make_response(page)
            response.headers["Content-Security-Policy"] = _AUTOPOST_POLICY
            return response
        case Document(body, content_type, status, headers):
            return Response(body, status, dict(headers), content_type=content_type)


def redirect(address: str, status: int = 302) -> Response:
    """Straight on, with an empty page: nothing to render, nothing kept."""
    return Response(b"", status, {"Location": address})
