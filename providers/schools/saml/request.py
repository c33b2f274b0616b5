"""Our AuthnRequest to a school: signed, by Redirect (SAML Core §3.4.1, Bindings §3.4)."""

from collections.abc import Iterable
from dataclasses import dataclass

from lxml import etree

from gateway.core.flow import must_be_fresh
from gateway.core.model import Demands, School
from gateway.trust.metadata.names import POST
from gateway.trust.samltime import saml_time

_SAML = "urn:oasis:names:tc:SAML:2.0:assertion"
_SAMLP = "urn:oasis:names:tc:SAML:2.0:protocol"
_NAMESPACES = {"saml": _SAML, "samlp": _SAMLP}


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
    request = etree.Element(
        f"{{{_SAMLP}}}AuthnRequest",
        {
            "ID": request_id,
            "Version": "2.0",
            "IssueInstant": saml_time(now),
            "Destination": destination,
            "ProtocolBinding": POST,
            "AssertionConsumerServiceURL": asking.acs,
        },
        nsmap=_NAMESPACES,
    )
    if must_be_fresh(demands):
        request.set("ForceAuthn", "true")
    etree.SubElement(request, f"{{{_SAML}}}Issuer").text = asking.entity_id
    etree.SubElement(request, f"{{{_SAMLP}}}NameIDPolicy", AllowCreate="true")
    if demands.contexts:
        _add_contexts(request, demands.contexts)
    if scoped_school:
        scoping = etree.SubElement(request, f"{{{_SAMLP}}}Scoping")
        idps = etree.SubElement(scoping, f"{{{_SAMLP}}}IDPList")
        etree.SubElement(idps, f"{{{_SAMLP}}}IDPEntry", ProviderID=scoped_school.brin)
    return etree.tostring(request)


def _add_contexts(request: etree._Element, contexts: Iterable[str]) -> None:
    """Core §3.3.2.2.1: one of exactly these, else the school says that it can not."""
    wanted = etree.SubElement(request, f"{{{_SAMLP}}}RequestedAuthnContext", Comparison="exact")
    for context in sorted(contexts):
        etree.SubElement(wanted, f"{{{_SAML}}}AuthnContextClassRef").text = context
