"""What a teacher picked at a tool, as fragments of a material (LTI Deep Linking §3)."""

import hashlib
import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from gateway.core.links import is_target
from gateway.core.materials import PICKS, Publication, PublishedFragment
from gateway.core.model import Json, JsonValue
from gateway.core.publishing import problems
from gateway.errors import ContentRefused, MalformedRequest, UnregisteredAddress, UnsupportedRequest

from .message import ACCEPTED_TYPES
from .tool import Tool

_MOST = 50
_TITLE_LENGTH = 200
_CUSTOM_LENGTH = 4000
_TIMES = "startDateTime", "endDateTime"
_NO_TEXT = re.compile(r"\x00|\\u0000|[\ud800-\udfff]")


@dataclass(frozen=True, slots=True)
class Item:
    """A content item, as a fragment; `line_item` is what the tool wants to score there."""

    fragment: PublishedFragment
    line_item: Json | None = None


def read_items(items: JsonValue, tool: Tool) -> tuple[Item, ...]:
    """Content items, each once; raises SupplierError, ContentRefused."""
    if items is None:
        return ()
    if not isinstance(items, list) or len(items) > _MOST:
        raise MalformedRequest(f"content_items is no list of {_MOST} at most")
    found = {item.fragment.key: item for item in (_item(each, tool) for each in items)}
    published = publication(tool, [item.fragment for item in found.values()])
    if faults := problems(tool.service, published):
        raise ContentRefused(faults)
    return tuple(found.values())


def item_out(item: Item) -> list[JsonValue]:
    """As it waits in a flow for the teacher."""
    part = item.fragment
    return [part.key, part.title, part.kind, part.locator, part.custom, item.line_item]


def item_in(record: list[Any]) -> Item:
    key, title, kind, locator, custom, line_item = record
    return Item(PublishedFragment(key, title, kind, locator, custom=custom), line_item)


def publication(tool: Tool, fragments: Sequence[PublishedFragment]) -> Publication:
    return Publication(key=PICKS, title=tool.service.name, parts=tuple(fragments))


def _item(item: JsonValue, tool: Tool) -> Item:
    if not isinstance(item, dict) or item.get("type") not in ACCEPTED_TYPES:
        raise UnsupportedRequest(f"a content item that is none of {', '.join(ACCEPTED_TYPES)}")
    address, custom = _address(item, tool), _custom(item)
    fragment = PublishedFragment(
        key=_key(address, custom),
        title=_title(item) or tool.service.name,
        kind="exercise" if item["type"] == "ltiResourceLink" else "link",
        locator=address,
        custom=custom,
    )
    return Item(fragment, _line_item(item))


def _address(item: Json, tool: Tool) -> str:
    """Without one, the tool's own target (§3.2); it must lie in what the tool registered."""
    address = item.get("url") or tool.target_link_uri
    if not isinstance(address, str):
        raise MalformedRequest("a content item without an address")
    if not is_target(tool.service, address):
        raise UnregisteredAddress(f"a content item of service {tool.service.id}")
    return address


def _custom(item: Json) -> dict[str, str]:
    custom = item.get("custom") or {}
    if not isinstance(custom, dict) or len(json.dumps(custom)) > _CUSTOM_LENGTH:
        raise MalformedRequest("custom of a content item is no small map")
    if not all(
        isinstance(text, str) and _is_text(text) for pair in custom.items() for text in pair
    ):
        raise MalformedRequest("a custom parameter that is no text")
    return {name: str(value) for name, value in custom.items()}


def _line_item(item: Json) -> Json | None:
    """What it asks of the gradebook (§3.2), judged there; it takes scores in the time for which
    the item takes work."""
    line_item, submission = item.get("lineItem"), item.get("submission")
    if not isinstance(line_item, dict):
        return None
    between = submission if isinstance(submission, dict) else {}
    line_item = {name: between[name] for name in _TIMES if name in between} | line_item
    text = json.dumps(line_item, ensure_ascii=False)
    return line_item if _is_text(text) and len(text) <= _CUSTOM_LENGTH else None


def _is_text(text: str) -> bool:
    """Without what no database keeps: NUL, also as JSON writes it, and half a character."""
    return not _NO_TEXT.search(text)


def _title(item: Json) -> str:
    """One line of plain text, whatever the tool sent."""
    title = item.get("title")
    if not isinstance(title, str):
        return ""
    seen = "".join(letter if letter.isprintable() else " " for letter in title)
    return " ".join(seen.split())[:_TITLE_LENGTH]


def _key(address: str, custom: Json) -> str:
    """The same pick has the same name, whoever picks it and whenever."""
    text = json.dumps([address, sorted(custom.items())], ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()[:32]
