"""What a tool says of itself when it registers, checked (LTI Dynamic Registration §4,
RFC 7591 §2)."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlsplit

from gateway.core.links import lies_inside, origin
from gateway.core.model import Ask, Service, Standing
from gateway.core.ports import Fact

from .services.scopes import SCOPES, scopes_of
from .terms import DEEP_LINKING_REQUEST, TOOL_CONFIGURATION
from .tool import tool_config, tool_of

_ECHOED = (
    "application_type",
    "response_types",
    "grant_types",
    "initiate_login_uri",
    "redirect_uris",
    "client_name",
    "jwks_uri",
    "token_endpoint_auth_method",
    TOOL_CONFIGURATION,
)
_ASKS = {
    "given_name": "givenName",
    "family_name": "sn",
    "name": "displayName",
    "email": "mail",
}
_NO_PURPOSE = "gevraagd bij de LTI-registratie, zonder toelichting"
_LENGTH_LIMIT = 200
_MOST = 20

Fault = Callable[[str], str | None]
"""What is wrong with an address, or None."""


class MetadataRefused(ValueError):
    """`error` is one of RFC 7591 §3.2.2."""

    def __init__(self, description: str, error: str = "invalid_client_metadata") -> None:
        super().__init__(description)
        self.error = error


def read_metadata(
    asked: Mapping[str, Any], *, service_id: str, supplier_id: str, fault: Fault
) -> Service:
    """The service that a tool asks to be; raises MetadataRefused."""
    _check_fixed(asked)
    configuration = _member(asked, TOOL_CONFIGURATION, dict)
    addresses = _Addresses(asked, configuration, fault)
    redirect_uris = addresses.redirect_uris()
    target = addresses.one(configuration, "target_link_uri")
    config = tool_config(
        initiate_login_uri=addresses.one(asked, "initiate_login_uri"),
        redirect_uris=redirect_uris,
        target_link_uri=target,
        deep_linking_uri=addresses.deep_linking(target),
        jwks_uri=addresses.one(asked, "jwks_uri"),
        custom=_custom(configuration),
        scopes=_scopes(asked),
    )
    origins = {origin(address) + "/": None for address in (target, *redirect_uris)}
    return Service(
        id=service_id,
        supplier_id=supplier_id,
        protocol="lti",
        identifier=service_id,
        name=_text(asked, "client_name")[:_LENGTH_LIMIT],
        config=config,
        asks=_asks(configuration),
        targets=tuple(origins),
        standing=Standing.PENDING,
    )


def facts(service: Service) -> Iterator[Fact]:
    """What we keep of it, for people."""
    tool = tool_of(service)
    yield Fact("client_id", (tool.client_id,))
    yield Fact("initiate_login_uri", (tool.initiate_login_uri,))
    yield Fact("redirect_uris", tool.redirect_uris)
    yield Fact("target_link_uri", tuple(filter(None, [tool.target_link_uri])))
    yield Fact("deep_linking_uri", tuple(filter(None, [tool.deep_linking_uri])))
    yield Fact("jwks_uri", tuple(filter(None, [tool.jwks_uri])))
    yield Fact("scopes", scopes_of(service))


def answer_metadata(asked: Mapping[str, Any], service: Service) -> dict[str, Any]:
    """What was registered, with the client_id (LTI Dynamic Registration §3.6)."""
    echoed = {name: asked[name] for name in _ECHOED if name in asked}
    scopes = " ".join(("openid", *scopes_of(service)))
    return {"client_id": service.identifier, "scope": scopes, **echoed}


@dataclass(frozen=True, slots=True)
class _Addresses:
    """All of a tool's addresses lie in the domain that it names."""

    asked: Mapping[str, Any]
    configuration: Mapping[str, Any]
    fault: Fault

    def one(
        self, source: Mapping[str, Any], name: str, error: str = "invalid_client_metadata"
    ) -> str:
        return self._checked(_text(source, name), name, error)

    def redirect_uris(self) -> list[str]:
        uris = _member(self.asked, "redirect_uris", list)
        if not uris or len(uris) > _MOST:
            raise MetadataRefused(f"1 to {_MOST} redirect_uris are needed", "invalid_redirect_uri")
        return [self._checked(uri, "redirect_uris", "invalid_redirect_uri") for uri in uris]

    def deep_linking(self, target: str) -> str | None:
        """Where a teacher picks: the message's own address or the tool's (§4.3)."""
        for message in _list(self.configuration, "messages"):
            if isinstance(message, dict) and message.get("type") == DEEP_LINKING_REQUEST:
                own = "target_link_uri" in message
                return self.one(message, "target_link_uri") if own else target
        return None

    def _checked(self, address: object, name: str, error: str) -> str:
        if not isinstance(address, str) or (fault := self.fault(address)):
            reason = "is not text" if not isinstance(address, str) else fault
            raise MetadataRefused(f"{name} {reason}", error)
        if not lies_inside(address, address):
            raise MetadataRefused(f"{name} can be read in more than one way", error)
        domain = _text(self.configuration, "domain").partition(":")[0].lower()
        host = (urlsplit(address).hostname or "").lower()
        below = "." in domain and host.endswith(f".{domain}")  # not a whole top-level domain
        if host != domain and not below:
            raise MetadataRefused(f"{name} does not lie in the domain", error)
        return address


def _check_fixed(asked: Mapping[str, Any]) -> None:
    """LTI Dynamic Registration §4.1."""
    if asked.get("application_type", "web") != "web":
        raise MetadataRefused("application_type must be web")
    if "id_token" not in _list(asked, "response_types"):
        raise MetadataRefused("response_types must hold id_token")
    if "implicit" not in _list(asked, "grant_types"):
        raise MetadataRefused("grant_types must hold implicit")
    if asked.get("token_endpoint_auth_method") != "private_key_jwt":
        raise MetadataRefused("token_endpoint_auth_method must be private_key_jwt")


def _custom(configuration: Mapping[str, Any]) -> Mapping[str, str]:
    custom = configuration.get("custom_parameters") or {}
    if not isinstance(custom, dict) or len(custom) > _MOST:
        raise MetadataRefused("custom_parameters must be a small map of texts")
    if not all(_is_short_text(part) for pair in custom.items() for part in pair):
        raise MetadataRefused("custom_parameters has a part that is no short text")
    return custom


def _is_short_text(value: object) -> bool:
    return isinstance(value, str) and len(value) <= _LENGTH_LIMIT and value.isprintable()


def _asks(configuration: Mapping[str, Any]) -> tuple[Ask, ...]:
    """The claims about a person that a tool would have; each school decides."""
    claims = _list(configuration, "claims")
    return tuple(Ask(name, _NO_PURPOSE) for claim, name in _ASKS.items() if claim in claims)


def _scopes(asked: Mapping[str, Any]) -> tuple[str, ...]:
    """Those of the services that it asks; the operator sees them before it works."""
    words = _member(asked, "scope", str).split() if asked.get("scope") is not None else []
    return tuple(scope for scope in SCOPES if scope in words)


def _text(source: Mapping[str, Any], name: str) -> str:
    value = " ".join(_member(source, name, str).split())
    if not value or len(value) > _LENGTH_LIMIT * 10 or not value.isprintable():
        raise MetadataRefused(f"{name} is empty, too long or not to be read")
    return value


def _list(source: Mapping[str, Any], name: str) -> Sequence[object]:
    return _member(source, name, list) if source.get(name) is not None else []


def _member(source: Mapping[str, Any], name: str, kind: type) -> Any:
    value = source.get(name)
    if not isinstance(value, kind):
        raise MetadataRefused(f"{name} is missing or not of its type")
    return value
