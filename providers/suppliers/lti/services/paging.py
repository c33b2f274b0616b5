"""Containers by pages: `limit`, and the next page in a Link header (RFC 8288, AGS §3.2.6).

The address of a next page holds all that was asked in one lower-case word, since there are
tools that read Link headers in lower case.
"""

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass

from gateway.core.ports import HttpRequest

from .answers import ServiceError, is_storable

_MOST = 1000
_LENGTH_LIMIT = 1000


@dataclass(frozen=True, slots=True)
class Page:
    """A part of a container: what is behind `after`, at most `limit`, for these filters."""

    after: str
    limit: int
    filters: Mapping[str, str]

    def next_link(self, container: str, last: str) -> dict[str, str]:
        """The header that says where the page behind `last` is."""
        asked = {**self.filters, "limit": str(self.limit), "after": last}
        page = json.dumps(asked, separators=(",", ":")).encode().hex()
        return {"Link": f'<{container}?page={page}>; rel="next"'}


def read_page(request: HttpRequest, filters: Collection[str]) -> Page:
    """The page that is asked for; raises ServiceError 400."""
    fields = _single_values(request)
    if "page" in fields:
        fields = _unpacked(fields["page"])
    return Page(
        after=fields.get("after", ""),
        limit=_limit(fields.get("limit")),
        filters={name: fields[name] for name in filters if name in fields},
    )


def _single_values(request: HttpRequest) -> dict[str, str]:
    found: dict[str, str] = {}
    for name in request.args.keys():  # noqa: SIM118  # a MultiDict is no dict
        values = request.args.getlist(name)
        if len(values) > 1 or len(values[0]) > 4 * _LENGTH_LIMIT or not is_storable(values[0]):
            raise ServiceError(400, "a parameter is there twice, too long or not a text")
        found[name] = values[0]
    return found


def _unpacked(page: str) -> dict[str, str]:
    try:
        fields = json.loads(bytes.fromhex(page))
    except (ValueError, RecursionError):
        fields = None
    if not isinstance(fields, dict) or not all(
        isinstance(value, str) and is_storable(value) for value in fields.values()
    ):
        raise ServiceError(400, "page is not one of ours")
    return fields


def _limit(asked: str | None) -> int:
    """At most our own bound: a service may give less than was asked (AGS §3.2.6)."""
    if asked is None:
        return _MOST
    if not (asked.isascii() and asked.isdigit() and len(asked) < 10) or int(asked) == 0:  # noqa: PLR2004
        raise ServiceError(400, "limit must be a number from 1 on")
    return min(int(asked), _MOST)
