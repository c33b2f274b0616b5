"""A teacher goes to a tool to pick material, `/lti/pick?service=`, and makes links of it."""

import hmac
from dataclasses import dataclass
from typing import Any, cast
from urllib.parse import urlencode

from gateway.core.model import Brin, Json, JsonValue, Place, Release, Service, SupplierRequest
from gateway.core.ports import Begin, HttpRequest, Redirect
from gateway.errors import (
    NotATeacher,
    OtherBrowser,
    UnknownSchool,
    UnknownService,
    UnsupportedRequest,
)
from gateway.services import Parts

from .content_items import Item, item_in, item_out, publication
from .deep_linking import DeepLinking, pick_address
from .hints import Message
from .login import LoginInitiation
from .person import deployment_of, teaches
from .services import LtiServices
from .tool import Tool, tool_of

PICK, PICKED = "pick", "picked"
_MATERIALS = "/materials"
_PICKED_PAGE = "/materials/picked"
_FAILED_PAGE = f"{_PICKED_PAGE}?failed=1"
_MAKE_LINK = "/links/new"


@dataclass(frozen=True, slots=True)
class Picks:
    parts: Parts
    login: LoginInitiation
    deep_linking: DeepLinking
    services: LtiServices

    def begin(self, request: HttpRequest) -> Begin:
        """Raises UnknownService, UnsupportedRequest."""
        service = self.parts.registry.service(_first(request, "service"))
        if service.protocol != "lti":
            raise UnknownService(f"service {service.id} is no LTI tool")
        _picker(tool_of(service))
        return Begin(SupplierRequest(service.id, {"kind": PICK}), self._hinted(request))

    def _hinted(self, request: HttpRequest) -> Brin | None:
        """The school in `?school=`; one that we do not know is no hint."""
        try:
            return self.parts.registry.school(_first(request, "school")).brin
        except UnknownSchool:
            return None

    def to_tool(self, service: Service, release: Release) -> Redirect:
        """Raises NotATeacher."""
        _check_teaches(service, release)
        tool = tool_of(service)
        place = Place("", _picker(tool), way_back=pick_address(service.id))
        message = Message(place, release.session_index, picking=True)
        return Redirect(self.login.address(tool, message, deployment_of(service.id, release)))

    def brought_back(self, request: HttpRequest) -> Begin:
        """By a cross-site POST: what it brings waits for the teacher's own session."""
        picked = self.deep_linking.read(request)
        items: list[JsonValue] = [item_out(item) for item in picked.items]
        told: Json = {"person": picked.person, "items": items, "failed": picked.failed}
        return Begin(SupplierRequest(picked.tool.service.id, {"kind": PICKED, **told}))

    def titles(self, payload: Json) -> list[str]:
        """Of what was brought back."""
        items = (item_in(item) for item in cast("list[list[Any]]", payload["items"]))
        return [item.fragment.title for item in items]

    def keep(self, service: Service, payload: Json, release: Release) -> Redirect:
        """Into the catalogue, and on to where a link is made. Raises NotATeacher, OtherBrowser."""
        _check_teaches(service, release)
        if not hmac.compare_digest(str(payload["person"]), release.pseudonym):
            raise OtherBrowser("what another person picked", pick_address(service.id))
        items = [item_in(item) for item in cast("list[list[Any]]", payload["items"])]
        if not items:
            return Redirect(_FAILED_PAGE if payload.get("failed") else _MATERIALS)
        fragments = [item.fragment for item in items]
        kept = self.parts.catalogue.add(service.id, publication(tool_of(service), fragments))
        ids = [kept[item.fragment.key] for item in items]
        for item, fragment_id in zip(items, ids, strict=True):
            self._propose(service, release, item, fragment_id)
        self.parts.audit("lti.picked", service=service.id, fragments=len(ids))
        page = _PICKED_PAGE if len(ids) > 1 else _MAKE_LINK
        return Redirect(f"{page}?{urlencode({'fragment': ids}, doseq=True)}")

    def _propose(self, service: Service, release: Release, item: Item, fragment_id: str) -> None:
        """What the tool wants to score there, for the teacher's own school."""
        if item.line_item is None:
            return
        fragment = item.fragment
        place = Place(fragment_id, fragment.locator or "", fragment.title, fragment.custom)
        self.services.propose_line_item(service, release, place, item.line_item)


def _picker(tool: Tool) -> str:
    """Where the tool lets people pick; raises UnsupportedRequest for one that can not."""
    if tool.deep_linking_uri is None:
        raise UnsupportedRequest(f"service {tool.service.id} has no address for Deep Linking")
    return tool.deep_linking_uri


def _first(request: HttpRequest, name: str) -> str:
    return next(iter(request.args.getlist(name)), "")


def _check_teaches(service: Service, release: Release) -> None:
    if not teaches(release):
        raise NotATeacher(f"picking at service {service.id}")
