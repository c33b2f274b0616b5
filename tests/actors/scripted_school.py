"""A SAML school inside the test: its answers can be right, or wrong in any one respect."""

from dataclasses import dataclass, replace
from functools import cached_property
from urllib.parse import parse_qs, urlsplit

from tests.actors.keys import KeyPair, rsa_key
from tests.actors.people import Person
from tests.actors.redirect import verify_query
from tests.actors.saml_answer import Answer
from tests.actors.saml_metadata import Party, idp_metadata, read_party
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import POST, Element, encode, find, inflate, text_of


@dataclass(frozen=True, slots=True)
class ReceivedRequest:
    """An AuthnRequest that reached the school by the Redirect binding, its signature verified."""

    id: str
    issuer: str
    acs: str
    destination: str
    relay_state: str
    name_id_format: str | None
    idp_list: tuple[str, ...]
    force_authn: bool
    is_passive: bool
    contexts: tuple[str, ...] = ()
    comparison: str | None = None


class ScriptedSchool:
    """An identity provider at an address that no browser enters: give `base` as a browser's stop.

    `gateway_metadata` is what the gateway publishes at /school/saml/metadata.
    """

    def __init__(
        self, gateway_metadata: str, base: str = "http://school.test", keys: KeyPair | None = None
    ) -> None:
        self.base = base
        self.entity_id = f"{base}/metadata"
        self.sso = f"{base}/sso"
        self.keys = keys or rsa_key(base)
        self._gateway_metadata = gateway_metadata

    @cached_property
    def gateway(self) -> Party:
        return read_party(
            self._gateway_metadata, "md:SPSSODescriptor", "md:AssertionConsumerService"
        )

    @property
    def acs(self) -> str:
        return self.gateway.endpoints[POST]

    def metadata(self, *more_keys: KeyPair) -> str:
        return idp_metadata(self.entity_id, self.sso, [self.keys, *more_keys])

    def read_request(self, url: str) -> ReceivedRequest:
        """Read the AuthnRequest in a Redirect address; it must be signed by the gateway."""
        query = urlsplit(url).query
        verify_query(query, self.gateway.signing)
        fields = parse_qs(query, keep_blank_values=True, strict_parsing=True)
        request = inflate(fields["SAMLRequest"][0])
        wanted = "./samlp:RequestedAuthnContext"
        policy = find(request, "./samlp:NameIDPolicy/@Format")
        return ReceivedRequest(
            id=request.get("ID", ""),
            issuer=text_of(request, "./saml:Issuer"),
            acs=request.get("AssertionConsumerServiceURL", ""),
            destination=request.get("Destination", ""),
            relay_state=fields.get("RelayState", [""])[0],
            name_id_format=str(policy[0]) if policy else None,
            idp_list=tuple(map(str, find(request, ".//samlp:IDPEntry/@ProviderID"))),
            force_authn=request.get("ForceAuthn") in {"true", "1"},
            is_passive=request.get("IsPassive") in {"true", "1"},
            contexts=tuple(
                each.text or "" for each in find(request, f"{wanted}/saml:AuthnContextClassRef")
            ),
            comparison=next(map(str, find(request, f"{wanted}/@Comparison")), None),
        )

    def answer(self, request: ReceivedRequest | None, person: Person, **changes: object) -> Answer:
        """Return a valid answer about `person` with `changes` (fields of Answer) made in it.

        Without a request it is an unsolicited one.
        """
        request_id = request.id if request else None
        valid = Answer(
            issuer=self.entity_id,
            destination=self.acs,
            in_response_to=request_id,
            assertion_issuer=self.entity_id,
            name_id=person.uid,
            recipient=self.acs,
            confirmation_in_response_to=request_id,
            audiences=(self.gateway.entity_id,),
            attributes=person.attributes(),
            signing=Signing(self.keys),
        )
        return replace(valid, **changes)  # type: ignore[arg-type]

    def fields(self, response: Element, request: ReceivedRequest | None) -> dict[str, str]:
        """Return the form that posts `response` to the gateway's ACS."""
        message = {"SAMLResponse": encode(response)}
        return message | ({"RelayState": request.relay_state} if request else {})
