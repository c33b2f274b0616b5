"""Metadata of others by address, as the operator's console works with it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from gateway.core.feeds import Feed, MetadataSigner, Reach
from gateway.core.model import Connection, Service


class FeedBook(Protocol):
    """The addresses that are read again, and how that went last."""

    def save(self, feed: Feed) -> None: ...

    def change(self, feed_id: str, after: Callable[[Feed], Feed]) -> None:
        """Write a feed as it is to be after what it is at that moment; nothing for one that was
        removed meanwhile."""

    def find(self, feed_id: str) -> Feed:
        """Raises RegistrationRefused."""

    def at(self, address: str) -> Feed | None: ...

    def of(self, party: Service | Connection) -> Feed | None:
        """Where its metadata is read again; None when it was given by hand."""

    def all(self) -> Sequence[Feed]: ...

    def remove(self, feed_id: str) -> None: ...


class MetadataFeeds(Protocol):
    """Reads them."""

    def described(self, address: str, certificate: str, reach: Reach) -> Feed:
        """A new feed that is signed with the keys of a certificate (PEM), not yet kept; raises
        RegistrationRefused."""

    def signers(self, feed: Feed) -> Sequence[MetadataSigner]:
        """Whose signature is believed; none when it comes unsigned."""

    def begin(self, feed_id: str) -> None:
        """Read it now, beside the requests; at once back."""

    def is_read_now(self, feed_id: str) -> bool: ...

    def fetch_one(self, feed: Feed, entity_id: str) -> None:
        """Take one entity of a Metadata Query server; raises FetchRefused,
        RegistrationRefused."""
