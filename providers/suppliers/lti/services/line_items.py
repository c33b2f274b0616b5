"""Line items: the columns of a tool's gradebook (AGS §3.2)."""

import hashlib
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from gateway.core.grades import LineItem, Wanted
from gateway.core.ports import Document
from gateway.services import Parts

from .addresses import Addresses
from .answers import (
    NO_STORE,
    ServiceError,
    as_number,
    document,
    needed_text,
    number,
    read_object,
    text,
)
from .contexts import Call
from .paging import read_page

_ONE = "application/vnd.ims.lis.v2.lineitem+json"
_SEVERAL = "application/vnd.ims.lis.v2.lineitemcontainer+json"
_MOST = 10_000  # of one tool at one school
_LABEL_LIMIT = 1000
_FILTERS = {"resource_link_id": "place_id", "resource_id": "resource_id", "tag": "tag"}


@dataclass(frozen=True, slots=True)
class LineItems:
    parts: Parts
    addresses: Addresses

    def show_all(self, call: Call) -> Document:
        """The container, filtered (AGS §3.2.4, §3.2.5)."""
        context, page = call.context, read_page(call.request, _FILTERS)
        wanted = Wanted(**{_FILTERS[name]: value for name, value in page.filters.items()})
        found = self.parts.gradebook.items(
            context.service.id, context.school, wanted, page.after, page.limit + 1
        )
        shown = found[: page.limit]
        more = len(found) > page.limit
        container = self.addresses.line_items(context.id)
        headers = page.next_link(container, shown[-1].id) if more else {}
        return document([self._out(call, item) for item in shown], _SEVERAL, headers=headers)

    def create(self, call: Call) -> Document:
        context, record = call.context, read_object(call.request, _ONE)
        if self.parts.gradebook.count(context.service.id, context.school) >= _MOST:
            raise ServiceError(403, f"there are {_MOST} line items already; remove some")
        item = line_item_of(
            record, LineItem(self.new_id(), context.service.id, context.school, "", 0)
        )
        self.parts.gradebook.add(item)
        self._audit("added", call)
        headers = {"Location": self.addresses.line_item(context.id, item.id)}
        return document(self._out(call, item), _ONE, 201, headers)

    def show(self, call: Call) -> Document:
        return document(self._out(call, self.of(call)), _ONE)

    def change(self, call: Call) -> Document:
        """The whole line item anew; it stays with its place when it names none."""
        changed = line_item_of(read_object(call.request, _ONE), self.of(call))
        if not self.parts.gradebook.replace(changed):
            raise _gone()
        self._audit("changed", call)
        return document(self._out(call, changed), _ONE)

    def remove(self, call: Call) -> Document:
        context, item = call.context, self.of(call)
        self.parts.gradebook.remove(context.service.id, context.school, item.id)
        self._audit("removed", call)
        return Document(b"", _ONE, 204, NO_STORE)

    def of(self, call: Call) -> LineItem:
        """The line item of the address; another tool's or school's is not there."""
        context, name = call.context, call.variable("item")
        known = name.isascii() and name.isalnum()
        item = known and self.parts.gradebook.item(context.service.id, context.school, name)
        if not item:
            raise _gone()
        return item

    def new_id(self) -> str:
        """128 bits, 48 of them the time, so that the order of ids is that of their making."""
        drawn = hashlib.sha256(self.parts.random().encode()).hexdigest()
        return f"{int(self.parts.clock() * 1000):012x}{drawn[:20]}"

    def _out(self, call: Call, item: LineItem) -> dict[str, Any]:
        record = {
            "id": self.addresses.line_item(call.context.id, item.id),
            "label": item.label,
            "scoreMaximum": as_number(item.maximum),
            "resourceLinkId": item.place_id,
            "resourceId": item.resource_id,
            "tag": item.tag,
            "startDateTime": item.starts_at,
            "endDateTime": item.ends_at,
        }
        return {name: value for name, value in record.items() if value is not None}

    def _audit(self, change: str, call: Call) -> None:
        context = call.context
        facts = {"service": context.service.id, "school": context.school}
        self.parts.audit(f"lti.line_item_{change}", **facts)


def line_item_of(record: Mapping[str, Any], old: LineItem) -> LineItem:
    """What a tool wrote, in the place of `old` (AGS §3.2.8); raises ServiceError 400."""
    maximum = number(record, "scoreMaximum")
    if not maximum:
        raise ServiceError(400, "scoreMaximum must be a number above 0")
    return replace(
        old,
        label=needed_text(record, "label", _LABEL_LIMIT),
        maximum=maximum,
        place_id=text(record, "resourceLinkId") or old.place_id,
        resource_id=text(record, "resourceId"),
        tag=text(record, "tag"),
        starts_at=_time(record, "startDateTime"),
        ends_at=_time(record, "endDateTime"),
    )


def _time(record: Mapping[str, Any], name: str) -> str | None:
    value = text(record, name, 64)
    if value is None:
        return None
    try:
        zoned = datetime.fromisoformat(value).tzinfo is not None
    except ValueError:
        zoned = False
    if not zoned:
        raise ServiceError(400, f"{name} must be a time with its zone (ISO 8601)")
    return value


def _gone() -> ServiceError:
    return ServiceError(404, "there is no such line item of this tool in this context")
