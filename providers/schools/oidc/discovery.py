"""What a school's OpenID Provider says of itself (OpenID Connect Discovery 1.0), kept a while."""

import json
from dataclasses import dataclass
from typing import Any

from gateway.core.ports import Clock, Fetch
from gateway.errors import FetchRefused, SchoolUnreachable
from gateway.trust.jose import RemoteKeys

_LIFETIME_SECONDS = 3600
_COOL_DOWN_SECONDS = 60
_NEEDED = ("authorization_endpoint", "token_endpoint", "jwks_uri")


@dataclass(frozen=True, slots=True)
class ProviderDocument:
    """The addresses and habits of a provider."""

    issuer: str
    authorization_endpoint: str
    token_endpoint: str
    userinfo_endpoint: str | None
    iss_in_answer: bool
    keys: RemoteKeys


class Discovery:
    """Documents by issuer, each with the time until which it serves. One fetch an hour a school,
    none on most logins; of a school that is away, one a minute, and the old document serves."""

    def __init__(self, fetch: Fetch, clock: Clock) -> None:
        self._fetch = fetch
        self._clock = clock
        self._kept: dict[str, tuple[float, ProviderDocument]] = {}

    def find(self, issuer: str) -> ProviderDocument:
        """Raises SchoolUnreachable."""
        kept = self._kept.get(issuer)
        if kept and self._clock() < kept[0]:
            return kept[1]
        try:
            document, seconds = self._read(issuer), _LIFETIME_SECONDS
        except SchoolUnreachable:
            if kept is None:
                raise
            document, seconds = kept[1], _COOL_DOWN_SECONDS
        self._kept[issuer] = (self._clock() + seconds, document)
        return document

    def _read(self, issuer: str) -> ProviderDocument:
        """Discovery §4.1 and §4.3: the issuer in the document is exactly the one we know."""
        try:
            body = self._fetch.get(f"{issuer.rstrip('/')}/.well-known/openid-configuration")
            record: dict[str, Any] = json.loads(body)
        except (FetchRefused, ValueError) as error:
            raise SchoolUnreachable(f"discovery of {issuer}: {error}") from error
        if record.get("issuer") != issuer or any(name not in record for name in _NEEDED):
            raise SchoolUnreachable(f"discovery of {issuer} is not its own or not complete")
        return ProviderDocument(
            issuer=issuer,
            authorization_endpoint=str(record["authorization_endpoint"]),
            token_endpoint=str(record["token_endpoint"]),
            userinfo_endpoint=record.get("userinfo_endpoint"),
            iss_in_answer=record.get("authorization_response_iss_parameter_supported") is True,
            keys=self._keys(issuer, str(record["jwks_uri"])),
        )

    def _keys(self, issuer: str, address: str) -> RemoteKeys:
        """The keys that we have stay, with their cool-down, while their address stays."""
        kept = self._kept.get(issuer)
        if kept and kept[1].keys.address == address:
            return kept[1].keys
        return RemoteKeys(address, self._fetch, self._clock)
