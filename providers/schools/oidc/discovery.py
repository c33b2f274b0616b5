"""What a school's OpenID Provider says of itself (OpenID Connect Discovery 1.0), kept a while."""

from dataclasses import dataclass
from urllib.parse import urlsplit

from gateway.core.model import Json, JsonValue
from gateway.core.ports import Clock, Fetch
from gateway.core.strict_json import JsonRefused, read_json
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
            record = read_json(body)
        except (FetchRefused, JsonRefused) as error:
            raise SchoolUnreachable(f"discovery of {issuer}: {error}") from error
        if not isinstance(record, dict) or record.get("issuer") != issuer:
            raise SchoolUnreachable(f"discovery of {issuer} is not its own")
        if not _is_whole(record, issuer):
            raise SchoolUnreachable(f"discovery of {issuer} lacks an address that can be used")
        return ProviderDocument(
            issuer=issuer,
            authorization_endpoint=str(record["authorization_endpoint"]),
            token_endpoint=str(record["token_endpoint"]),
            userinfo_endpoint=_text(record.get("userinfo_endpoint")),
            iss_in_answer=record.get("authorization_response_iss_parameter_supported") is True,
            keys=self._keys(issuer, str(record["jwks_uri"])),
        )

    def _keys(self, issuer: str, address: str) -> RemoteKeys:
        """The keys that we have stay, with their cool-down, while their address stays."""
        kept = self._kept.get(issuer)
        if kept and kept[1].keys.address == address:
            return kept[1].keys
        return RemoteKeys(address, self._fetch, self._clock)


def _is_whole(record: Json, issuer: str) -> bool:
    """All that is needed is there, at addresses as safe as the issuer's (Discovery §3)."""
    return all(_is_address(record.get(name), urlsplit(issuer).scheme) for name in _NEEDED)


def _is_address(value: JsonValue, scheme: str) -> bool:
    try:
        parts = urlsplit(_text(value) or "")
        return parts.scheme == scheme and bool(parts.hostname)
    except ValueError:
        return False


def _text(value: JsonValue) -> str | None:
    return value if isinstance(value, str) else None
