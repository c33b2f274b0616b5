"""A tool that is shown in a page of ours: `/lti/frame?id=`, or `&window=1` without it.

The page has an address of its own, so that it can be loaded again: each time it begins a new
login at the tool. It is for the person who was led to it alone.
"""

import hmac
import json
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from gateway.core.links import origin
from gateway.core.model import Json, Place, Release, Service, SupplierRequest
from gateway.core.ports import Begin, Frame, HttpRequest, Redirect
from gateway.errors import FlowLost, OtherBrowser
from gateway.services import Parts

from .hints import Message, place_in, place_out
from .login import LoginInitiation
from .person import deployment_of
from .tool import Tool, tool_of

FRAME_PATH = "/lti/frame"
SHOW = "frame"
_START_PAGE = "/"


@dataclass(frozen=True, slots=True)
class Frames:
    parts: Parts
    login: LoginInitiation

    def lead_to(self, tool: Tool, place: Place, release: Release) -> Redirect:
        """To the page around the tool. Cost: one write."""
        name = self.parts.random()
        record = [tool.service.id, place_out(place), release.pseudonym]
        lifetime = self.parts.settings.session_seconds
        self.parts.state.put(_key(name), json.dumps(record).encode(), lifetime)
        return Redirect(_address(name))

    def begin(self, request: HttpRequest) -> Begin:
        """Raises FlowLost."""
        name, window = (next(iter(request.args.getlist(each)), "") for each in ("id", "window"))
        data = self.parts.state.get(_key(name))
        if data is None:
            raise FlowLost("a frame that is unknown or too old", _START_PAGE)
        service_id, place, person = json.loads(data)
        elsewhere = None if window else _address(name) + "&window=1"
        payload: Json = {"kind": SHOW, "place": place, "person": person, "window": elsewhere}
        return Begin(SupplierRequest(service_id, payload))

    def show(self, service: Service, payload: Json, release: Release) -> Frame | Redirect:
        """The page, or the tool itself. Raises OtherBrowser for another person."""
        tool, place = tool_of(service), place_in(cast("list[Any]", payload["place"]))
        if not hmac.compare_digest(str(payload["person"]), release.pseudonym):
            raise OtherBrowser("a frame of another person", place.way_back)
        window = payload["window"]
        message = Message(place, release.session_index, framed=window is not None)
        address = self.login.address(tool, message, deployment_of(service.id, release))
        if window is None:
            return Redirect(address)
        return Frame(place.title or service.name, address, str(window), _origins(tool, place))


def _origins(tool: Tool, place: Place) -> tuple[str, ...]:
    """Where the tool may move in the frame: its own registered addresses."""
    addresses = (tool.initiate_login_uri, *tool.redirect_uris, place.target, *tool.service.targets)
    return tuple(dict.fromkeys(origin(address) for address in addresses))


def _address(name: str) -> str:
    return f"{FRAME_PATH}?{urlencode({'id': name})}"


def _key(name: str) -> str:
    return f"lti-frame:{name}"
