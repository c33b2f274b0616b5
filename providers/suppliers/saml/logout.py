"""A service's LogoutRequest (SAML Core §3.7): ends the session at the gateway, if it is signed
by the service and names the session that the service was told of."""

from collections.abc import Callable
from dataclasses import dataclass

from lxml import etree

from gateway.core.ports import EndSession, HttpRequest, Redirect
from gateway.errors import BadRequestSignature, MalformedRequest, UnsupportedRequest
from gateway.services import Parts
from gateway.trust.bindings import Message, check_query_signature, receive, redirect_address
from gateway.trust.samltime import read_saml_time, saml_time
from gateway.trust.xml import XmlRefused, text_of
from gateway.trust.xmldsig import SignatureRefused, verify

from .names import SAML, SAMLP, STATUS
from .provider import Provider, Providers


@dataclass(frozen=True, slots=True)
class LogoutRequests:
    """Reads what comes in at /saml/slo and makes the LogoutResponse."""

    parts: Parts
    providers: Providers
    entity_id: str
    own_address: str

    def read(self, request: HttpRequest) -> EndSession:
        """Which session ends; raises SupplierError."""
        try:
            message = receive(request, "SAMLRequest")
            issuer = text_of(_one(message.root, f"{SAML}Issuer"))
            service = self.parts.registry.service_named("saml", issuer)
            provider = self.providers.of(service)
            root = _proved(message, provider)
            index = text_of(_one(root, f"{SAMLP}SessionIndex"))
            self._check_header(root)
        except SignatureRefused as error:
            raise BadRequestSignature(str(error)) from error
        except ValueError as error:
            raise MalformedRequest(str(error)) from error
        return EndSession(service, index, self._reply(provider, root, message))

    def _check_header(self, root: etree._Element) -> None:
        """SAML Core §3.2.1 and §3.7.1: of this moment, and meant for us."""
        if root.tag != f"{SAMLP}LogoutRequest" or root.get("Version") != "2.0":
            raise MalformedRequest("not a LogoutRequest")
        if root.get("Destination") not in {None, self.own_address}:
            raise MalformedRequest("Destination is not our address")
        skew = self.parts.settings.clock_skew_seconds
        age = self.parts.clock() - read_saml_time(root.get("IssueInstant") or "")
        if not -skew <= age <= skew + self.parts.settings.clock_skew_seconds:
            raise MalformedRequest(f"the LogoutRequest is {age:.0f} seconds old")

    def _reply(
        self, provider: Provider, root: etree._Element, message: Message
    ) -> Callable[[bool], Redirect] | None:
        address = provider.logout_answers_at
        if address is None:
            return None

        def reply(everywhere: bool) -> Redirect:
            """PartialLogout when another service may still have a session (Core §3.7.3.2)."""
            answer = etree.tostring(self._response(address, root.get("ID") or "", everywhere))
            signer, relay = self.parts.keyring.signer(), message.relay_state
            return Redirect(redirect_address(address, "SAMLResponse", answer, relay, signer))

        return reply

    def _response(self, address: str, request_id: str, everywhere: bool) -> etree._Element:
        response = etree.Element(
            f"{SAMLP}LogoutResponse",
            {
                "ID": "_" + self.parts.random(),
                "Version": "2.0",
                "IssueInstant": saml_time(self.parts.clock()),
                "Destination": address,
                "InResponseTo": request_id,
            },
            nsmap={"saml": SAML[1:-1], "samlp": SAMLP[1:-1]},
        )
        etree.SubElement(response, f"{SAML}Issuer").text = self.entity_id
        status = etree.SubElement(response, f"{SAMLP}Status")
        code = etree.SubElement(status, f"{SAMLP}StatusCode", Value=STATUS + "Success")
        if not everywhere:
            etree.SubElement(code, f"{SAMLP}StatusCode", Value=STATUS + "PartialLogout")
        return response


def _one(root: etree._Element, path: str) -> etree._Element:
    found = root.findall(path)
    if len(found) != 1:
        raise XmlRefused(f"not exactly one {etree.QName(path).localname}")
    return found[0]


def _proved(message: Message, provider: Provider) -> etree._Element:
    """A logout must be signed (SAML Profiles §4.4.3.1)."""
    if not provider.keys:
        raise UnsupportedRequest("logout needs a signing certificate in the metadata")
    if message.posted:
        return verify(message.root, provider.keys)
    check_query_signature(message, provider.keys)
    return message.root
