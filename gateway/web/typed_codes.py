"""Typing a code: `/d`; and the one address of a link, however its code was typed."""

from flask import Blueprint, Response, make_response, render_template, request, url_for

from gateway.core.codes import can_be_code, normalise
from gateway.web.headers import FORM_ELSEWHERE, policy_headers
from gateway.web.replies import redirect

_WRONG = 422
_TYPED = 200
_FIELD = "typed"  # `code` would be the answer of a login: `languages.ONE_VISIT`


def typed_codes() -> Blueprint:
    pages = Blueprint("typed_codes", __name__)

    @pages.get("/d")
    def typed() -> Response:
        """`?typed=`: on to the link, in any case, with spaces or dashes."""
        text = request.args.get(_FIELD, "")[:_TYPED]
        code = normalise(text)
        if code and can_be_code(code):
            return redirect(f"/d/{code}", 303)
        is_wrong = _FIELD in request.args
        page = render_template("code.html", typed=text, is_wrong=is_wrong)
        # Its form ends at the material or the school, for whom no page of ours comes between.
        policy = policy_headers(FORM_ELSEWHERE, framed=False)
        return make_response(page, _WRONG if is_wrong else 200, policy)

    return pages


def lead_to_one_address(pages: Blueprint) -> None:
    """Let the pages of links have each code written one way, as it was made."""

    @pages.before_request
    def one_address() -> Response | None:
        typed = (request.view_args or {}).get("code", "")
        code = normalise(typed)
        if code == typed or not can_be_code(code):
            return None
        query = request.query_string.decode("ascii", "ignore")
        address = url_for(request.endpoint or "", code=code)
        return redirect(f"{address}?{query}" if query else address)
