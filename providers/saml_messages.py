"""Our signed logout messages to services and schools, by the binding that they have (SAML
Bindings §3.4, §3.5)."""

from base64 import b64encode
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from gateway.core.ports import AutoPost, Clock, Keyring, Random, Redirect
from gateway.trust.bindings import redirect_address
from gateway.trust.metadata.names import PROTOCOL, REDIRECT, SAML
from gateway.trust.metadata.roles import Endpoint
from gateway.trust.samltime import saml_time
from gateway.trust.xmldsig import signature_over
from gateway.trust.xmltext import element, text


@dataclass(frozen=True, slots=True)
class Sender:
    """Writes messages in the name of our identity provider, or of our service provider."""

    entity_id: str
    keyring: Keyring
    clock: Clock
    random: Random

    def send(
        self,
        name: str,
        endpoint: Endpoint,
        attributes: Mapping[str, str],
        content: Sequence[str],
        relay_state: str | None,
    ) -> Redirect | AutoPost:
        """A LogoutRequest or LogoutResponse with what follows its Issuer. 1 signature."""
        answers = name == "LogoutResponse"
        address = (endpoint.response_location if answers else None) or endpoint.location
        field = "SAMLResponse" if answers else "SAMLRequest"
        header = {
            "ID": "_" + self.random(),
            "Version": "2.0",
            "IssueInstant": saml_time(self.clock()),
            "Destination": address,
            **attributes,
        }
        issuer = element("saml:Issuer", {}, text(self.entity_id), namespace=SAML)

        def message(*parts: str) -> str:
            return element(f"samlp:{name}", header, issuer, *parts, namespace=PROTOCOL)

        signer, bare = self.keyring.signer(), message(*content)
        if endpoint.binding == REDIRECT:
            return Redirect(redirect_address(address, field, bare.encode(), relay_state, signer))
        signed = message(signature_over(bare, header["ID"], signer), *content)
        fields = {field: b64encode(signed.encode()).decode()}
        if relay_state is not None:
            fields["RelayState"] = relay_state
        return AutoPost(address, fields)


def status_of(*codes: str) -> str:
    """Each code within the one before (SAML Core §3.2.2.2)."""
    inner = ""
    for code in reversed(codes):
        inner = element("samlp:StatusCode", {"Value": code}, inner)
    return element("samlp:Status", {}, inner)
