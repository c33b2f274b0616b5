"""What goes out to other parties from a request, and how many threads of a worker wait for it.

A school that hangs must not hold up the others, nor what a supplier has us fetch a login.
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.feeds import Feed
from gateway.core.model import Connection
from gateway.core.ports import Renewals
from gateway.errors import FetchRefused
from gateway.trust import fetch
from gateway.trust.bulkhead import Bulkhead

# Of a worker. Eight at most wait for others; who finds no room there waits for it a second at most.
THREADS = 10
_PATIENCE_SECONDS = 1.0


def for_logins() -> Bulkhead:
    """The room of those who log in at a school."""
    return Bulkhead(for_one=4, for_all=6, patience_s=_PATIENCE_SECONDS)


def for_errands() -> Bulkhead:
    """The room of what suppliers have us fetch: their keys and documents."""
    return Bulkhead(for_one=1, for_all=2, patience_s=_PATIENCE_SECONDS)


@dataclass(frozen=True, slots=True)
class Internet:
    """Implements ports.Fetch; who waits for an answer does so in a room."""

    allow_loopback: bool
    room: Bulkhead

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        headers = {"Authorization": f"Bearer {bearer}"} if bearer else None
        with self.room.waiting_for(_host(address)):
            return fetch.fetch(address, allow_loopback=self.allow_loopback, headers=headers)

    def post_form(
        self, address: str, fields: Mapping[str, str], credentials: tuple[str, str]
    ) -> bytes:
        loopback = self.allow_loopback
        with self.room.waiting_for(_host(address)):
            answer = fetch.post_form(address, fields, basic=credentials, allow_loopback=loopback)
        return answer.body

    def notify(self, address: str, fields: Mapping[str, str], seconds: float) -> int:
        """In a thread of its own, which may wait."""
        loopback = self.allow_loopback
        answer = fetch.post_form(address, fields, timeout_s=seconds, allow_loopback=loopback)
        return answer.status


@dataclass(frozen=True, slots=True)
class RenewalsInTime:
    """Implements ports.Renewals over others; where many wait already, nothing is read."""

    others: Renewals
    logins: Bulkhead
    errands: Bulkhead

    def renewed(self, connection: Connection) -> Connection | None:
        try:
            with self.logins.waiting_for("metadata of schools"):
                return self.others.renewed(connection)
        except FetchRefused:
            return None

    def at_once(self, feed: Feed) -> Feed | None:
        try:
            with self.errands.waiting_for(_host(feed.address)):
                return self.others.at_once(feed)
        except FetchRefused:
            return None


def _host(address: str) -> str:
    return address.partition("://")[2].partition("/")[0]
