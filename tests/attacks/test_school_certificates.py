"""A school with several signing certificates (SAML Metadata §2.4.1.1; SAML2Int MD05 to MD07): each
strong key that it publishes counts, at every place where a key is looked for, and no other."""

import pytest

from gateway.errors import BadSignature, WeakAlgorithm
from tests.actors.keys import KeyPair, new_ec_key, new_rsa_key, rsa_key
from tests.actors.people import PUPIL
from tests.actors.saml_answer import Answer
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import find
from tests.attacks.saml.in_process import KEYS, REQUEST, SCHOOL, judge

FIRST, SECOND, THIRD = (rsa_key(f"certificate {number}") for number in range(3))
WEAK = new_rsa_key("weak", 1024)
EC = new_ec_key("of curve P-256")
BOTH_SETTINGS = pytest.mark.parametrize("signed", ["assertion", "response"])


def answer(by: KeyPair, signed: str, method: str = "TransformRsaSha256") -> Answer:
    """Signed where the school's setting says, by this key alone."""
    signing = Signing(by, method)
    part = "response_signing" if signed == "response" else "signing"
    return SCHOOL.answer(REQUEST, PUPIL, **{"signing": None, part: signing})


def is_pupil(by: KeyPair, signed: str, *published: KeyPair, method: str = "Rsa") -> bool:
    response = answer(by, signed, f"Transform{method}Sha256").build()
    verified = judge(response, signed, published)
    return find(verified.element, "./saml:Subject/saml:NameID")[0].text == PUPIL.uid


@BOTH_SETTINGS
@pytest.mark.parametrize("by", [FIRST, SECOND, THIRD], ids=["first", "second", "third"])
def test_metadata_2_4_1_1_each_published_key_counts(by: KeyPair, signed: str):
    assert is_pupil(by, signed, FIRST, SECOND, THIRD)


@BOTH_SETTINGS
def test_metadata_2_4_1_1_keys_of_two_kinds_beside_each_other(signed: str):
    assert is_pupil(FIRST, signed, EC, FIRST)
    assert is_pupil(EC, signed, FIRST, EC, method="Ecdsa")


@BOTH_SETTINGS
def test_key_that_was_taken_out_is_refused(signed: str):
    """What was read before of the connection does not linger."""
    assert is_pupil(FIRST, signed, FIRST, SECOND)
    with pytest.raises(BadSignature):
        judge(answer(FIRST, signed).build(), signed, [SECOND, THIRD])


@BOTH_SETTINGS
def test_saml2int_md07_weak_key_beside_a_strong_one(signed: str):
    """The strong one counts; the weak one is as if it were not there."""
    assert is_pupil(SECOND, signed, WEAK, SECOND)
    with pytest.raises(BadSignature):
        judge(answer(WEAK, signed).build(), signed, [WEAK, SECOND])


@BOTH_SETTINGS
def test_saml2int_md07_weak_key_alone_proves_nothing(signed: str):
    with pytest.raises(WeakAlgorithm, match="no key that is good enough"):
        judge(answer(WEAK, signed).build(), signed, [WEAK])


@BOTH_SETTINGS
def test_key_in_the_message_is_not_one_that_is_published(signed: str):
    """KeyInfo brings the stranger's certificate along."""
    with pytest.raises(BadSignature):
        judge(answer(rsa_key("stranger"), signed).build(), signed, [FIRST, SECOND])


@pytest.mark.parametrize("by", [FIRST, SECOND], ids=["first", "second"])
def test_cbc_is_opened_in_a_response_that_any_published_key_signed(by: KeyPair):
    made = SCHOOL.answer(
        REQUEST,
        PUPIL,
        signing=Signing(FIRST),
        response_signing=Signing(by),
        encrypt_for=KEYS.certificate,
        encryption={"content": "TransformAes256Cbc"},
    )
    assert judge(made.build(), keys=[FIRST, SECOND]).assertion_id
    with pytest.raises(BadSignature):
        judge(made.build(), keys=[THIRD])
