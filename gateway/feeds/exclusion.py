"""What the operator removed of a federation's list: it does not come back with the next refresh."""

from dataclasses import replace

from gateway.core.feeds import Reach
from gateway.core.model import Connection, Service
from gateway.store.repositories import Repositories


def left_out(database: Repositories, removed: Service | Connection) -> str:
    """Have the list that brought a party leave it out; in words, what that comes to."""
    feed, name = database.feeds.of(removed), removed.identifier
    if feed is None or feed.reach is not Reach.FEDERATION:
        return ""
    database.feeds.change(feed.id, lambda now: replace(now, excluded=now.excluded | {name}))
    return f"; {feed.id} leaves it out (ketenpoort metadata readmit {feed.id} {name})"
