"""What a protocol wants to send, as an HTTP response."""

from functools import cache

from flask import Response, render_template, request
from markupsafe import Markup, escape

from gateway.core.ports import AutoPost, Document, Redirect, Reply
from gateway.web import languages
from gateway.web.headers import FORM_ELSEWHERE

_FORM = Markup("<!--form-->")


def render(reply: Reply) -> Response:
    match reply:
        case Redirect(address, status):
            return redirect(address, status)
        case AutoPost():
            headers = {"Content-Security-Policy": FORM_ELSEWHERE}
            return Response(_autopost(reply), 200, headers, content_type="text/html; charset=utf-8")
        case Document(body, content_type, status, headers):
            return Response(body, status, dict(headers), content_type=content_type)


def redirect(address: str, status: int = 302) -> Response:
    """Straight on, with an empty page: nothing to render, nothing kept."""
    return Response(b"", status, {"Location": address})


def _autopost(reply: AutoPost) -> str:
    """Each SAML login has this page, so all but its form is rendered once a language."""
    before, after = _shell(languages.chosen(request))
    fields = "".join(
        f'<input type="hidden" name="{escape(name)}" value="{escape(value)}">'
        for name, value in reply.fields.items()
    )
    return f'{before}<form method="post" action="{escape(reply.action)}">{fields}{after}'


@cache
def _shell(language: str) -> tuple[str, str]:  # noqa: ARG001  # the page follows the request's
    before, _, after = render_template("autopost.html", form=_FORM).partition(_FORM)
    return before, after
