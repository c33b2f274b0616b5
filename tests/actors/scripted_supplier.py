"""A SAML supplier inside the test: its requests can be wrong; it verifies answers twice."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import urlencode, urlsplit

from onelogin.saml2.idp_metadata_parser import OneLogin_Saml2_IdPMetadataParser
from onelogin.saml2.response import OneLogin_Saml2_Response
from onelogin.saml2.settings import OneLogin_Saml2_Settings

from tests.actors.keys import KeyPair, rsa_key
from tests.actors.redirect import sign_query
from tests.actors.saml_metadata import Party, read_party, sp_metadata
from tests.actors.saml_proof import Signing, decrypt, verify
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import (
    POST,
    REDIRECT,
    STATUS,
    Element,
    decode,
    deflate,
    encode,
    find,
    text_of,
)


@dataclass(frozen=True, slots=True)
class Received:
    """A verified answer: what the supplier learned."""

    name_id: str
    name_id_format: str
    attributes: dict[str, list[str]]
    in_response_to: str | None
    session_index: str | None
    relay_state: str | None
    response: Element
    assertion: Element


class ScriptedSupplier:
    """A service provider at an address that no browser enters: give `base` as a browser's stop.

    `gateway_metadata` is what the gateway publishes at /saml/metadata.
    """

    def __init__(
        self, gateway_metadata: str, base: str = "http://supplier.test", keys: KeyPair | None = None
    ) -> None:
        self.base = base
        self.entity_id = f"{base}/metadata"
        self.acs = f"{base}/acs"
        self.keys = keys or rsa_key(base)
        self._gateway_metadata = gateway_metadata

    @cached_property
    def gateway(self) -> Party:
        return read_party(self._gateway_metadata, "md:IDPSSODescriptor", "md:SingleSignOnService")

    def metadata(
        self,
        *,
        acs: Sequence[str] = (),
        signs_requests: bool = True,
        encrypted: bool = False,
        slo: str | None = None,
    ) -> str:
        return sp_metadata(
            self.entity_id,
            acs or [self.acs],
            [self.keys],
            signs_requests=signs_requests,
            encryption=[self.keys] if encrypted else [],
            slo=slo,
        )

    def request(self, **changes: object) -> AuthnRequest:
        """Return a valid request with `changes` (fields of AuthnRequest) made in it."""
        valid = AuthnRequest(
            issuer=self.entity_id, destination=self.gateway.endpoints[REDIRECT], acs=self.acs
        )
        return replace(valid, **changes)  # type: ignore[arg-type]

    def redirect_url(
        self, request: AuthnRequest, relay_state: str | None = None, *, sign: bool = True
    ) -> str:
        """Return the address to open (SAML Bindings §3.4)."""
        fields = {"SAMLRequest": deflate(request.build())}
        if relay_state is not None:
            fields["RelayState"] = relay_state
        query = sign_query(fields, self.keys) if sign else urlencode(fields)
        return f"{self.gateway.endpoints[REDIRECT]}?{query}"

    def post_fields(
        self, request: AuthnRequest, relay_state: str | None = None, *, sign: bool = True
    ) -> dict[str, str]:
        """Return the form to send to `gateway.endpoints[POST]` (SAML Bindings §3.5)."""
        element = request.build()
        if sign:
            Signing(self.keys).sign(element)
        fields = {"SAMLRequest": encode(element)}
        return fields | ({"RelayState": relay_state} if relay_state is not None else {})

    def receive(
        self, fields: Mapping[str, str], request: AuthnRequest | None, acs: str | None = None
    ) -> Received:
        """Verify the form that reached the ACS, by xmlsec and by python3-saml, both strict.

        `request` is None for an unsolicited answer.
        """
        response = decode(fields["SAMLResponse"])
        assert text_of(response, "./samlp:Status/samlp:StatusCode/@Value") == STATUS + "Success"
        assertion = self._verified_assertion(response)
        self._verify_with_python3_saml(fields, request, acs or self.acs)
        assert response.get("InResponseTo") == (request.id if request else None)
        (name_id,) = find(assertion, "./saml:Subject/saml:NameID")
        (statement,) = find(assertion, "./saml:AuthnStatement")
        return Received(
            name_id=text_of(name_id, "."),
            name_id_format=name_id.get("Format", ""),
            attributes=_attributes(assertion),
            in_response_to=response.get("InResponseTo"),
            session_index=statement.get("SessionIndex"),
            relay_state=fields.get("RelayState"),
            response=response,
            assertion=assertion,
        )

    def _verified_assertion(self, response: Element) -> Element:
        """Return the one assertion, decrypted; it and a signed response must be the gateway's."""
        if find(response, "./ds:Signature"):
            verify(response, self.gateway.signing)
        encrypted = find(response, "./saml:EncryptedAssertion")
        plain = [decrypt(each, self.keys) for each in encrypted]
        (assertion,) = plain + find(response, "./saml:Assertion")
        verify(assertion, self.gateway.signing)
        assert text_of(assertion, "./saml:Issuer") == self.gateway.entity_id
        return assertion

    def _verify_with_python3_saml(
        self, fields: Mapping[str, str], request: AuthnRequest | None, acs: str
    ) -> None:
        settings = OneLogin_Saml2_Settings(self._settings(acs))
        response = OneLogin_Saml2_Response(settings, fields["SAMLResponse"])
        address = urlsplit(acs)
        received_at = {
            "https": "on" if address.scheme == "https" else "off",
            "http_host": address.netloc,
            "script_name": address.path,
            "get_data": {},
            "post_data": dict(fields),
        }
        request_id = request.id if request else None
        response.is_valid(received_at, request_id=request_id, raise_exceptions=True)

    def _settings(self, acs: str) -> dict[str, object]:
        identity_provider = OneLogin_Saml2_IdPMetadataParser.parse(self._gateway_metadata)["idp"]
        return {
            "strict": True,
            "sp": {
                "entityId": self.entity_id,
                "assertionConsumerService": {"url": acs, "binding": POST},
                "x509cert": self.keys.certificate,
                "privateKey": self.keys.key,
            },
            "idp": identity_provider,
            "security": {
                "wantAssertionsSigned": True,
                "rejectDeprecatedAlgorithm": True,
                "rejectUnsolicitedResponsesWithInResponseTo": True,
            },
        }


def _attributes(assertion: Element) -> dict[str, list[str]]:
    return {
        attribute.get("Name", ""): [
            text_of(v, ".") for v in find(attribute, "./saml:AttributeValue")
        ]
        for attribute in find(assertion, "./saml:AttributeStatement/saml:Attribute")
    }
