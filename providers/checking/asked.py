"""What a service asks when it leads here: read by our protocol, as from a browser."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from urllib.parse import parse_qs, urlsplit

from gateway.core.model import SupplierRequest
from gateway.core.ports import Begin, MultiDict, SupplierProtocol
from gateway.errors import GatewayError, MalformedRequest

from .visitor import Stop


@dataclass(frozen=True, slots=True)
class _Values:
    """Implements ports.MultiDict."""

    values: Mapping[str, list[str]] = field(default_factory=dict)

    def getlist(self, key: str) -> list[str]:
        return self.values.get(key, [])

    def keys(self) -> Iterable[str]:
        return self.values.keys()

    def get(self, key: str, /) -> str | None:
        return next(iter(self.getlist(key)), None)


@dataclass(slots=True)
class _Request:
    """Implements ports.HttpRequest."""

    method: str
    query_string: bytes
    args: MultiDict
    form: MultiDict
    headers: _Values = field(default_factory=_Values)
    view_args: Mapping[str, str] | None = None

    def get_data(self) -> bytes:
        return b""


def read_request(protocol: SupplierProtocol, stop: Stop, base: str) -> SupplierRequest:
    """Raises GatewayError when it is no good request of a service for a login."""
    parts = urlsplit(stop.address)
    path = stop.address.removeprefix(base).partition("?")[0]
    query = _Values(parse_qs(parts.query, keep_blank_values=True))
    form = _Values({name: [value] for name, value in (stop.fields or {}).items()})
    method = "GET" if stop.fields is None else "POST"
    for route in protocol.routes():
        if route.path == path:
            outcome = route.handle(_Request(method, parts.query.encode(), query, form))
            if isinstance(outcome, Begin):
                return outcome.request
            raise MalformedRequest("answered with an error of the protocol, not with a login")
    raise MalformedRequest(f"{path[:100]} is not where logins of this protocol begin")


def why(error: GatewayError) -> str:
    """An error of ours, for the service's developer."""
    return f"{error.code} {error.title}: {error.detail}"
