"""The token endpoint of the LTI services (RFC 6749 §4.4, RFC 7523, LTI Security §4.1)."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

import pytest

from providers.suppliers.lti.services.scopes import LINE_ITEM, SCORE
from tests.actors.keys import rsa_key
from tests.lti.stage import Stage, add_tool
from tests.lti.tool import ALL_SCOPES, Tool, public_jwk, public_pem, run_key_set
from tests.parts.effect import wait_for_lti_service

NOW = time.time


def test_rfc_6749_4_4_3_a_signed_assertion_gives_a_token(stage: Stage) -> None:
    answer = stage.tool.ask_token()
    assert answer.status_code == 200
    assert answer.headers["Cache-Control"] == "no-store"
    record = answer.json()
    assert record.pop("access_token")
    assert record == {"token_type": "Bearer", "expires_in": 3600, "scope": ALL_SCOPES}


def test_pylti1p3_gets_a_token(stage: Stage) -> None:
    assert stage.tool.connector().get_access_token([SCORE])


def test_a_tool_without_a_jwks_uri_is_known_by_the_key_that_it_registered(stage: Stage) -> None:
    assert stage.other.ask_token().status_code == 200


@pytest.mark.parametrize("several", [False, True])
def test_rfc_7523_3_the_issuer_is_an_audience_too(stage: Stage, several: bool) -> None:
    audience = [stage.gateway.base] if several else stage.gateway.base
    assert stage.tool.ask_token(stage.tool.assertion(aud=audience)).status_code == 200


def test_rfc_6749_3_3_only_what_was_granted_is_given(stage: Stage) -> None:
    answer = stage.tool.ask_token(scope=f"openid {SCORE} https://elders.test/all")
    assert answer.json()["scope"] == SCORE


FORMS = {
    "another grant": ({"grant_type": "password"}, "unsupported_grant_type"),
    "no grant": ({"grant_type": ""}, "unsupported_grant_type"),
    "no assertion": ({"client_assertion": ""}, "invalid_client"),
    "another kind of assertion": ({"client_assertion_type": "saml"}, "invalid_client"),
    "another client_id": ({"client_id": "svc-ander"}, "invalid_client"),
    "no scope": ({"scope": ""}, "invalid_scope"),
    "another scope": ({"scope": "openid"}, "invalid_scope"),
}


@pytest.mark.parametrize(("fields", "error"), FORMS.values(), ids=FORMS)
def test_rfc_6749_5_2_a_wrong_request_has_its_error(
    stage: Stage, fields: dict[str, str], error: str
) -> None:
    answer = stage.tool.ask_token(**fields)
    assert answer.json()["error"] == error
    assert answer.status_code == (401 if error == "invalid_client" else 400)


def by_hand(tool: Tool, header: dict[str, str], secret: bytes | None) -> str:
    """What no library signs: without an algorithm, or with HMAC and a public key."""
    good = tool.assertion().split(".")[1]
    head = base64.urlsafe_b64encode(json.dumps(header).encode()).rstrip(b"=").decode()
    signed = f"{head}.{good}"
    if secret is None:
        return f"{signed}."
    mac = hmac.digest(secret, signed.encode(), hashlib.sha256)
    return f"{signed}.{base64.urlsafe_b64encode(mac).rstrip(b'=').decode()}"


def hmac_with_pem(tool: Tool) -> str:
    return by_hand(tool, {"alg": "HS256", "kid": tool.kid}, public_pem(tool.keys).encode())


def hmac_with_jwk(tool: Tool) -> str:
    secret = json.dumps(public_jwk(tool.keys)).encode()
    return by_hand(tool, {"alg": "HS256", "kid": tool.kid}, secret)


HOSTILE: dict[str, Callable[[Tool, Tool], str]] = {
    "alg none": lambda tool, other: by_hand(tool, {"alg": "none"}, None),
    "alg None": lambda tool, other: by_hand(tool, {"alg": "None", "kid": tool.kid}, None),
    "HMAC with the public key": lambda tool, other: hmac_with_pem(tool),
    "HMAC with the JWK": lambda tool, other: hmac_with_jwk(tool),
    "another's key under another's kid": lambda tool, other: tool.assertion(
        key=other.keys.key, kid=other.kid
    ),
    "another's key under this kid": lambda tool, other: tool.assertion(key=other.keys.key),
    "this key under another kid": lambda tool, other: tool.assertion(kid=other.kid),
    "another algorithm of this key": lambda tool, other: tool.assertion(algorithm="PS256"),
    "expired": lambda tool, other: tool.assertion(exp=NOW() - 200, iat=NOW() - 260),
    "too long a life": lambda tool, other: tool.assertion(exp=NOW() + 3600),
    "an end that is no number": lambda tool, other: tool.assertion(exp=float("nan")),
    "an end that never comes": lambda tool, other: tool.assertion(exp=10**400),
    "a start long ago": lambda tool, other: tool.assertion(iat=NOW() - 3600),
    "a start before all time": lambda tool, other: tool.assertion(iat=-(10**400)),
    "a start to come": lambda tool, other: tool.assertion(iat=NOW() + 400),
    "no end": lambda tool, other: tool.assertion(exp=...),
    "no start": lambda tool, other: tool.assertion(iat=...),
    "no jti": lambda tool, other: tool.assertion(jti=...),
    "an empty jti": lambda tool, other: tool.assertion(jti=""),
    "a long jti": lambda tool, other: tool.assertion(jti="x" * 256),
    "for another": lambda tool, other: tool.assertion(aud="https://elders.test/token"),
    "for another beside us": lambda tool, other: tool.assertion(
        aud=[tool.token_endpoint, "https://elders.test/token"]
    ),
    "for an address below ours": lambda tool, other: tool.assertion(aud=f"{tool.token_endpoint}/x"),
    "for nobody": lambda tool, other: tool.assertion(aud=...),
    "about another": lambda tool, other: tool.assertion(sub=other.client_id),
    "about nobody": lambda tool, other: tool.assertion(sub=...),
    "of another": lambda tool, other: tool.assertion(iss=other.client_id, sub=other.client_id),
    "of a stranger": lambda tool, other: tool.assertion(iss="client-vreemd", sub="client-vreemd"),
    "of nobody": lambda tool, other: tool.assertion(iss=...),
    "cut off": lambda tool, other: tool.assertion()[:-8],
    "not a JWT": lambda tool, other: "a.b.c",
    "a list": lambda tool, other: "W10.W10.W10",
    "deep": lambda tool, other: (
        base64.urlsafe_b64encode(b"[" * 2500 + b"]" * 2500).rstrip(b"=").decode() + ".e30.x"
    ),
}


@pytest.mark.parametrize("make", HOSTILE.values(), ids=HOSTILE)
def test_rfc_7523_3_an_assertion_that_proves_nothing_is_refused(
    stage: Stage, make: Callable[[Tool, Tool], str]
) -> None:
    stage.published.rows = [public_jwk(rsa_key("rekentool"))]
    answer = stage.tool.ask_token(make(stage.tool, stage.other))
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client"), answer.text
    assert "access_token" not in answer.text
    assert stage.tool.ask_token().status_code == 200


def test_rfc_6749_5_2_what_an_assertion_holds_does_not_run_through_the_answer(
    stage: Stage,
) -> None:
    algorithm = 'é"\\\n' + "x" * 3000
    answer = stage.tool.ask_token(by_hand(stage.tool, {"alg": algorithm}, None))
    description = answer.json()["error_description"]
    assert len(description) == 200
    assert all(letter.isascii() and letter.isprintable() for letter in description)
    assert not {'"', "\\"} & set(description)


def test_rfc_7523_3_an_assertion_counts_once(stage: Stage) -> None:
    assertion = stage.tool.assertion()
    assert stage.tool.ask_token(assertion).status_code == 200
    again = stage.tool.ask_token(assertion)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_client")


def test_two_tools_may_use_the_same_jti(stage: Stage) -> None:
    for tool in (stage.tool, stage.other):
        assert tool.ask_token(tool.assertion(jti="een")).status_code == 200


def test_a_refused_assertion_does_not_use_up_its_jti(stage: Stage) -> None:
    stage.tool.ask_token(stage.tool.assertion(jti="twee", key=stage.other.keys.key))
    assert stage.tool.ask_token(stage.tool.assertion(jti="twee")).status_code == 200


def test_forged_assertions_do_not_make_us_hammer_the_tool(stage: Stage) -> None:
    stage.tool.token()
    before = stage.published.asked
    for number in range(5):
        assert (
            stage.tool.ask_token(stage.tool.assertion(kid=f"onbekend-{number}")).status_code == 401
        )
    assert stage.published.asked <= before + 1


def test_a_scope_that_was_taken_back_counts_no_more(stage: Stage) -> None:
    claims, caller = stage.launch(), stage.caller()
    with stage.registered(scopes=[SCORE]):
        assert stage.tool.ask_token(scope=LINE_ITEM).json()["error"] == "invalid_scope"
        assert caller.get(stage.line_items(claims)).status_code == 403
    assert caller.get(stage.line_items(claims)).status_code == 200


def test_a_tool_that_is_switched_off_gets_nothing(stage: Stage) -> None:
    claims, caller = stage.launch(), stage.caller()
    with stage.registered(active=False):
        assert stage.tool.ask_token().json()["error"] == "invalid_client"
        assert caller.get(stage.line_items(claims)).status_code == 401
    assert caller.get(stage.line_items(claims)).status_code == 200


def test_rfc_6750_2_1_a_token_comes_in_the_header_alone(stage: Stage) -> None:
    address = stage.line_items(stage.launch())
    token = stage.tool.token()
    nobody = stage.caller_with("")
    assert nobody.get(address, access_token=token).status_code == 401
    answer = stage.caller_with("verzonnen").get(address)
    assert answer.status_code == 401
    assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_a_tool_whose_keys_do_not_answer_is_not_asked_again_at_once(stage: Stage) -> None:
    with run_key_set(rsa_key("stiltool")) as published:
        tool = add_tool(stage.gateway, "stiltool", "--jwks-uri", published.address)
        wait_for_lti_service(stage.gateway, tool.client_id)
        published.up = False
        errors = [tool.ask_token().json() for _ in range(5)]
    assert {error["error"] for error in errors} == {"invalid_client"}
    assert "jwks_uri" in errors[0]["error_description"]
    assert 1 <= published.asked <= 2
