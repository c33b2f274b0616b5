"""The parsers of SAML: messages, their bindings, metadata."""

import base64
import zlib
from collections.abc import Callable
from types import SimpleNamespace
from typing import Any
from urllib.parse import quote

from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import decode_dss_signature
from lxml import etree

from gateway.errors import RegistrationRefused, SchoolError, SupplierError
from gateway.trust import bindings
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.proof import Proof
from gateway.trust.metadata.rules import Rules
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import XmlRefused, parse_message
from gateway.trust.xmldsig import SignatureRefused, verification_key, verify
from providers.schools.saml.gate import decode
from providers.schools.saml.read import read_assertion
from providers.schools.saml.verify import VerifiedAssertion
from providers.suppliers.saml.authn_request import SsoRequests
from providers.suppliers.saml.logout import SingleLogout
from providers.suppliers.saml.logout_message import LogoutMessages
from providers.suppliers.saml.provider import Providers
from tests.actors.people import PUPIL
from tests.actors.saml_proof import Signing
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import Element, find, instant, new_id, root, sub
from tests.attacks.saml.in_process import BY_SCHOOL, KEYS, REQUEST, SCHOOL, decryptor, judge_bytes
from tests.fuzz.parties import BASE, EC, KEY, NOW, SAML, SUPPLIER, FewParties, clock, request
from tests.fuzz.target import Target, as_text
from tests.trust.metadata_documents import entity, group, school_role, service_role
from tests.trust.metadata_documents import signed as signed_metadata

_ECDSA = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"
_RULES = Rules(now=NOW, allow_loopback=True)


def _parts(*, signed: bool) -> Any:
    return SimpleNamespace(
        registry=FewParties(),
        clock=clock,
        settings=SimpleNamespace(signed_requests=signed, clock_skew_seconds=60),
        state=SimpleNamespace(take=lambda key: f"farewell {SAML.id}".encode()),
    )


def sso(*, signed: bool) -> SsoRequests:
    """Where requests come in, which must all be `signed` or need not."""
    return SsoRequests(_parts(signed=signed), Providers(), f"{BASE}/saml/sso")


_SSO = sso(signed=False)
_SLO = SingleLogout(
    _parts(signed=False),
    Providers(),
    None,  # type: ignore[arg-type]
    LogoutMessages(f"{BASE}/saml/slo", clock, 60),
)
_PROOF = Proof.from_pem(SCHOOL.keys.certificate.encode())


def _written(element: Element) -> bytes:
    return etree.tostring(element)


def _encrypted(data: bytes) -> object:
    return decryptor().decrypt(parse_message(data))


def _said(data: bytes) -> object:
    """What an assertion says, as if the school's signature were over it."""
    return read_assertion(VerifiedAssertion(parse_message(data), "", ""), NOW, 60)


def _signed_part(data: bytes) -> object:
    return verify(parse_message(data), [verification_key(EC.certificate_base64)])


def _asked(data: bytes) -> object:
    """By a service that need not sign."""
    fields = {"SAMLRequest": base64.b64encode(data).decode()}
    return _SSO.read(request("POST", data=fields))


def _redirected(field: str, data: bytes) -> bytes:
    """A query that the service signed, whatever is in it (SAML Bindings §3.4.4.1)."""
    squeezer = zlib.compressobj(1, wbits=-15)
    message = base64.b64encode(squeezer.compress(data) + squeezer.flush())
    query = f"{field}={quote(message)}&SigAlg={quote(_ECDSA)}".encode()
    r, s = decode_dss_signature(KEY.sign(query, ec.ECDSA(hashes.SHA256())))
    return (
        query + b"&Signature=" + quote(base64.b64encode(r.to_bytes(32) + s.to_bytes(32))).encode()
    )


def _logout(field: str) -> Callable[[bytes], object]:
    return lambda data: _SLO.read(request(query=_redirected(field, data)))


def _received(data: bytes) -> object:
    return bindings.receive(request(query=data), "SAMLRequest")


def _posted(data: bytes) -> object:
    return bindings.receive(request("POST", data={"SAMLResponse": as_text(data)}), "SAMLResponse")


def _entities(data: bytes) -> object:
    return list(read_entities(data, _RULES, None))


def _proved_entities(data: bytes) -> object:
    return list(read_entities(data, _RULES, _PROOF))


def _message(name: str) -> Element:
    message = root(f"samlp:{name}", ID=new_id(), Version="2.0", IssueInstant=instant())
    sub(message, "saml:Issuer", SUPPLIER.entity_id)
    return message


def _logout_request() -> bytes:
    message = _message("LogoutRequest")
    sub(message, "saml:NameID", "person")
    sub(message, "samlp:SessionIndex", "_one")
    message.set("NotOnOrAfter", instant(300))
    return _written(message)


def _logout_response() -> bytes:
    message = _message("LogoutResponse")
    message.set("InResponseTo", "_asked")
    sub(
        sub(message, "samlp:Status"),
        "samlp:StatusCode",
        Value="urn:oasis:names:tc:SAML:2.0:status:Success",
    )
    return _written(message)


def _authn_request(**changes: object) -> bytes:
    asked = AuthnRequest(issuer=SUPPLIER.entity_id, destination=None, acs=SUPPLIER.acs, **changes)  # type: ignore[arg-type]
    return _written(asked.build())


_PLAIN = SCHOOL.answer(REQUEST, PUPIL).build()
_CLOSED = SCHOOL.answer(
    REQUEST, PUPIL, encrypt_for=KEYS.certificate, response_signing=BY_SCHOOL
).build()
_REQUESTS = (
    _authn_request(
        contexts=["urn:oasis:names:tc:SAML:2.0:ac:classes:Password"], force_authn="true"
    ),
    _authn_request(idp_list=["99XA"], name_id_format=None, is_passive="0"),
    _authn_request(name_id_format="urn:oasis:names:tc:SAML:2.0:nameid-format:transient"),
)
_UNTIL = f'ID="_group" validUntil="{instant(20 * 86_400)}"'
_SIGNED = _message("LogoutRequest")
Signing(EC, method="TransformEcdsaSha256").sign(_SIGNED)
_ENTITY = entity(service_role()).encode()
_GROUP = group(entity(service_role(), "urn:a"), entity(school_role(), "urn:b"), attributes=_UNTIL)
_BAD_XML = (XmlRefused, SchoolError)

TARGETS = (
    Target("saml-response", judge_bytes, (SchoolError,), (_written(_PLAIN), _written(_CLOSED))),
    Target("saml-response-field", lambda d: decode(as_text(d)), (SchoolError,), (b"PHg+PC94Pg==",)),
    Target("saml-assertion", _said, _BAD_XML, (_written(find(_PLAIN, "./saml:Assertion")[0]),)),
    Target(
        "saml-encrypted",
        _encrypted,
        _BAD_XML,
        (_written(find(_CLOSED, "./saml:EncryptedAssertion")[0]),),
    ),
    Target("saml-signature", _signed_part, (XmlRefused, SignatureRefused), (_written(_SIGNED),)),
    Target("saml-authn-request", _asked, (SupplierError,), _REQUESTS),
    Target("saml-logout-request", _logout("SAMLRequest"), (SupplierError,), (_logout_request(),)),
    Target(
        "saml-logout-response", _logout("SAMLResponse"), (SupplierError,), (_logout_response(),)
    ),
    Target("saml-redirect", _received, (XmlRefused,), (_redirected("SAMLRequest", _REQUESTS[0]),)),
    Target("saml-post", _posted, (XmlRefused,), (base64.b64encode(_written(_PLAIN)),)),
    Target(
        "saml-time",
        lambda d: read_saml_time(as_text(d)),
        (ValueError,),
        (b"2026-11-26T12:00:00.123Z",),
    ),
    Target(
        "metadata-entity",
        _entities,
        (RegistrationRefused,),
        (_ENTITY, entity(school_role()).encode()),
    ),
    Target("metadata-aggregate", _entities, (RegistrationRefused,), (_GROUP,)),
    Target(
        "metadata-signed",
        _proved_entities,
        (RegistrationRefused,),
        (signed_metadata(_GROUP, SCHOOL.keys),),
    ),
)
