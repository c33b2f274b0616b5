"""What an AuthnRequest asks of the login and of the answer, and whether we can give it.

SAML Core §3.4.1; what can not be met is answered with the status that §3.2.2.2 has for it.
"""

from lxml import etree

from gateway.core.model import Demands
from gateway.core.ports import Registry
from gateway.errors import MalformedRequest, UnknownSchool
from gateway.trust.metadata.names import UNSPECIFIED
from gateway.trust.xml import child, children

from .contexts import NEVER, acceptable
from .names import SAML, SAMLP, STATUS
from .profiles import NAME_IDS
from .provider import Provider

REQUESTER, RESPONDER = STATUS + "Requester", STATUS + "Responder"
_PROXY_LIMIT = 5  # digits
Codes = tuple[str, str]


def demands_of(root: etree._Element) -> Demands:
    """ForceAuthn and IsPassive, xs:boolean, and RequestedAuthnContext (SAML Core §3.4.1)."""
    return Demands(
        fresh=_is_true(root.get("ForceAuthn")),
        passive=_is_true(root.get("IsPassive")),
        contexts=acceptable(_only(root, "RequestedAuthnContext")),
    )


def name_id_format(root: etree._Element, provider: Provider) -> str:
    """The NameID format to answer with (SAML Core §3.4.1.1, §8.3.1)."""
    asked = _asked_format(root)
    if asked is None or (asked == UNSPECIFIED and not provider.profile.says_unspecified):
        return provider.name_id_format
    return asked


def unmet(
    root: etree._Element, demands: Demands, provider: Provider, registry: Registry
) -> Codes | None:
    """Why a request can not be met, as status codes; None when it may be."""
    if child(root, f"{SAML}Subject") is not None or provider.must_have_subject_id:
        return RESPONDER, STATUS + "RequestUnsupported"
    if not _is_name_id_ours(root, provider):
        return REQUESTER, STATUS + "InvalidNameIDPolicy"
    if NEVER in demands.contexts:
        return RESPONDER, STATUS + "NoAuthnContext"
    return _unmet_scoping(root, registry)


def schools_named(root: etree._Element) -> list[str]:
    """The ProviderIDs of Scoping's IDPList, in its order (SAML Core §3.4.1.3)."""
    entries = children(root, f"{SAMLP}Scoping", f"{SAMLP}IDPList", f"{SAMLP}IDPEntry")
    return [entry.get("ProviderID") or "" for entry in entries]


def _unmet_scoping(root: etree._Element, registry: Registry) -> Codes | None:
    """SAML Core §3.4.1.2: we never say ourselves who somebody is, so a count of 0 is exceeded;
    and a list names all the schools that will do."""
    scoping = _only(root, "Scoping")
    if scoping is None:
        return None
    count = scoping.get("ProxyCount", "1").strip()
    if not count.isdecimal() or not count.isascii() or len(count) > _PROXY_LIMIT:
        raise MalformedRequest("ProxyCount is not a number of 0 or more")
    if int(count) == 0:
        return RESPONDER, STATUS + "ProxyCountExceeded"
    named = schools_named(root)
    if named and not any(_is_known(registry, name) for name in named):
        return RESPONDER, STATUS + "NoSupportedIDP"
    return None


def _is_known(registry: Registry, name: str) -> bool:
    """By its entityID, or a school by its BRIN as Entree writes it."""
    for find in (registry.school, lambda each: registry.connection_named("saml", each)):
        try:
            find(name)
        except (UnknownSchool, ValueError):
            continue
        return True
    return False


def _is_name_id_ours(root: etree._Element, provider: Provider) -> bool:
    """SAML Core §3.4.1.1. AllowCreate asks nothing of us: a pseudonym follows from the person and
    is not created, a transient one never stands in the way. No affiliations of services."""
    policy = _only(root, "NameIDPolicy")
    if policy is None:
        return True
    qualifier = policy.get("SPNameQualifier")
    if qualifier and qualifier != provider.service.identifier:
        return False
    return _asked_format(root) in {None, UNSPECIFIED, *NAME_IDS}


def _asked_format(root: etree._Element) -> str | None:
    policy = _only(root, "NameIDPolicy")
    return None if policy is None else policy.get("Format")


def _only(root: etree._Element, name: str) -> etree._Element | None:
    found = children(root, f"{SAMLP}{name}")
    if len(found) > 1:
        raise MalformedRequest(f"more than one {name}")
    return found[0] if found else None


def _is_true(text: str | None) -> bool:
    return text in {"true", "1"}
