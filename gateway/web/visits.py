"""Who asks for the address of a link: a person on the way, or a machine that looks ahead.

Link previews and virus scanners are told by what they do, not by a list of names: browsers mark
a person's navigation (Fetch Metadata §2.2) and send their cookies; what does neither is shown a
small page that uses nothing up. An old browser goes on from there by itself.
"""

from flask import Request, Response, make_response, render_template, request

from gateway.core.model import School
from gateway.core.ports import Whereabouts
from gateway.core.resolve import is_valid
from gateway.web.headers import framed_anywhere

_GO_ON = "open"
_FRAMES = frozenset({"iframe", "frame", "embed", "object"})
_WRONG = 400


def is_ahead(request: Request) -> bool:
    """Whether a browser asks before its person does (HTML §7.4.2, Sec-Purpose)."""
    purpose = request.headers.get("Sec-Purpose") or request.headers.get("Purpose") or ""
    return "prefetch" in purpose


def is_person(request: Request) -> bool:
    """Whether somebody follows the link."""
    if request.method == "HEAD":
        return False
    if mode := request.headers.get("Sec-Fetch-Mode"):
        return mode == "navigate"
    return bool(request.cookies) or _GO_ON in request.args


def is_framed(request: Request) -> bool:
    """Whether the browser shows the answer in a frame (Fetch Metadata §2.1)."""
    return request.headers.get("Sec-Fetch-Dest") in _FRAMES


def nothing_yet() -> Response:
    """What is asked ahead; the browser asks again when its person comes."""
    return Response(b"", 204)


def out_of_frame(request: Request) -> Response:
    """In the frame of a learning environment no login of a school begins: identity providers
    refuse frames, and cookies are missing there. A new window goes on from the same address."""
    page = make_response(render_template("new_window.html", onward=request.full_path))
    page.headers.update(framed_anywhere())
    return page


def small_page(found: Whereabouts, school: School | None, now: float) -> Response:
    """Title and school where whoever made the link allowed it, while it works; and the way on."""
    shown = found.link.previewed and is_valid(found.link, now)
    page = render_template(
        "preview.html",
        link_title=_title(found) if shown else None,
        school_name=school.name if shown and school else None,
        onward=_onward(request),
    )
    return make_response(page)


def uses_up(response: Response) -> bool:
    """Whether an answer counts towards the limit of tries of an address: one that went wrong.
    What works does not, since a whole school may share an address."""
    return response.status_code >= _WRONG


def _title(found: Whereabouts) -> str | None:
    named = (found.link, found.fragment, found.material)
    return next((one.title for one in named if one and one.title), None)


def _onward(request: Request) -> str:
    """The same address with all that it brought, marked so that it goes on."""
    query = request.query_string.decode("ascii", "ignore")
    return "?" + "&".join(part for part in (query, f"{_GO_ON}=1") if part)
