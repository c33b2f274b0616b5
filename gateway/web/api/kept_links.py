"""A school's own links by the API: see them, change one, and take over those of who left."""

from dataclasses import dataclass, replace

from flask import Response, request

from gateway.core.api_tokens import Scope
from gateway.core.link_state import state_by
from gateway.core.makers import maker_with
from gateway.core.model import Link, School
from gateway.core.ports import Whereabouts
from gateway.errors import ContentRefused, Fault, UnknownLink
from gateway.services import Parts
from gateway.web.api.bodies import answer, json_body
from gateway.web.api.callers import Callers
from gateway.web.api.kept_link_form import (
    LinkChange,
    LinkKept,
    LinksKept,
    TakenOver,
    read_change,
    read_takeover,
)

_PAGE = 200
_PAGES = 10_000


@dataclass(frozen=True, slots=True)
class KeptLinksApi:
    parts: Parts
    callers: Callers

    def list(self) -> Response:
        """`?page=`, from 1."""
        school, _ = self.callers.school(Scope.LINKS_READ)
        number = min(max(request.args.get("page", 1, int), 1), _PAGES)
        first = (number - 1) * _PAGE
        found = self.parts.links.of_school(school.brin, range(first, first + _PAGE + 1))
        onward = f"/api/v1/links?page={number + 1}" if len(found) > _PAGE else None
        page = LinksKept(links=[self._kept(each) for each in found[:_PAGE]], next=onward)
        return answer(page.model_dump(mode="json"))

    def change(self, code: str) -> Response:
        """Raises UnknownLink, also for a link of another school."""
        school, _ = self.callers.school(Scope.LINKS_WRITE)
        change = read_change(json_body(self.parts.settings.body_bytes), self.parts.clock())
        link = self._changed(self._own(school, code), change)
        self.parts.links.replace(link)
        self.parts.audit("link.changed", service=link.service_id, school=school.brin, by="api")
        return answer(self._kept(self.parts.links.find(code)).model_dump(mode="json"))

    def take_over(self) -> Response:
        """Raises ContentRefused for a mark of nobody at the school."""
        school, _ = self.callers.school(Scope.LINKS_WRITE)
        form = read_takeover(json_body(self.parts.settings.body_bytes))
        makers = self.parts.links.makers(school.brin)
        leaves = maker_with(form.leaves, school.brin, makers)
        stays = maker_with(form.stays, school.brin, makers)
        if leaves is None or stays is None:
            place = "/to" if leaves else "/from"
            raise ContentRefused([Fault(place, "nobody at this school made a link with this mark")])
        if leaves == stays:
            raise ContentRefused([Fault("/to", "it is the mark of the same maker")])
        count = self.parts.links.hand_over(school.brin, leaves, stays)
        self.parts.audit("links.taken_over", school=school.brin, links=count, by="api")
        return answer(TakenOver(links=count).model_dump())

    def _own(self, school: School, code: str) -> Link:
        link = self.parts.links.find(code).link
        if link.school != school.brin:
            raise UnknownLink(f"a link of another school than {school.brin}")
        return link

    def _changed(self, link: Link, change: LinkChange) -> Link:
        stopped_at = link.stopped_at
        if change.stopped is not None:
            stopped_at = (stopped_at or int(self.parts.clock())) if change.stopped else None
        return replace(
            link,
            title=link.title if change.title is None else change.title,
            note=link.note if change.note is None else change.note,
            valid_until=change.valid_until or link.valid_until,
            stopped_at=stopped_at,
        )

    def _kept(self, found: Whereabouts) -> LinkKept:
        return LinkKept.of(found, state_by(self.parts.registry, found, self.parts.clock()))
