"""What the operator removed of a federation's list: it does not come back with the next refresh."""

from dataclasses import replace
from functools import partial

from gateway.core.feeds import Feed, Reach
from gateway.core.model import Connection, Service
from gateway.store.repositories import Repositories


def left_out(database: Repositories, removed: Service | Connection) -> str:
    """Have the list that brought a party leave it out; in words, what that comes to."""
    for feed in database.feeds.all():
        if feed.id == removed.config.get("feed") and feed.reach is Reach.FEDERATION:
            name = removed.identifier
            database.feeds.change(feed.id, partial(_without, entity_id=name))
            return f"; {feed.id} leaves it out (ketenpoort metadata readmit {feed.id} {name})"
    return ""


def _without(feed: Feed, entity_id: str) -> Feed:
    return replace(feed, excluded=feed.excluded | {entity_id})
