"""Encrypted assertions: what a stranger sends is never decrypted so that he learns from it."""

import base64

import pytest

from gateway.errors import (
    BadSignature,
    GatewayError,
    MalformedAnswer,
    UndecryptableAnswer,
    WeakAlgorithm,
)
from providers.schools.saml.verify import VerifiedAssertion
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL
from tests.actors.saml_answer import Answer
from tests.actors.saml_proof import Signing, encrypt
from tests.actors.saml_xml import Element, decode, encode, find, root, sub
from tests.attacks.saml.in_process import BY_SCHOOL, KEYS, REQUEST, SCHOOL, judge

BY_STRANGER = Signing(rsa_key("stranger"))
ELSEWHERE = "file:///etc/hostname"

GCM = pytest.mark.parametrize("content", ["Aes128Gcm", "Aes192Gcm", "Aes256Gcm"])
CBC = pytest.mark.parametrize("content", ["Aes128Cbc", "Aes256Cbc"])
BOTH_SETTINGS = pytest.mark.parametrize("signed", ["assertion", "response"])


def answer(content: str, *, transport: str = "RsaOaep", **changes: object) -> Answer:
    """An answer whose signed assertion is encrypted for us."""
    encryption = {"content": f"Transform{content}", "transport": f"Transform{transport}"}
    for_us = {"encrypt_for": KEYS.certificate, "encryption": encryption}
    return SCHOOL.answer(REQUEST, PUPIL, **{**for_us, **changes})


def changed(response: Element, cipher_value: int, position: int) -> Element:
    """The response with a bit of a CipherValue turned: 0 is the key's, 1 the assertion's."""
    response = decode(encode(response))
    value = find(response, "//xenc:CipherValue")[cipher_value]
    data = bytearray(base64.b64decode(value.text or ""))
    data[position] ^= 1
    value.text = base64.b64encode(data).decode()
    return response


@GCM
@BOTH_SETTINGS
def test_gcm_is_opened(content: str, signed: str):
    signing = BY_SCHOOL if signed == "response" else None
    verified = judge(answer(content, response_signing=signing).build(), signed)
    assert name_of(verified) == PUPIL.uid


@CBC
@BOTH_SETTINGS
def test_cbc_in_a_response_that_the_school_signed_is_opened(content: str, signed: str):
    verified = judge(answer(content, response_signing=BY_SCHOOL).build(), signed)
    assert name_of(verified) == PUPIL.uid


@CBC
@BOTH_SETTINGS
def test_cbc_in_an_unsigned_response_is_refused(content: str, signed: str):
    with pytest.raises(WeakAlgorithm, match="signed response alone"):
        judge(answer(content).build(), signed)


@CBC
@BOTH_SETTINGS
@pytest.mark.parametrize("position", [0, -1, None])
def test_cbc_in_a_response_that_another_signed_is_not_even_decrypted(
    content: str, signed: str, position: int | None
):
    """Whole or changed, it ends the same: nothing is heard of the padding or the text."""
    response = answer(content).build()
    if position is not None:
        response = changed(response, 1, position)
    BY_STRANGER.sign(response)
    with pytest.raises(BadSignature) as refused:
        judge(response, signed)
    assert str(refused.value) == "no known key made this signature"


@CBC
@pytest.mark.parametrize("cipher_value", [0, 1])
@pytest.mark.parametrize("position", [0, 15, -1])
def test_cbc_that_was_changed_after_signing_is_not_even_decrypted(
    content: str, cipher_value: int, position: int
):
    response = answer(content, response_signing=BY_SCHOOL).build()
    with pytest.raises(BadSignature):
        judge(changed(response, cipher_value, position))


@GCM
@pytest.mark.parametrize("cipher_value", [0, 1])
@pytest.mark.parametrize("position", [0, 15, -1])
def test_changed_gcm_gives_one_and_the_same_error(content: str, cipher_value: int, position: int):
    with pytest.raises(UndecryptableAnswer) as refused:
        judge(changed(answer(content).build(), cipher_value, position))
    assert _heard(refused.value) == ("KP-220", "none of our keys opens it")


@CBC
@pytest.mark.parametrize("cipher_value", [0, 1])
@pytest.mark.parametrize("position", [0, -1])
def test_broken_cbc_that_the_school_signed_gives_that_same_error(
    content: str, cipher_value: int, position: int
):
    response = changed(answer(content).build(), cipher_value, position)
    BY_SCHOOL.sign(response)
    with pytest.raises(UndecryptableAnswer) as refused:
        judge(response)
    assert _heard(refused.value) == ("KP-220", "none of our keys opens it")


@pytest.mark.parametrize("content", ["Aes256Gcm", "Aes256Cbc"])
@BOTH_SETTINGS
def test_key_transport_by_pkcs1_is_refused_though_signed(content: str, signed: str):
    """SAML2Int ALG01: Bleichenbacher's oracle lies in the key, whatever covers it."""
    response = answer(content, transport="RsaPkcs1", response_signing=BY_SCHOOL).build()
    with pytest.raises(WeakAlgorithm, match="rsa-1_5"):
        judge(response, signed)


def test_cipher_of_another_kind_is_refused_though_signed():
    response = answer("Aes256Gcm").build()
    method = find(response, "//xenc:EncryptedData/xenc:EncryptionMethod")[0]
    method.set("Algorithm", "http://www.w3.org/2001/04/xmlenc#tripledes-cbc")
    BY_SCHOOL.sign(response)
    with pytest.raises(WeakAlgorithm, match="tripledes"):
        judge(response)


@pytest.mark.parametrize(
    ("parent", "reference"),
    [
        ("//xenc:EncryptedData/xenc:CipherData", "xenc:CipherReference"),
        ("//xenc:EncryptedKey/xenc:CipherData", "xenc:CipherReference"),
        ("//xenc:EncryptedData/ds:KeyInfo", "ds:RetrievalMethod"),
    ],
)
def test_no_file_is_opened_for_a_stranger(parent: str, reference: str):
    """XML Encryption §3.3.1, XML Signature §4.5.3: xmlsec would open what the URI names."""
    response = decode(encode(answer("Aes256Gcm").build()))
    (place,) = find(response, parent)
    for value in find(place, "./xenc:CipherValue"):
        place.remove(value)
    sub(place, reference, URI=ELSEWHERE)
    with pytest.raises(MalformedAnswer, match="elsewhere"):
        judge(response)


def test_no_transform_is_run_for_a_stranger():
    """XSLT in a Transform is a program."""
    response = decode(encode(answer("Aes256Gcm").build()))
    (key_info,) = find(response, "//xenc:EncryptedData/ds:KeyInfo")
    method = sub(key_info, "ds:RetrievalMethod", URI="#_key")
    sub(
        sub(method, "ds:Transforms"),
        "ds:Transform",
        Algorithm="http://www.w3.org/TR/1999/REC-xslt-19991116",
    )
    with pytest.raises(MalformedAnswer, match="transformed"):
        judge(response)


@pytest.mark.parametrize("keys", [["ours", "stranger"], ["stranger", "ours"], ["next key", "ours"]])
def test_core_2_2_4_of_several_keys_ours_is_found(keys: list[str]):
    """A school in our rollover encrypts for both our keys, in whichever order."""
    first, second = (KEYS if key == "ours" else rsa_key(key) for key in keys)
    encryption = {"also_for": [second.certificate]}
    response = SCHOOL.answer(REQUEST, PUPIL, encrypt_for=first.certificate, encryption=encryption)
    assert len(find(response.build(), "//xenc:EncryptedKey")) == 2
    assert name_of(judge(response.build())) == PUPIL.uid


def test_core_2_2_4_key_beside_the_data_is_found():
    response = decode(encode(answer("Aes256Gcm").build()))
    (data,) = find(response, "//xenc:EncryptedData")
    (key,) = find(data, ".//xenc:EncryptedKey")
    key.set("Id", "_key")
    kind = "http://www.w3.org/2001/04/xmlenc#EncryptedKey"
    sub(find(data, "./ds:KeyInfo")[0], "ds:RetrievalMethod", URI="#_key", Type=kind)
    data.addnext(key)
    assert name_of(judge(response)) == PUPIL.uid


def test_keys_that_are_all_of_others_open_nothing():
    others = [rsa_key(name).certificate for name in ("stranger", "second stranger")]
    encryption = {"also_for": others[1:]}
    response = SCHOOL.answer(REQUEST, PUPIL, encrypt_for=others[0], encryption=encryption)
    with pytest.raises(UndecryptableAnswer):
        judge(response.build())


def test_fifth_key_is_refused():
    """Each costs us operations with our private keys."""
    encryption = {"also_for": [KEYS.certificate] * 4}
    response = SCHOOL.answer(
        REQUEST, PUPIL, encrypt_for=KEYS.certificate, encryption=encryption
    ).build()
    with pytest.raises(MalformedAnswer, match="one to four"):
        judge(response)


def test_weak_transport_of_a_second_key_is_refused():
    response = decode(encode(answer("Aes256Gcm").build()))
    (key,) = find(response, "//xenc:EncryptedKey")
    key.addnext(decode(encode(key)))
    find(response, "//xenc:EncryptedKey/xenc:EncryptionMethod")[1].set(
        "Algorithm", "http://www.w3.org/2001/04/xmlenc#rsa-1_5"
    )
    with pytest.raises(WeakAlgorithm, match="rsa-1_5"):
        judge(response)


def test_key_in_a_key_is_refused():
    response = decode(encode(answer("Aes256Gcm").build()))
    (key,) = find(response, "//xenc:EncryptedKey")
    copy = decode(encode(key))
    sub(key, "ds:KeyInfo").append(copy)
    with pytest.raises(MalformedAnswer, match="out of its place"):
        judge(response)


@pytest.mark.parametrize("content", ["Aes256Gcm", "Aes128Cbc"])
@BOTH_SETTINGS
def test_core_2_2_4_encrypted_name_id_is_opened(content: str, signed: str):
    """Also in CBC: the signature of the school around it was verified first."""
    signing = BY_SCHOOL if signed == "response" else None
    response = answer(content, encrypt_name_id=True, response_signing=signing).build()
    assert find(response, "//saml:Subject/saml:EncryptedID")
    assert name_of(judge(response, signed)) == PUPIL.uid


def test_encrypted_name_id_in_an_encrypted_assertion_is_opened():
    inner = answer("Aes256Gcm", encrypt_name_id=True)
    response = inner.build()
    (assertion,) = find(response, "./saml:Assertion")
    response.replace(assertion, encrypt(assertion, KEYS.certificate))
    assert name_of(judge(response)) == PUPIL.uid


def test_encrypted_name_id_for_another_is_refused():
    """An SP-specific id that we can not read is no id of ours."""
    stranger = rsa_key("stranger").certificate
    response = SCHOOL.answer(REQUEST, PUPIL, encrypt_for=stranger, encrypt_name_id=True)
    with pytest.raises(UndecryptableAnswer):
        judge(response.build())


def test_encrypted_name_id_of_a_stranger_is_not_even_decrypted():
    signing = Signing(rsa_key("stranger"))
    response = answer("Aes256Gcm", encrypt_name_id=True, signing=signing).build()
    changed_response = changed(response, 1, 0)
    for each in (response, changed_response):
        with pytest.raises(BadSignature):
            judge(each)


def test_encrypted_id_that_holds_something_else_is_refused():
    """Core §2.2.4: a NameID, a BaseID or an assertion; we know the first alone."""
    response = answer("Aes256Gcm", signing=None, encrypt_for=None).build()
    (name_id,) = find(response, "//saml:Subject/saml:NameID")
    other = root("saml:Issuer")
    other.text = PUPIL.uid
    encrypted = encrypt(other, KEYS.certificate, wrapper="saml:EncryptedID")
    name_id.getparent().replace(name_id, encrypted)
    BY_SCHOOL.sign(find(response, "./saml:Assertion")[0])
    with pytest.raises(MalformedAnswer, match="not a NameID"):
        judge(response)


def test_core_2_7_3_2_encrypted_attribute_is_refused_aloud():
    """What it says could be the very attribute that a login hangs on."""
    response = answer("Aes256Gcm", signing=None, encrypt_for=None).build()
    (statement,) = find(response, "//saml:AttributeStatement")
    attribute = encrypt(statement[0], KEYS.certificate, wrapper="saml:EncryptedAttribute")
    statement.replace(statement[0], attribute)
    BY_SCHOOL.sign(find(response, "./saml:Assertion")[0])
    with pytest.raises(MalformedAnswer, match="EncryptedAttribute"):
        judge(response)


def test_plain_assertion_beside_the_encrypted_one_is_refused():
    response = answer("Aes256Gcm").build()
    response.append(answer("Aes256Gcm").build_assertion())
    with pytest.raises(MalformedAnswer, match="one assertion"):
        judge(response)


def test_unsigned_assertion_inside_is_refused():
    """Encryption proves nothing: our key is public."""
    with pytest.raises(GatewayError) as refused:
        judge(answer("Aes256Gcm", signing=None).build())
    assert refused.value.code == "KP-211"


def name_of(verified: VerifiedAssertion) -> str:
    return find(verified.element, "./saml:Subject/saml:NameID")[0].text or ""


def _heard(error: GatewayError) -> tuple[str, str]:
    return error.code, str(error)
