"""How SAML messages travel: what we send is read back; what is odd is refused (SAML Bindings §3)."""

import base64
import zlib
from dataclasses import dataclass, field
from urllib.parse import parse_qs, quote, urlencode, urlsplit

import pytest
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec
from hypothesis import given
from hypothesis import strategies as st
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from werkzeug.datastructures import MultiDict

from gateway.core.ports import Signer
from gateway.trust.bindings import Message, check_query_signature, receive, redirect_address
from gateway.trust.xml import MESSAGE_LIMIT, XmlRefused, canonical
from gateway.trust.xmldsig import SignatureRefused, WeakSignature, verification_key
from tests.trust.invented_keys import signer

LOCATION = "https://school.test/sso"
XML = b'<Request ID="_1">Noor</Request>'
ECDSA_SHA256 = "http://www.w3.org/2001/04/xmldsig-more#ecdsa-sha256"


@dataclass(frozen=True, slots=True)
class Request:
    """What a protocol reads of an HTTP request."""

    query_string: bytes = b""
    form: MultiDict[str, str] = field(default_factory=MultiDict)
    method: str = "GET"


def redirected(query: str | bytes, name: str = "SAMLRequest") -> Message:
    raw = query if isinstance(query, bytes) else query.encode("ascii")
    return receive(Request(query_string=raw), name)


def posted(*fields: tuple[str, str]) -> Message:
    return receive(Request(form=MultiDict(fields), method="POST"), "SAMLResponse")


def packed(data: bytes = XML) -> str:
    deflater = zlib.compressobj(9, zlib.DEFLATED, -15)
    return base64.b64encode(deflater.compress(data) + deflater.flush()).decode()


def sent(relay: str | None = "doel", by: Signer | None = None, location: str = LOCATION) -> str:
    """The query of what we send."""
    return urlsplit(redirect_address(location, "SAMLRequest", XML, relay, by or signer())).query


KEY = verification_key(signer().certificate)


@given(relay=st.none() | st.text(max_size=300))
def test_3_4_what_we_send_is_received_with_relay_state_untouched_and_verifies(
    relay: str | None,
) -> None:
    message = redirected(sent(relay))
    assert canonical(message.root) == XML
    assert message.relay_state == relay
    assert not message.posted
    check_query_signature(message, [KEY])


def test_3_4_python3_saml_verifies_what_we_send() -> None:
    query = sent()
    values = {name: found[0] for name, found in parse_qs(query).items()}
    pem = OneLogin_Saml2_Utils.format_cert(signer().certificate)
    assert OneLogin_Saml2_Utils.validate_binary_sign(
        query.rpartition("&Signature=")[0],
        base64.b64decode(values["Signature"]),
        pem,
        values["SigAlg"],
    )
    assert zlib.decompress(base64.b64decode(values["SAMLRequest"]), -15) == XML


def test_3_4_an_address_with_a_query_keeps_it() -> None:
    address = redirect_address(f"{LOCATION}?tenant=7", "SAMLRequest", XML, None, signer())
    assert address.startswith(f"{LOCATION}?tenant=7&SAMLRequest=")
    check_query_signature(redirected(urlsplit(address).query), [KEY])


def ecdsa(raw: bool) -> str:
    """A query signed with an EC key: as XML Signature has it (r||s), or as DER."""
    key = signer(algorithm="ES256")
    query = urlencode({"SAMLRequest": packed(), "SigAlg": ECDSA_SHA256})
    plain = query.encode()
    value = key.sign_xml(plain) if raw else key.private.sign(plain, ec.ECDSA(hashes.SHA256()))
    return f"{query}&Signature={quote(base64.b64encode(value), safe='')}"


@pytest.mark.parametrize(
    "raw",
    [
        pytest.param(True, id="r||s"),
        pytest.param(False, id="DER"),
    ],
)
def test_3_4_4_1_an_ec_signature_is_verified_in_either_form(raw: bool) -> None:
    """RFC 9231 §2.3.6 has r||s, which xmlsec and we ourselves make; Java products send DER."""
    message = redirected(ecdsa(raw))
    check_query_signature(message, [verification_key(signer(algorithm="ES256").certificate)])


def test_3_4_4_1_the_signature_is_over_the_query_as_it_was_sent() -> None:
    """Encoded otherwise (lower case, a plain sign), the same values still verify."""
    key = signer()
    query = f"SAMLRequest={quote(packed(), safe='/')}&RelayState=a%2fb+c&SigAlg={quote(key.xml_algorithm, safe=':/')}"
    value = quote(base64.b64encode(key.sign_xml(query.encode())), safe="")
    message = redirected(f"{query}&Signature={value}")
    assert message.relay_state == "a/b c"
    check_query_signature(message, [KEY])


def test_3_4_4_1_order_and_strangers_in_the_query_do_not_matter() -> None:
    parts = sent().split("&")
    check_query_signature(redirected("&".join(["school=99XA", *reversed(parts), "x=1"])), [KEY])


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("RelayState=doel", "RelayState=elders"),
        ("RelayState=doel&", ""),
        ("SAMLRequest=", "SAMLRequest=" + quote(packed(b"<Other/>"), safe="") + "&was="),
        ("rsa-sha256", "rsa-sha512"),
        ("rsa-sha256", "ecdsa-sha256"),
        ("&Signature=", "&Signature=AAAA&was="),
    ],
)
def test_3_4_4_1_what_was_changed_does_not_verify(before: str, after: str) -> None:
    query = sent()
    assert before in query
    with pytest.raises(SignatureRefused):
        check_query_signature(redirected(query.replace(before, after)), [KEY])


def test_3_4_4_1_another_key_or_no_key_does_not_verify() -> None:
    for keys in ([], [verification_key(signer("two").certificate)]):
        with pytest.raises(SignatureRefused, match="no known key"):
            check_query_signature(redirected(sent()), keys)


def test_3_4_4_1_an_unsigned_message_is_received_and_proves_nothing() -> None:
    message = redirected(urlencode({"SAMLRequest": packed()}))
    assert message.signed_query is None
    with pytest.raises(SignatureRefused, match="not signed"):
        check_query_signature(message, [KEY])


@pytest.mark.parametrize(
    "algorithm",
    [
        "",
        "http://www.w3.org/2000/09/xmldsig#rsa-sha1",
        "http://www.w3.org/2000/09/xmldsig#dsa-sha1",
        "http://www.w3.org/2001/04/xmldsig-more#hmac-sha256",
    ],
)
def test_saml2int_alg01_a_weak_query_signature_is_refused(algorithm: str) -> None:
    query = urlencode({"SAMLRequest": packed(), "SigAlg": algorithm, "Signature": "AAAA"})
    with pytest.raises(WeakSignature):
        check_query_signature(redirected(query), [KEY])


@pytest.mark.parametrize("name", ["SAMLRequest", "RelayState", "SigAlg", "Signature"])
def test_a_parameter_that_is_there_twice_is_refused(name: str) -> None:
    """Of two values one might be verified and the other read."""
    with pytest.raises(XmlRefused, match=f"{name} is there twice"):
        redirected(f"{sent()}&{name}=x")


REFUSED = {
    "no message": "RelayState=x",
    "empty": "SAMLRequest=",
    "another field": f"SAMLResponse={quote(packed(), safe='')}",
    "an encoded name": f"SAML%52equest={quote(packed(), safe='')}",
    "no base64": "SAMLRequest=%21%21",
    "not deflated": f"SAMLRequest={quote(base64.b64encode(XML), safe='')}",
    "no XML": f"SAMLRequest={quote(packed(b'Noor'), safe='')}",
    "a DOCTYPE": f"SAMLRequest={quote(packed(b'<!DOCTYPE a><a/>'), safe='')}",
    "a comment": f"SAMLRequest={quote(packed(b'<a>b<!-- -->c</a>'), safe='')}",
    "RelayState too long": f"SAMLRequest={quote(packed(), safe='')}&RelayState={'x' * 4097}",
    "signature no base64": f"SAMLRequest={quote(packed(), safe='')}&Signature=%21",
}


@pytest.mark.parametrize("query", REFUSED.values(), ids=REFUSED)
def test_3_4_4_what_is_no_message_is_refused(query: str) -> None:
    with pytest.raises(XmlRefused):
        redirected(query)


@pytest.mark.parametrize("size", [MESSAGE_LIMIT + 1, 50 * 1024 * 1024])
def test_3_4_4_1_a_deflate_bomb_is_not_blown_up(size: int) -> None:
    """CVE-2025-25293: bounded after inflating too."""
    bomb = packed(b"<a>" + b" " * size + b"</a>")
    assert len(bomb) < MESSAGE_LIMIT
    with pytest.raises(XmlRefused, match="too large"):
        redirected(urlencode({"SAMLRequest": bomb}))


def test_3_5_a_posted_message_is_base64_in_a_form_field() -> None:
    message = posted(("SAMLResponse", base64.encodebytes(XML).decode()), ("RelayState", "doel"))
    assert canonical(message.root) == XML
    assert (message.relay_state, message.posted, message.signed_query) == ("doel", True, None)


@pytest.mark.parametrize(
    "fields",
    [
        [],
        [("RelayState", "x")],
        [("SAMLResponse", "PGEvPg=="), ("SAMLResponse", "PGEvPg==")],
        [("SAMLResponse", "PGEvPg=="), ("RelayState", "x"), ("RelayState", "y")],
        [("SAMLResponse", "PGEvPg=="), ("RelayState", "x" * 4097)],
        [("SAMLResponse", "é")],
        [("SAMLResponse", packed())],
        [("SAMLResponse", "A" * (MESSAGE_LIMIT * 2 + 1))],
        [("SAMLResponse", base64.b64encode(b" " * (MESSAGE_LIMIT + 1)).decode())],
    ],
)
def test_3_5_4_what_is_no_posted_message_is_refused(fields: list[tuple[str, str]]) -> None:
    with pytest.raises(XmlRefused):
        posted(*fields)


@given(query=st.binary(max_size=80).filter(bytes.isascii))
def test_any_query_is_refused_in_one_way(query: bytes) -> None:
    with pytest.raises(XmlRefused):
        redirected(b"SAMLRequest=" + query)


@pytest.mark.parametrize("name", [b"SAMLRequest", b"RelayState", b"SigAlg"])
def test_rfc_3986_2_1_a_query_with_bytes_that_are_not_encoded_is_refused(name: bytes) -> None:
    rest = f"&SAMLRequest={quote(packed(), safe='')}&Signature=AAAA".encode()
    with pytest.raises(XmlRefused):
        redirected(name + b"=\xc3\xa9" + (b"" if name == b"SAMLRequest" else rest))
