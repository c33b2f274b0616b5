"""Where metadata comes from, and what makes it believed."""

import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Self

from gateway.core.feeds import Feed
from gateway.errors import RegistrationRefused
from gateway.settings import Settings
from gateway.trust.fetch import fetch
from gateway.trust.metadata.aggregate import Progress, is_aggregate, read_entities
from gateway.trust.metadata.proof import DOCUMENT_LIMIT, Proof
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.rules import Rules

_SECONDS = 120.0


@dataclass(frozen=True, slots=True)
class Source:
    """A file or an address; `certificate` is PEM of who signs it, None when it is believed
    unsigned, as from a trusted hand."""

    place: str
    certificate: str | None
    unsigned: bool

    @classmethod
    def of(cls, feed: Feed) -> Self:
        return cls(feed.address, feed.certificate, unsigned=feed.certificate is None)

    @property
    def is_address(self) -> bool:
        return self.place.startswith(("https://", "http://"))

    def entities(
        self,
        settings: Settings,
        progress: Progress | None = None,
        *,
        limit_bytes: int = DOCUMENT_LIMIT,
        timeout_s: float = _SECONDS,
        accept_expired: bool = False,
    ) -> Iterator[Entity]:
        """What it holds now; raises RegistrationRefused, FetchRefused.

        One entity in a file was handed over by somebody; an address and a federation's list
        must be proved.
        """
        if self.is_address:
            self._judge("metadata from an address")
            data = fetch(
                self.place,
                limit_bytes=limit_bytes,
                timeout_s=timeout_s,
                allow_loopback=settings.allow_loopback,
            )
        else:
            data = _content(Path(self.place))
            if is_aggregate(data):
                self._judge("a list of entities (EntitiesDescriptor)")
        return self.believed(data, settings, progress, accept_expired=accept_expired)

    def believed(
        self,
        data: bytes,
        settings: Settings,
        progress: Progress | None = None,
        *,
        accept_expired: bool = False,
    ) -> Iterator[Entity]:
        """The entities of a document that came from there; raises RegistrationRefused."""
        proof = Proof.from_pem(self.certificate.encode()) if self.certificate else None
        rules = Rules(time.time(), settings.allow_loopback, accept_expired)
        return read_entities(data, rules, proof, progress)

    def _judge(self, what: str) -> None:
        if self.certificate is None and not self.unsigned:
            raise RegistrationRefused(f"{what} needs --certificate, or --unsigned")


def _content(path: Path) -> bytes:
    try:
        return path.read_bytes()
    except OSError as error:
        raise RegistrationRefused(f"can not read {path}: {error.strerror}") from error
