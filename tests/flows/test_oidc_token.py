"""The token and userinfo endpoints (OpenID Connect Core §3.1.3, §5.3; RFC 6749, 7636, 6750)."""

import base64
import hashlib
import time
from typing import Any

import jwt
import pytest
import requests

from tests.actors.browser import Browser
from tests.actors.oidc_client import Attempt, OidcClient, read_callback
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.saml_xml import PASSWORD_CONTEXT
from tests.flows.hub import Hub, add_client


def redeem(
    client: OidcClient,
    fields: dict[str, str],
    auth: tuple[str, str] | None = None,
    **changes: Any,
) -> requests.Response:
    """Ask the token endpoint with just these fields."""
    address = client.discovery["token_endpoint"]
    return requests.post(address, data=fields, auth=auth, timeout=10, **changes)


def fields_of(hub: Hub, attempt: Attempt, callback: str) -> dict[str, str]:
    return {
        "grant_type": "authorization_code",
        "code": read_callback(callback)["code"],
        "redirect_uri": hub.client.redirect_uri,
        "code_verifier": attempt.verifier,
    }


def refused(answer: requests.Response, error: str, status: int = 400) -> None:
    """RFC 6749 §5.2: an error as JSON, not to be kept, and no token."""
    assert (answer.status_code, answer.json()["error"]) == (status, error)
    assert answer.headers["Cache-Control"] == "no-store"
    assert not {"access_token", "id_token"} & answer.json().keys()
    assert ("WWW-Authenticate" in answer.headers) == (status == 401)


@pytest.fixture
def basic(hub: Hub) -> tuple[str, str]:
    return hub.client.client_id, hub.client.client_secret


@pytest.fixture
def fields(hub: Hub, person: Browser) -> dict[str, str]:
    """The right fields of a token request, for a code that was just given."""
    return fields_of(hub, *hub.code_of(person))


def test_rfc6749_5_1_answer(hub: Hub, fields: dict[str, str], basic: tuple[str, str]):
    answer = redeem(hub.client, fields, basic)
    assert answer.headers["Cache-Control"] == "no-store"
    record = answer.json()
    assert record["token_type"] == "Bearer"
    assert record["expires_in"] > 0


@pytest.mark.parametrize(
    "changes",
    [
        {"code_verifier": "x" * 43},
        {"code_verifier": None},
        {"code_verifier": ""},
        {"redirect_uri": "http://tool.test/callback/"},
        {"redirect_uri": None},
        {"code": "geraden"},
        {"code": None},
    ],
)
def test_rfc6749_4_1_3_and_rfc7636_4_6_what_does_not_belong_to_the_code(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str], changes: dict[str, str | None]
):
    sent = {name: value for name, value in {**fields, **changes}.items() if value is not None}
    refused(redeem(hub.client, sent, basic), "invalid_grant")
    refused(redeem(hub.client, fields, basic) if "code" not in changes else redeem(
        hub.client, sent, basic), "invalid_grant")  # fmt: skip


def test_rfc7636_4_6_the_challenge_is_no_verifier(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str]
):
    """What stood in the address proves nothing, as it would under `plain`."""
    digest = hashlib.sha256(fields["code_verifier"].encode()).digest()
    challenge = base64.urlsafe_b64encode(digest).rstrip(b"=").decode()
    sent = {**fields, "code_verifier": challenge}
    refused(redeem(hub.client, sent, basic), "invalid_grant")


def test_rfc9700_2_1_1_verifier_for_a_code_without_challenge_is_a_downgrade(
    hub: Hub, person: Browser, basic: tuple[str, str]
):
    got = hub.code_of(person, code_challenge=None, code_challenge_method=None)
    refused(redeem(hub.client, fields_of(hub, *got), basic), "invalid_grant")


def test_core_3_1_3_client_without_pkce(hub: Hub, person: Browser, basic: tuple[str, str]):
    got = hub.code_of(person, code_challenge=None, code_challenge_method=None)
    fields = fields_of(hub, *got)
    del fields["code_verifier"]
    assert redeem(hub.client, fields, basic).ok


def test_rfc6749_4_1_2_code_is_used_once(hub: Hub, fields: dict[str, str], basic: tuple[str, str]):
    assert redeem(hub.client, fields, basic).ok
    refused(redeem(hub.client, fields, basic), "invalid_grant")


def test_rfc6749_4_1_2_second_use_takes_back_the_token(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str]
):
    token = redeem(hub.client, fields, basic).json()["access_token"]
    redeem(hub.client, fields, basic)
    assert hub.client.ask_userinfo(token).status_code == 401


def test_rfc6749_4_1_3_code_of_another_client(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str]
):
    other = add_client(hub.gateway, "Schrijven bij Linde")
    refused(redeem(other, fields, (other.client_id, other.client_secret)), "invalid_grant")
    refused(redeem(hub.client, fields, basic), "invalid_grant")


@pytest.mark.parametrize("grant_type", ["client_credentials", "password", "implicit", None])
def test_rfc6749_5_2_other_grants(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str], grant_type: str | None
):
    sent = {**fields, "grant_type": grant_type or ""}
    refused(redeem(hub.client, sent, basic), "unsupported_grant_type")


def test_rfc6749_2_3_1_client_secret_post(hub: Hub, fields: dict[str, str], basic: tuple[str, str]):
    credentials = dict(zip(("client_id", "client_secret"), basic, strict=True))
    assert redeem(hub.client, fields | credentials).ok


def test_rfc6749_2_3_1_both_ways_at_once(hub: Hub, fields: dict[str, str], basic: tuple[str, str]):
    credentials = dict(zip(("client_id", "client_secret"), basic, strict=True))
    refused(redeem(hub.client, fields | credentials, basic), "invalid_request")


@pytest.mark.parametrize(
    "sent",
    [
        {},
        {"client_secret": "{secret}"},
        {"client_id": "{id}"},
        {"client_id": "{id}", "client_secret": "fout"},
        {"client_id": "{id}", "client_secret": ""},
        {"client_id": "onbekend", "client_secret": "{secret}"},
    ],
)
def test_rfc6749_5_2_wrong_credentials_in_the_form(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str], sent: dict[str, str]
):
    filled = {name: text.format(id=basic[0], secret=basic[1]) for name, text in sent.items()}
    refused(redeem(hub.client, fields | filled), "invalid_client", 401)
    assert redeem(hub.client, fields, basic).ok, "a stranger does not use up the code"


@pytest.mark.parametrize(
    "header", ["Basic", "Basic ???", "Basic e30=", "Basic //79", "Bearer x", "Basic {id}:{secret}"]
)
def test_rfc6749_5_2_wrong_credentials_in_the_header(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str], header: str
):
    headers = {"Authorization": header.format(id=basic[0], secret=basic[1])}
    refused(redeem(hub.client, fields, headers=headers), "invalid_client", 401)


def test_rfc6749_2_3_1_credentials_in_the_address_do_not_count(
    hub: Hub, fields: dict[str, str], basic: tuple[str, str]
):
    query = dict(zip(("client_id", "client_secret"), basic, strict=True))
    refused(redeem(hub.client, fields, params=query), "invalid_client", 401)


def test_rfc6749_3_2_repeated_parameter(hub: Hub, fields: dict[str, str], basic: tuple[str, str]):
    sent = [*fields.items(), ("code", "nog een")]
    refused(redeem(hub.client, sent, basic), "invalid_request")  # type: ignore[arg-type]


def test_rfc6749_3_2_token_endpoint_is_asked_by_post(hub: Hub, fields: dict[str, str]):
    address = hub.client.discovery["token_endpoint"]
    assert requests.get(address, params=fields, timeout=10).status_code in {400, 405}


def test_core_2_id_token(hub: Hub, person: Browser):
    """`OidcClient.finish` checks the signature, aud, nonce, at_hash and the times."""
    claims = hub.tokens(person).claims
    now = time.time()
    assert claims["iss"] == hub.gateway.base
    assert claims["aud"] == hub.client.client_id
    assert claims["iat"] <= now + 1 < claims["exp"] <= claims["iat"] + 3600
    assert now - 60 < claims["auth_time"] <= claims["iat"]
    assert claims["acr"] == PASSWORD_CONTEXT
    assert len(claims["at_hash"]) == 22
    assert claims["sid"]
    assert claims["sub"] == claims["eckId"]
    assert claims["nlEduPersonHomeOrganizationId"] == SAML_SCHOOL
    assert not PUPIL.secrets & {str(value) for value in claims.values()}


def test_core_3_1_2_1_no_nonce_asked_none_given(hub: Hub, person: Browser, basic: tuple[str, str]):
    answer = redeem(hub.client, fields_of(hub, *hub.code_of(person, nonce=None)), basic)
    claims = jwt.decode(answer.json()["id_token"], options={"verify_signature": False})
    assert "nonce" not in claims


SIGNED_BY = ["RS256", "ES256"]


@pytest.mark.parametrize("algorithm", SIGNED_BY)
def test_core_15_1_signed_as_the_client_registered(hub: Hub, person: Browser, algorithm: str):
    client = add_client(hub.gateway, f"Meten met {algorithm}", "--id-token-alg", algorithm)
    attempt = client.begin(school=SAML_SCHOOL)
    page = hub.at_school(person, person.open(attempt.url))
    tokens = client.finish(attempt, page.redirect.url)
    assert jwt.get_unverified_header(tokens.id_token)["alg"] == algorithm
    assert client.discovery["id_token_signing_alg_values_supported"] == SIGNED_BY
