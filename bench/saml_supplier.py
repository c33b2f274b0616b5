import base64
import zlib
from secrets import token_hex
from time import time
from urllib.parse import urlencode, urlsplit

import xmlsec
from lxml import etree

from bench import federation, messages
from bench.answers import Answer, Request, expect
from bench.connection import Reply
from bench.errors import LoginError
from bench.federation import IdentityProvider, ServiceProvider
from bench.forms import read_form

NS = {
    "samlp": "urn:oasis:names:tc:SAML:2.0:protocol",
    "saml": "urn:oasis:names:tc:SAML:2.0:assertion",
    "ds": "http://www.w3.org/2000/09/xmldsig#",
}
SUCCESS = "urn:oasis:names:tc:SAML:2.0:status:Success"
PERSISTENT = "urn:oasis:names:tc:SAML:2.0:nameid-format:persistent"
SCOPING = (
    '<samlp:Scoping><samlp:IDPList><samlp:IDPEntry ProviderID="'
    f'{federation.SCHOOL_ENTITY_ID}"/></samlp:IDPList></samlp:Scoping>'
)


def metadata(service: ServiceProvider) -> str:
    return messages.template("service-metadata").format(
        entity_id=service.entity_id, acs=service.acs
    )


class SamlSupplier:
    """A SAML service provider that begins each login with an AuthnRequest by Redirect."""

    def __init__(
        self, hub: IdentityProvider, service: ServiceProvider = federation.SERVICE
    ) -> None:
        self._service = service
        self._hub = hub
        self._key = xmlsec.Key.from_memory(
            base64.b64decode(hub.certificate), xmlsec.constants.KeyDataFormatCertDer
        )
        self._template = messages.template("authn-request")

    def begin(self, *, with_school: bool) -> Request:
        request_id = "_" + token_hex(16)
        request = self._template.format(
            request_id=request_id,
            now=messages.instant(time()),
            destination=self._hub.sso,
            acs=self._service.acs,
            issuer=self._service.entity_id,
            scoping=SCOPING if with_school else "",
        )
        state = token_hex(16)
        query = urlencode({"SAMLRequest": _deflate(request), "RelayState": state})
        return Request(f"{urlsplit(self._hub.sso).path}?{query}", request_id, state)

    def receive(self, request: Request, reply: Reply) -> Answer:
        expect(reply.status == 200, f"status {reply.status} instead of the page with the answer")
        form = read_form(reply.body)
        expect(form.action == self._service.acs, "the answer goes to another address")
        expect(form.fields.get("RelayState") == request.state, "another RelayState")
        expect(form.fields.get("SAMLResponse"), "no SAMLResponse")
        return Answer(form.fields["SAMLResponse"], request.id)

    def verify(self, answer: Answer, *, signature: bool) -> str:
        response = etree.fromstring(base64.b64decode(answer.proof))
        expect(response.get("Destination") == self._service.acs, "another Destination")
        expect(response.get("InResponseTo", "") == answer.request_id, "another InResponseTo")
        code = response.find("samlp:Status/samlp:StatusCode", NS)
        expect(code is not None and code.get("Value") == SUCCESS, "a status other than Success")
        assertion = response.find("saml:Assertion", NS)
        if assertion is None:
            raise LoginError("a Response without an Assertion")
        if signature:
            self._verify_signature(assertion)
        return self._read(assertion)

    def _read(self, assertion: etree._Element) -> str:
        path = "saml:Conditions/saml:AudienceRestriction/saml:Audience"
        audience = assertion.findtext(path, namespaces=NS)
        expect(audience == self._service.entity_id, "another audience")
        issuer = assertion.findtext("saml:Issuer", namespaces=NS)
        expect(issuer == self._hub.entity_id, "another issuer")
        path = "saml:AttributeStatement/saml:Attribute"
        names = {attribute.get("Name") for attribute in assertion.iterfind(path, NS)}
        missing = federation.RELEASED - names
        expect(not missing, f"attributes are missing: {', '.join(sorted(missing))}")
        name_id = assertion.find("saml:Subject/saml:NameID", NS)
        if name_id is None or name_id.get("Format") != PERSISTENT:
            raise LoginError("no persistent NameID")
        expect(self._hub.pseudonym.fullmatch(name_id.text or ""), "the NameID is no pseudonym")
        return name_id.text or ""

    def _verify_signature(self, assertion: etree._Element) -> None:
        signature = assertion.find("ds:Signature", NS)
        reference = assertion.find("ds:Signature/ds:SignedInfo/ds:Reference", NS)
        if signature is None or reference is None:
            raise LoginError("the assertion is not signed")
        expect(reference.get("URI") == "#" + assertion.get("ID", ""), "another element is signed")
        xmlsec.tree.add_ids(assertion, ["ID"])
        context = xmlsec.SignatureContext()
        context.key = self._key
        try:
            context.verify(signature)
        except xmlsec.Error as error:
            raise LoginError("the assertion's signature does not verify") from error


class LinkedSupplier:
    """The same service, reached through a deep link: nothing asked, so nothing answered to."""

    def __init__(self, hub: IdentityProvider, link_path: str) -> None:
        self._service = SamlSupplier(hub)
        self._link = link_path

    def begin(self, *, with_school: bool) -> Request:
        hint = f"?school={federation.BRIN}" if with_school else ""
        return Request(self._link + hint, "", federation.SERVICE_TARGET)

    def receive(self, request: Request, reply: Reply) -> Answer:
        return self._service.receive(request, reply)

    def verify(self, answer: Answer, *, signature: bool) -> str:
        return self._service.verify(answer, signature=signature)


def _deflate(message: str) -> str:
    compressor = zlib.compressobj(wbits=-12, memLevel=4)  # 15 and 8 clear a quarter of a megabyte
    return base64.b64encode(compressor.compress(message.encode()) + compressor.flush()).decode()
