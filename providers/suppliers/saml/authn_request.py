"""A service's AuthnRequest, checked against what the service registered (SAML Core §3.4.1).

The checks stand in their order in `read`. What comes out is safe to keep and to answer.
"""

import re
from dataclasses import dataclass

from lxml import etree

from gateway.core.hints import school_meant
from gateway.core.model import Brin, Json, SupplierRequest
from gateway.core.ports import Begin, HttpRequest, Registry
from gateway.errors import (
    BadRequestSignature,
    MalformedRequest,
    UnknownSchool,
    UnregisteredAddress,
    UnsupportedRequest,
)
from gateway.services import Parts
from gateway.trust.bindings import Message, check_query_signature, receive
from gateway.trust.metadata.names import POST
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import XmlRefused, only_child, text_of
from gateway.trust.xmldsig import SignatureRefused, signature_of, verify

from .names import SAML, SAMLP
from .provider import Provider, Providers
from .wishes import Codes, demands_of, name_id_format, schools_named, unmet

_NCNAME = re.compile(r"[A-Za-z_][A-Za-z0-9._-]{0,255}")
_OLDEST_SECONDS = 600


@dataclass(frozen=True, slots=True)
class Unmet:
    """A proved request that we can not meet: to be answered with these status codes."""

    payload: Json
    codes: Codes


@dataclass(frozen=True, slots=True)
class SsoRequests:
    """Reads what comes in at /saml/sso."""

    parts: Parts
    providers: Providers
    own_address: str

    def read(self, request: HttpRequest) -> Begin | Unmet:
        """The login that a service asks for; raises SupplierError where no answer is safe."""
        message = _received(request)
        service = self.parts.registry.service_named("saml", _issuer(message.root))
        provider = self.providers.of(service)
        provider.check_end(self.parts.clock())
        wanted = provider.signs_requests or self.parts.settings.signed_requests
        root = _proved(message, provider, wanted=wanted)
        self._check_header(root)
        acs = _acs(root, provider)
        payload: Json = {
            "id": root.get("ID"),
            "acs": acs,
            "relay": message.relay_state,
            "name_id": name_id_format(root, provider),
        }
        demands = demands_of(root)
        if codes := unmet(root, demands, provider, self.parts.registry):
            return Unmet(payload, codes)
        asked = SupplierRequest(service.id, payload, demands)
        return Begin(asked, self._school(root, request))

    def _check_header(self, root: etree._Element) -> None:
        """Version, ID, time, Destination (SAML Core §3.2.1)."""
        if root.get("Version") != "2.0" or not _NCNAME.fullmatch(root.get("ID") or ""):
            raise MalformedRequest("Version or ID of the AuthnRequest")
        if root.get("Destination") not in {None, self.own_address}:
            raise MalformedRequest("Destination is not our address")
        try:
            age = self.parts.clock() - read_saml_time(root.get("IssueInstant") or "")
        except ValueError as error:
            raise MalformedRequest("IssueInstant of the AuthnRequest") from error
        skew = self.parts.settings.clock_skew_seconds
        if not -skew <= age <= _OLDEST_SECONDS + skew:
            raise MalformedRequest(f"the AuthnRequest is {age:.0f} seconds old")

    def _school(self, root: etree._Element, request: HttpRequest) -> Brin | None:
        """The school named by `?school=` or Scoping (SAML Core §3.4.1.2); unknown is no hint."""
        named = schools_named(root)
        if b"school=" in request.query_string:
            named = [*request.args.getlist("school"), *named]
        for hint in named:
            if found := _find_school(self.parts.registry, hint):
                return found
        return None


def _received(request: HttpRequest) -> Message:
    try:
        message = receive(request, "SAMLRequest")
    except (XmlRefused, UnicodeDecodeError) as error:
        raise MalformedRequest(str(error)) from error
    if message.root.tag != f"{SAMLP}AuthnRequest":
        raise MalformedRequest("not an AuthnRequest")
    return message


def _issuer(root: etree._Element) -> str:
    try:
        return text_of(only_child(root, f"{SAML}Issuer"))
    except XmlRefused as error:
        raise MalformedRequest(str(error)) from error


def _proved(message: Message, provider: Provider, *, wanted: bool) -> etree._Element:
    """The request as signed, when it is; a signature that is there is checked (SAML2Int IDP04)."""
    try:
        if message.signed_query:
            check_query_signature(message, provider.keys)
            return message.root
        if signature_of(message.root):  # by Redirect it has no place (Bindings §3.4.4.1)
            return verify(message.root, provider.keys)
    except (SignatureRefused, XmlRefused, ValueError) as error:
        raise BadRequestSignature(str(error)) from error
    if wanted:
        raise BadRequestSignature("this service's requests must be signed")
    return message.root


def _acs(root: etree._Element, provider: Provider) -> str:
    """A registered address only, by address or index (SAML Core §3.4.1, SAML2Int IDP06)."""
    address, index = (
        root.get("AssertionConsumerServiceURL"),
        root.get("AssertionConsumerServiceIndex"),
    )
    if root.get("ProtocolBinding") not in {None, POST}:
        raise UnsupportedRequest("only HTTP-POST can carry the response")
    if address is not None and index is not None:
        raise MalformedRequest("AssertionConsumerServiceURL and Index exclude each other")
    for endpoint in provider.consumers:
        if address == endpoint.location or (index is not None and index == str(endpoint.index)):
            return endpoint.location
    if address is not None or index is not None:
        raise UnregisteredAddress("the assertion consumer service is not in the metadata")
    return provider.default_consumer


def _find_school(registry: Registry, hint: str) -> Brin | None:
    """By its BRIN, or as the only one of the identity provider with this entityID."""
    if meant := school_meant(hint, registry):
        return meant
    try:
        connection = registry.connection_named("saml", hint)
    except UnknownSchool:
        return None
    schools = registry.schools_of(connection.id)
    return schools[0].brin if len(schools) == 1 else None
