"""One thing of ours, or of a client's, in the place of another (RFC 8725 §2.7, §3.12)."""

import base64
import json
from urllib.parse import urlencode

import jwt
import pytest
import requests

from tests.actors.browser import Browser
from tests.actors.keys import rsa_key
from tests.actors.oidc_client import OidcClient, read_callback
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import Hub
from tests.flows.signing_client import SigningClient

KINDS = ("code", "access_token", "refresh_token", "id_token")


@pytest.fixture
def things(hub: Hub, person: Browser, client: OidcClient) -> dict[str, str]:
    """One of each kind, all good, and a second code that is not yet redeemed."""
    attempt = client.begin(school=SAML_SCHOOL)
    page = hub.at_school(person, person.open(attempt.url))
    given = client.redeem(attempt, read_callback(page.redirect.url)["code"]).json()
    unused = person.open(client.begin(school=SAML_SCHOOL).url).redirect.url
    return {**given, "code": read_callback(unused)["code"]}


def post(client: OidcClient, endpoint: str, fields: object, **how: object) -> requests.Response:
    how = how or {"auth": (client.client_id, client.client_secret)}
    address = client.discovery[f"{endpoint}_endpoint"]
    return requests.post(address, data=fields, timeout=10, **how)


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "access_token"])
def test_nothing_but_an_access_token_opens_userinfo(
    client: OidcClient, things: dict[str, str], kind: str
):
    assert client.ask_userinfo(things[kind]).status_code == 401
    assert client.ask_userinfo(things["access_token"]).ok


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "refresh_token"])
def test_nothing_but_a_refresh_token_refreshes(
    client: OidcClient, things: dict[str, str], kind: str
):
    fields = {"grant_type": "refresh_token", "refresh_token": things[kind]}
    assert post(client, "token", fields).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", [kind for kind in KINDS if kind != "code"])
def test_nothing_but_a_code_is_redeemed(client: OidcClient, things: dict[str, str], kind: str):
    fields = {
        "grant_type": "authorization_code", "code": things[kind],
        "redirect_uri": client.redirect_uri, "code_verifier": "x" * 43,
    }  # fmt: skip
    assert post(client, "token", fields).json()["error"] == "invalid_grant"
    assert client.ask_userinfo(things["access_token"]).ok, "and nothing of another is ended"


@pytest.mark.parametrize("kind", ["code", "id_token"])
def test_introspection_says_nothing_of_other_kinds(
    client: OidcClient, things: dict[str, str], kind: str
):
    assert post(client, "introspection", {"token": things[kind]}).json() == {"active": False}


def test_our_own_id_token_is_no_client_assertion_and_no_request_object(
    hub: Hub, person: Browser, signer: SigningClient, things: dict[str, str]
):
    answer = signer.ask("introspection", {"token": "x"}, things["id_token"])
    assert answer.json()["error"] == "invalid_client"
    for client, error in (
        (signer.plain, "invalid_request_object"),
        (hub.client, "request_not_supported"),  # it registered no key
    ):
        attempt = client.begin(request=things["id_token"])
        answer = read_callback(person.open(attempt.url).redirect.url)
        assert answer["error"] == error


def test_client_assertion_is_no_request_object(hub: Hub, person: Browser, signer: SigningClient):
    """It is signed by the client and for us, but asks nothing: no login comes of it."""
    fields = {
        "client_id": signer.client_id, "request": signer.assertion(), "response_type": "code",
        "redirect_uri": signer.plain.redirect_uri,
    }  # fmt: skip
    page = person.open(f"{signer.plain.discovery['authorization_endpoint']}?{urlencode(fields)}")
    assert "code" not in read_callback(page.redirect.url)


def test_request_object_is_no_client_assertion(signer: SigningClient):
    answer = signer.ask("introspection", {"token": "x"}, signer.request_object())
    assert answer.json()["error"] == "invalid_client"


@pytest.mark.parametrize("member", ["jwk", "jku", "x5u", "x5c", "crit"])
def test_rfc8725_3_10_key_that_a_token_brings_is_never_used(signer: SigningClient, member: str):
    key = rsa_key("vreemde sleutel")
    public = jwt.get_algorithm_by_name("RS256").to_jwk(
        jwt.get_algorithm_by_name("RS256").prepare_key(key.key).public_key(), as_dict=True
    )
    value = {
        "jwk": public,
        "jku": "http://evil.test/jwks",
        "x5u": "http://evil.test/cert",
        "x5c": [key.certificate_base64],
        "crit": ["vreemd"],
    }[member]
    claims = jwt.decode(signer.assertion(), options={"verify_signature": False})
    for kid in ({}, {"kid": "RS256"}, {"kid": "vreemd"}):
        forged = jwt.encode(claims, key.key, "RS256", {**kid, member: value})
        answer = signer.ask("introspection", {"token": "x"}, forged)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


@pytest.mark.parametrize(
    "endpoint", ["token", "revocation", "introspection", "pushed_authorization_request"]
)
@pytest.mark.parametrize("name", ["client_id", "client_secret", "token", "grant_type", "x"])
def test_rfc6749_3_2_parameter_pollution_is_refused(client: OidcClient, endpoint: str, name: str):
    fields = [
        ("client_id", client.client_id), ("client_secret", client.client_secret),
        ("token", "x"), ("grant_type", "refresh_token"), (name, "1"), (name, "2"),
    ]  # fmt: skip
    answer = post(client, endpoint, fields, auth=None)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_request")


def test_host_header_changes_nothing_that_we_say_of_ourselves(hub: Hub):
    address = f"{hub.gateway.base}/.well-known/openid-configuration"
    plain = requests.get(address, timeout=10)
    lied = requests.get(address, headers={"Host": "evil.test"}, timeout=10)
    assert "evil.test" not in lied.text
    assert lied.status_code in {200, 400, 404, 421}
    if lied.ok:
        assert lied.json() == plain.json()


@pytest.mark.parametrize(
    "token",
    ["", ".", "..", "a.b", "\x00", "é.é", "x" * 9000, "0" * 32 + ".1." + "é" * 43, "%00", "../x"],
)
def test_nonsense_as_a_token_is_refused_and_breaks_nothing(client: OidcClient, token: str):
    for endpoint in ("revocation", "introspection"):
        assert post(client, endpoint, {"token": token}).status_code in {200, 400}
    fields = {"grant_type": "refresh_token", "refresh_token": token}
    assert post(client, "token", fields).json()["error"] in {"invalid_grant", "invalid_request"}
    sent = requests.post(
        client.discovery["userinfo_endpoint"], data={"access_token": token}, timeout=10
    )
    assert sent.status_code == 401


@pytest.mark.parametrize("part", ["header", "payload"])
@pytest.mark.parametrize("value", ["[]", "null", "1", '{"iss": []}', '{"iss": {}}', "[" * 900])
def test_jwt_of_another_shape_is_refused_and_breaks_nothing(
    hub: Hub, person: Browser, signer: SigningClient, part: str, value: str
):
    head, payload, signature = signer.assertion().split(".")
    other = base64.urlsafe_b64encode(value.encode()).rstrip(b"=").decode()
    token = ".".join([other, payload, signature] if part == "header" else [head, other, signature])
    answer = signer.ask("introspection", {"token": "x"}, token)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    attempt = signer.plain.begin(request=token)
    answer = read_callback(person.open(attempt.url).redirect.url)
    assert answer["error"] == "invalid_request_object"
    attempt = signer.plain.begin(id_token_hint=token)
    answer = read_callback(person.open(attempt.url).redirect.url)
    assert answer["error"] == "invalid_request"


def test_claims_that_are_deep_or_wide_are_refused_or_passed_over(hub: Hub, person: Browser):
    wide = json.dumps({"id_token": {f"c{n}": None for n in range(200)}})
    for text in (wide, '{"a":' * 600 + "1" + "}" * 600):
        page = person.open(hub.client.begin(claims=text, prompt="none").url)
        answer = read_callback(page.redirect.url)
        assert answer["error"] in {"login_required", "invalid_request"}


def test_half_a_character_is_refused_and_breaks_nothing(
    hub: Hub, person: Browser, signer: SigningClient
):
    """JSON can name one half of a surrogate pair, which no UTF-8 can hold (RFC 8259 §8.2)."""
    text = '{"id_token": {"sub": {"value": "\\ud800"}}}'
    answer = read_callback(person.open(hub.client.begin(claims=text).url).redirect.url)
    assert answer["error"] == "invalid_request"
    for wish in ({"state": "\ud800"}, {"claims": json.loads(text)}, {"nonce": "\udfff"}):
        attempt = signer.plain.begin(request=signer.request_object(**wish))
        answer = read_callback(person.open(attempt.url).redirect.url)
        assert answer["error"] in {"invalid_request_object", "invalid_request"}
