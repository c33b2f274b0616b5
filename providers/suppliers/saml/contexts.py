"""RequestedAuthnContext (SAML Core §3.3.2.2.1): the authentication contexts that satisfy it."""

from collections.abc import Callable, Mapping, Sequence

from lxml import etree

from gateway.errors import MalformedRequest
from gateway.trust.xml import XmlRefused, text_of

from .names import SAML

_CLASS = "urn:oasis:names:tc:SAML:2.0:ac:classes:"
_ANY = _CLASS + "unspecified"
NEVER = "none"
"""Stands for a request that no login can satisfy; no context is called so."""

# From the weakest to the strongest; those of one row are as strong as each other.
_ROWS = (
    (_ANY,),
    (_CLASS + "InternetProtocol", _CLASS + "PreviousSession"),
    (_CLASS + "Password", _CLASS + "InternetProtocolPassword"),
    (_CLASS + "PasswordProtectedTransport", _CLASS + "Kerberos"),
    (
        _CLASS + "MobileTwoFactorUnregistered",
        _CLASS + "MobileTwoFactorContract",
        _CLASS + "TimeSyncToken",
        "https://refeds.org/profile/mfa",
        "http://schemas.microsoft.com/claims/multipleauthn",
    ),
    (_CLASS + "TLSClient", _CLASS + "X509", _CLASS + "Smartcard", _CLASS + "SmartcardPKI"),
)
_STRENGTH = {name: row for row, names in enumerate(_ROWS) for name in names}
_LIMIT = 50
# What a known context must be, given the strengths of the known ones that were named.
_COMPARISONS: Mapping[str, Callable[[int, Sequence[int]], bool]] = {
    "exact": lambda _own, _named: False,
    "minimum": lambda own, named: own >= min(named),
    "maximum": lambda own, named: own <= max(named),
    "better": lambda own, named: own > max(named),
}


def acceptable(requested: etree._Element | None) -> frozenset[str]:
    """The contexts of which one will do; empty when any will, `NEVER` alone when none can.

    A context that is not in the table is as strong as itself alone. Raises MalformedRequest.
    """
    if requested is None:
        return frozenset()
    comparison = requested.get("Comparison") or "exact"
    if comparison not in _COMPARISONS:
        raise MalformedRequest("Comparison of the RequestedAuthnContext")
    named = _named(requested)
    if _ANY in named and comparison in {"exact", "minimum"}:
        return frozenset()
    strengths = [_STRENGTH[name] for name in named if name in _STRENGTH]
    satisfies = _COMPARISONS[comparison]
    found = {n for n, own in _STRENGTH.items() if strengths and satisfies(own, strengths)}
    if comparison != "better":
        found.update(named)
    return frozenset(found or {NEVER})


def _named(requested: etree._Element) -> list[str]:
    """The classes; a declaration (AuthnContextDeclRef) is of none that we know."""
    children = list(requested)
    tags = {child.tag for child in children}
    if tags not in ({f"{SAML}AuthnContextClassRef"}, {f"{SAML}AuthnContextDeclRef"}):
        raise MalformedRequest("RequestedAuthnContext names no context")
    if len(children) > _LIMIT:
        raise MalformedRequest("RequestedAuthnContext names too many contexts")
    if tags == {f"{SAML}AuthnContextDeclRef"}:
        return []
    try:
        return [text_of(child) for child in children]
    except XmlRefused as error:
        raise MalformedRequest(str(error)) from error
