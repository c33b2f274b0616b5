"""Our AuthnRequest to a school: signed, by Redirect (SAML Core §3.4.1, Bindings §3.4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from gateway.core.flow import must_be_fresh
from gateway.core.model import Demands, School
from gateway.trust.metadata.names import POST, PROTOCOL, SAML
from gateway.trust.samltime import saml_time
from gateway.trust.xmltext import element, text


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks, and where the answer must come."""

    entity_id: str
    acs: str


def authn_request(
    asking: Asking,
    destination: str,
    request_id: str,
    now: float,
    *,
    demands: Demands,
    scoped_school: School | None,
) -> bytes:
    """The request, with what a service demands of the login; `scoped_school` goes along as
    Entree's BRIN scoping (`entree.md` A6)."""
    attributes = {
        "ID": request_id,
        "Version": "2.0",
        "IssueInstant": saml_time(now),
        "Destination": destination,
        "ProtocolBinding": POST,
        "AssertionConsumerServiceURL": asking.acs,
    }
    if must_be_fresh(demands):
        attributes["ForceAuthn"] = "true"
    content = [
        element("saml:Issuer", {}, text(asking.entity_id), namespace=SAML),
        element("samlp:NameIDPolicy", {"AllowCreate": "true"}),
    ]
    if demands.contexts:
        content.append(_requested(demands.contexts))
    if scoped_school:
        entry = element("samlp:IDPEntry", {"ProviderID": scoped_school.brin})
        content.append(element("samlp:Scoping", {}, element("samlp:IDPList", {}, entry)))
    return element("samlp:AuthnRequest", attributes, *content, namespace=PROTOCOL).encode()


def _requested(contexts: Iterable[str]) -> str:
    """Core §3.3.2.2.1: one of exactly these, else the school says that it can not."""
    references = [
        element("saml:AuthnContextClassRef", {}, text(context), namespace=SAML)
        for context in sorted(contexts)
    ]
    return element("samlp:RequestedAuthnContext", {"Comparison": "exact"}, *references)
