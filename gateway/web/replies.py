"""What a protocol wants to send, as an HTTP response."""

from collections.abc import Iterable, Mapping
from functools import cache
from typing import TYPE_CHECKING

from flask import Response, render_template, request
from markupsafe import Markup, escape

from gateway.core.ports import AutoPost, Document, Frame, Redirect, Reply
from gateway.web import languages
from gateway.web.headers import FORM_ELSEWHERE, framing_headers, policy_headers

_FORM = Markup("<!--form-->")
_HTML = "text/html; charset=utf-8"
_OF_URIS = bytes(set(range(0x21, 0x7F)) - set(b'"<>\\^`{|}'))  # RFC 3986 §2

if TYPE_CHECKING:
    from _typeshed.wsgi import StartResponse, WSGIEnvironment


class _AsItIs(Response):
    """With a body of bytes and no address but a URI, all is said as it is: the framework would
    take each address apart and put it together, and make the server ask for the body piece by
    piece."""

    def __call__(
        self, environ: "WSGIEnvironment", start_response: "StartResponse"
    ) -> Iterable[bytes]:
        if self.status_code in {204, 304} or environ["REQUEST_METHOD"] == "HEAD":
            return super().__call__(environ, start_response)
        start_response(self.status, self.headers.to_wsgi_list())
        return [self.get_data()]


def render(reply: Reply) -> Response:
    match reply:
        case Redirect(address, status):
            return redirect(address, status)
        case AutoPost(action, fields, framed):
            return _form("post", action, fields, framed=framed)
        case Frame(title, address, window, origins):
            page = render_template("frame.html", title=title, address=address, window=window)
            return Response(page, 200, framing_headers(origins), content_type=_HTML)
        case Document(body, content_type, status, headers):
            return _answer(body, status, dict(headers), content_type)


def redirect(address: str, status: int = 302) -> Response:
    """Straight on, with an empty page: nothing to render, nothing kept."""
    return _answer(b"", status, {"Location": address})


def go_on(path: str) -> Response:
    """A page of ours that goes on to a path of ours by itself. In a frame that another party sent
    here, the request of such a page carries our cookies, where one of a redirect does not."""
    return _form("get", path, {}, framed=True)


def _form(method: str, action: str, fields: Mapping[str, str], *, framed: bool) -> Response:
    """Each SAML login has this page, so all but its form is rendered once a language."""
    before, after = _shell(languages.chosen(request))
    inputs = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in fields.items()
    )
    form = f'<form method="{method}" action="{escape(action)}">{inputs}'
    headers = policy_headers(FORM_ELSEWHERE, framed=framed)
    return _answer(before + form.encode() + after, 200, headers)


def _answer(
    body: bytes | str, status: int, headers: dict[str, str], content_type: str = _HTML
) -> Response:
    kind = _AsItIs if _is_uri(headers.get("Location", "")) else Response
    return kind(body, status, headers, content_type=content_type)


@cache
def _shell(language: str) -> tuple[bytes, bytes]:  # noqa: ARG001  # the page follows the request's
    before, _, after = render_template("autopost.html", form=_FORM).partition(_FORM)
    return before.encode(), after.encode()


def _is_uri(text: str) -> bool:
    return not text.encode(errors="surrogatepass").translate(None, _OF_URIS)
