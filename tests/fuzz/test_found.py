"""What fuzzing found, each once more: an error of ours then, a refusal now."""

import json

import cbor2
import pytest

from gateway.errors import (
    BadSignature,
    FetchRefused,
    MalformedRequest,
    PasskeyRefused,
    RegistrationRefused,
    SchoolUnreachable,
    UnexpectedAnswer,
)
from gateway.trust.jose import TokenRefused
from tests.fuzz.oidc import CLAIMS, DISCOVERY
from tests.fuzz.passkeys import attestation
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
    ("checked-page", b"<form action='//['>", FetchRefused),
    ("school-discovery", b"[]", SchoolUnreachable),
    ("school-discovery", DEEP, SchoolUnreachable),
    ("school-discovery", discovery(authorization_endpoint="http://["), SchoolUnreachable),
    ("school-discovery", discovery(authorization_endpoint="javascript:a()"), SchoolUnreachable),
    ("school-discovery", discovery(token_endpoint=["http://idp.test/"]), SchoolUnreachable),
    ("school-discovery", discovery(jwks_uri="ftp://idp.test/jwks"), SchoolUnreachable),
    ("jwks", DEEP, TokenRefused),
    ("school-token-answer", DEEP, SchoolUnreachable),
    ("school-token-answer", b'{"id_token": "\\ud800"}', BadSignature),
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


@pytest.mark.parametrize("cose", [{}, {1: 2}, {1: 2, 3: -7}, {1: 3, 3: -257}, [], 7])
def test_key_of_a_passkey_that_is_half_is_refused(cose: object):
    """WebAuthn §6.5.1: the library that reads it stumbles over what is absent."""
    with pytest.raises(PasskeyRefused):
        TARGETS["passkey-attestation"].read(attestation(cbor2.dumps(cose)))


@pytest.mark.parametrize("line", ["m-1\0;2B", 'm-1;"2B' + "x" * 200_000])
def test_line_of_a_licence_list_that_can_not_be_read_is_a_fault(line: str):
    found = TARGETS["licence-list"].read(f"material;group\nm-1;2A\n{line}\n".encode())
    assert [fault.line for fault in found.faults] == [3]


@pytest.mark.parametrize("rest", ["<![other[", "<form action='//['>"])
def test_a_page_that_can_not_be_read_to_its_end_has_the_form_before_that(rest: str):
    assert TARGETS["checked-page"].read(f"<form action='/pick'>{rest}".encode()) == (
        "https://dienst.test/pick"
    )


def test_licence_list_of_an_old_mac_is_read():
    found = TARGETS["licence-list"].read(b"material;group\rm-1;2A\rm-1;2B\r")
    assert (found.groups, found.faults) == ({"m-1": {"2A", "2B"}}, [])
