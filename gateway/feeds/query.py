"""One entity of a feed by the Metadata Query Protocol (draft-young-md-query, and its SAML
profile): `{base}/entities/{id}`, where an id is an entityID or `{sha1}` and its digest in hex."""

import hashlib
from urllib.parse import quote

from gateway.core.feeds import Feed
from gateway.errors import FetchRefused, RegistrationRefused
from gateway.feeds.source import Source
from gateway.settings import Settings
from gateway.trust.fetch import visit
from gateway.trust.metadata.read import Entity

_ACCEPT = {"Accept": "application/samlmetadata+xml"}
_SECONDS = 10.0
_OK, _NOT_THERE = 200, 404


def queried(
    feed: Feed, entity_id: str, settings: Settings, *, timeout_s: float = _SECONDS
) -> Entity:
    """What the publisher says of an entity now, proved by the feed's key. Raises FetchRefused,
    RegistrationRefused, the latter also for an answer about another entity."""
    data = _answer(feed, entity_id, settings, timeout_s)
    for entity in Source.of(feed).believed(data, settings):
        if entity.entity_id == entity_id:
            return entity
    raise RegistrationRefused(f"{feed.address} was asked for {entity_id} and answers with another")


def _answer(feed: Feed, entity_id: str, settings: Settings, timeout_s: float) -> bytes:
    """By the digest too: before some servers stands a proxy that refuses an encoded slash."""
    for name in (entity_id, "{sha1}" + hashlib.sha1(entity_id.encode()).hexdigest()):  # noqa: S324  # as the profile says
        address = f"{feed.address.rstrip('/')}/entities/{quote(name, safe='')}"
        loopback = settings.allow_loopback
        answer = visit(address, headers=_ACCEPT, timeout_s=timeout_s, allow_loopback=loopback)
        if answer.status == _OK:
            return answer.body
        if answer.status != _NOT_THERE:
            raise FetchRefused(f"{feed.address} answers with status {answer.status}")
    raise FetchRefused(f"{feed.address} does not know {entity_id}")
