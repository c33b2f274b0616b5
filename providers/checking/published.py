"""What a service publishes of itself at an address: fetched now, and read as we read it."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass

from gateway.core.feeds import Reach
from gateway.core.findings import Finding, Outcome
from gateway.core.model import Service
from gateway.core.ports import FeedBook, Registrar
from gateway.errors import FetchRefused
from gateway.services import Parts
from gateway.trust.jose import TokenRefused, registered_keys

_METADATA, _KEYS = "metadata", "jwks_uri"
_READ = "it is fetched and read without a fault"
_GIVE = "Give its address under Connection, so that we see a new key by ourselves."
_AGAIN = "Fetch it again under Connection, or wait: it is fetched four times a day."


@dataclass(frozen=True, slots=True)
class Published:
    parts: Parts
    registrar: Registrar
    feeds: FeedBook

    def checks(self, service: Service) -> Iterator[Callable[[], Finding]]:
        if service.protocol == "saml":
            yield lambda: self._metadata(service)
        elif address := service.config.get("jwks_uri"):
            yield lambda: self._keys(str(address))

    def _metadata(self, service: Service) -> Finding:
        feed = self.feeds.of(service)
        if feed is None:
            return Finding(_METADATA, Outcome.WARN, "it was given by hand", _READ, _GIVE)
        if feed.reach is Reach.FEDERATION:
            return Finding(_METADATA, Outcome.OK, "it comes with that of a federation", _READ)
        try:
            document = self.parts.errands.get(feed.address)
        except FetchRefused as error:
            return Finding(_METADATA, Outcome.FAIL, error.detail, _READ, "Publish it there.")
        return self._judged(service, document)

    def _judged(self, service: Service, document: bytes) -> Finding:
        """The worst that is to be said of the document."""
        reading = self.registrar.with_metadata(service, document)
        for outcome in (Outcome.FAIL, Outcome.WARN):
            for each in reading.findings:
                if each.outcome is outcome:
                    got = f"{each.check}: {each.got}"
                    return Finding(_METADATA, outcome, got, each.expected or _READ, each.cure)
        if reading.service is not None and _said(reading.service) != _said(service):
            got = "it says something else than when it was fetched last"
            return Finding(_METADATA, Outcome.WARN, got, _READ, _AGAIN)
        return Finding(_METADATA, Outcome.OK, "fetched and read", _READ)

    def _keys(self, address: str) -> Finding:
        expected = "a JWK Set with a key that we can use"
        cure = "Publish your public signing keys there (RFC 7517 §5): RSA of 2048 bits, or P-256."
        try:
            document = self.parts.errands.get(address).decode("utf-8", "replace")
            count = len(registered_keys(document, self.parts.clock).keys)
        except (FetchRefused, TokenRefused) as error:
            return Finding(_KEYS, Outcome.FAIL, str(error), expected, cure)
        outcome = Outcome.OK if count else Outcome.FAIL
        return Finding(_KEYS, outcome, f"{count} keys", expected, "" if count else cure)


def _said(service: Service) -> dict[str, object]:
    """Without the address that it came from and its end, which a feed sets."""
    return {n: v for n, v in service.config.items() if n not in ("feed", "valid_until")}
