"""What fuzzing found, each once more: an error of ours then, a refusal now."""

import json

import pytest

from gateway.errors import (
    MalformedRequest,
    RegistrationRefused,
    SchoolUnreachable,
    UnexpectedAnswer,
)
from gateway.trust.jose import TokenRefused
from tests.fuzz.oidc import CLAIMS, DISCOVERY
from tests.fuzz.targets import TARGETS

DEEP = b"[" * 20_000


def discovery(**changes: object) -> bytes:
    return json.dumps({**json.loads(DISCOVERY), **changes}).encode()


def id_token(**changes: object) -> bytes:
    return json.dumps({**CLAIMS, **changes}).encode()


def picked(custom: object) -> bytes:
    item = {"type": "ltiResourceLink", "url": "http://tool.test/start", "custom": custom}
    return json.dumps([item]).encode()


FOUND = [
    ("metadata-entity", b"<md:EntityDescriptor/>", RegistrationRefused),
    ("school-discovery", b"[]", SchoolUnreachable),
    ("school-discovery", DEEP, SchoolUnreachable),
    ("school-discovery", discovery(authorization_endpoint="http://["), SchoolUnreachable),
    ("school-discovery", discovery(authorization_endpoint="javascript:a()"), SchoolUnreachable),
    ("school-discovery", discovery(token_endpoint=["http://idp.test/"]), SchoolUnreachable),
    ("school-discovery", discovery(jwks_uri="ftp://idp.test/jwks"), SchoolUnreachable),
    ("jwks", DEEP, TokenRefused),
    ("school-token-answer", DEEP, SchoolUnreachable),
    ("school-userinfo", DEEP, SchoolUnreachable),
    ("school-id-token", id_token(nonce="n\u00e9"), UnexpectedAnswer),
    ("school-id-token", id_token(nonce="\ud800"), UnexpectedAnswer),
    ("lti-content-items", picked({"a": "\ud800"}), MalformedRequest),
    ("lti-content-items", picked({"\ud800": "a"}), MalformedRequest),
    ("lti-content-items", picked({"a": "\0"}), MalformedRequest),
]


@pytest.mark.parametrize(("name", "data", "refusal"), FOUND)
def test_found_by_fuzzing(name: str, data: bytes, refusal: type[Exception]):
    assert issubclass(refusal, TARGETS[name].refusals)
    with pytest.raises(refusal):
        TARGETS[name].read(data)


def test_an_address_of_userinfo_that_is_none_is_not_asked():
    assert TARGETS["school-discovery"].read(discovery(userinfo_endpoint=5))
