"""What the gateway makes of a school's answer, without a server: thousands in a few seconds."""

import base64
import time
from collections.abc import Sequence
from functools import cache

from gateway.core.model import Connection
from gateway.trust.metadata.names import REDIRECT
from gateway.trust.metadata.roles import Endpoint, IdentityProvider
from providers.schools.saml.decrypt import Decryptor
from providers.schools.saml.provider import Provider
from providers.schools.saml.request import Asking
from providers.schools.saml.verify import Expectation, VerifiedAssertion, verify_response
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_proof import Signing
from tests.actors.saml_xml import Element, encode
from tests.actors.scripted_school import ReceivedRequest, ScriptedSchool

GATEWAY = Asking("http://gateway.test/school/saml/metadata", "http://gateway.test/school/saml/acs")
KEYS = rsa_key(GATEWAY.entity_id)
SCHOOL = ScriptedSchool(sp_metadata(GATEWAY.entity_id, [GATEWAY.acs], [KEYS], encryption=[KEYS]))
BY_SCHOOL = Signing(SCHOOL.keys)
REQUEST = ReceivedRequest("_asked", GATEWAY.entity_id, GATEWAY.acs, "", "", None, (), False, False)


@cache
def _school(signed: str, certificates: tuple[str, ...]) -> Provider:
    role = IdentityProvider(
        entity_id=SCHOOL.entity_id,
        single_sign_on=(Endpoint(REDIRECT, SCHOOL.sso),),
        signing_certificates=certificates,
    )
    config = {**role.to_config(), "signed": signed}
    return Provider(Connection("idp-1", "saml", SCHOOL.entity_id, config), GATEWAY)


@cache
def decryptor() -> Decryptor:
    return Decryptor([rsa_key("next key").key.encode(), KEYS.key.encode()])


def judge(
    response: Element, signed: str = "assertion", keys: Sequence[KeyPair] = (SCHOOL.keys,)
) -> VerifiedAssertion:
    """For a school whose setting says what must be `signed`, and that publishes these keys; raises
    SchoolError."""
    return judge_bytes(base64.b64decode(encode(response)), signed, keys)


def judge_bytes(
    message: bytes,
    signed: str = "assertion",
    keys: Sequence[KeyPair] = (SCHOOL.keys,),
    now: float | None = None,
) -> VerifiedAssertion:
    """The same of bytes, at another moment than this one where `now` is given."""
    school = _school(signed, tuple(key.certificate_base64 for key in keys))
    expected = Expectation(
        settings=school.settings,
        keys=tuple(school.strong_keys.values()),
        signed_response=signed == "response",
        issuer=SCHOOL.entity_id,
        audience=GATEWAY.entity_id,
        acs=GATEWAY.acs,
        request_id=REQUEST.id,
        now=time.time() if now is None else now,
        skew=60,
        longest=900,
    )
    return verify_response(message, expected, decryptor())
