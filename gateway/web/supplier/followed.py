"""The address at which the metadata of a service is read again: by a timer, or at a wish."""

from dataclasses import dataclass, replace

from flask import request

from gateway.core.acts import described
from gateway.core.feeds import Feed, Reach
from gateway.core.model import Service
from gateway.core.staff import Staff
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.times import moment

_ID_BYTES = 9


@dataclass(frozen=True, slots=True)
class Shown:
    """What the page says of it: moments in words, empty when there was none. `alone`: it is of
    one service, so that its supplier may have it read."""

    address: str
    alone: bool
    checked: str
    fetched: str
    problem: str


def following(desk: ConsoleDesk, service: Service) -> Service:
    """The service, read again from now on at the address in the form; without one it is as it
    is."""
    address = request.form.get("address", "").strip()
    if not address:
        return service
    feed = desk.books.feeds.at(address)
    if feed is None:
        # A new id: a supplier does not bring back an address that the operator stopped.
        now, made = int(desk.parts.clock()), f"feed-{desk.parts.random(_ID_BYTES)}"
        feed = Feed(made, address, Reach.PARTY, checked_at=now, fetched_at=now)
        desk.books.feeds.save(feed)
    return replace(service, config={**service.config, "feed": feed.id})


def shown(feed: Feed) -> Shown:
    checked, fetched = (moment(at) if at else "" for at in (feed.checked_at, feed.fetched_at))
    return Shown(feed.address, feed.reach is Reach.PARTY, checked, fetched, feed.problem)


def fetch_again(desk: ConsoleDesk, staff: Staff, service: Service, feed: Feed) -> Feed:
    """What came of it stands in the feed. It is recorded afterwards: the reading writes in
    transactions of its own."""
    after = desk.parts.renewals.at_once(feed) or feed
    was, now = described(service), described(desk.books.services.find(service.id))
    act = "metadata fetched again"
    with desk.books.acts.recording(actor_of(staff), act, service.id, was, now):
        pass
    return after
