"""What our OpenID Provider says of itself (Discovery 1.0), and RP-Initiated Logout 1.0."""

import jwt
import pytest
import requests

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import read_callback
from tests.actors.people import PUPIL
from tests.flows.hub import AFTER_LOGOUT, Hub, add_client, query_of


def test_discovery_3_is_what_it_says(hub: Hub):
    found = hub.client.discovery
    assert found["issuer"] == hub.gateway.base
    assert found["subject_types_supported"] == ["pairwise"]
    assert found["authorization_response_iss_parameter_supported"] is True
    addresses = {name: text for name, text in found.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(addresses) == 8
    for address in addresses.values():
        assert address.startswith(f"{hub.gateway.base}/oidc/")
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code < 500
        assert "KP-502" not in answer.text, f"no such page: {address}"


def test_discovery_3_each_response_mode_and_prompt_works(hub: Hub, person: Browser):
    found = hub.client.discovery
    assert found["response_types_supported"] == ["code"]
    hub.tokens(person)
    assert set(found["response_modes_supported"]) == {"query", "fragment", "form_post"}
    for prompt in found["prompt_values_supported"]:
        assert hub.tokens(person, prompt=prompt).claims
    for method in found["code_challenge_methods_supported"]:
        assert hub.tokens(person, code_challenge_method=method).claims
    for scope in found["scopes_supported"]:
        assert hub.tokens(person, scope=f"openid {scope}").claims
    for language in found["ui_locales_supported"]:
        assert hub.tokens(person, ui_locales=language).claims


def test_discovery_3_each_claim_that_comes_is_announced(hub: Hub, person: Browser):
    tokens = hub.tokens(person)
    announced = {*hub.client.discovery["claims_supported"], "nonce", "at_hash"}
    assert tokens.claims.keys() <= announced
    assert tokens.userinfo.keys() <= announced


def test_discovery_3_what_is_not_supported_says_so(hub: Hub):
    assert hub.client.discovery["request_uri_parameter_supported"] is False


def test_rfc7517_keys_are_public_and_name_their_algorithm(hub: Hub):
    answer = requests.get(hub.client.discovery["jwks_uri"], timeout=10)
    assert "max-age" in answer.headers["Cache-Control"]
    keys = answer.json()["keys"]
    algorithms = set(hub.client.discovery["id_token_signing_alg_values_supported"])
    assert {key["alg"] for key in keys} == algorithms
    assert len({key["kid"] for key in keys}) == len(keys)
    for key in keys:
        assert key["use"] == "sig"
        assert not key.keys() & {"d", "p", "q", "dp", "dq", "qi", "k", "oth"}
        assert jwt.PyJWK(key).key_id


def logout(hub: Hub, browser: Browser, method: str = "GET", **fields: str) -> Page:
    """A logout that the client begins on a page of its own."""
    address = hub.client.discovery["end_session_endpoint"]
    if method == "POST":
        return browser.post(address, fields, initiator="http://tool.test/")
    return browser.open(requests.Request("GET", address, params=fields).prepare().url)


def has_session(hub: Hub, browser: Browser) -> bool:
    page = browser.open(hub.client.begin(prompt="none").url)
    return "code" in read_callback(page.redirect.url)


@pytest.mark.parametrize("method", ["GET", "POST"])
def test_logout_2_ends_the_session_and_goes_back(hub: Hub, person: Browser, method: str):
    tokens = hub.tokens(person)
    page = logout(
        hub, person, method,
        id_token_hint=tokens.id_token, post_logout_redirect_uri=AFTER_LOGOUT, state="a&b =c",
    )  # fmt: skip
    assert page.redirect.url.startswith(f"{AFTER_LOGOUT}?")
    assert query_of(page.redirect.url) == {"state": ["a&b =c"]}
    assert not has_session(hub, person)


@pytest.mark.parametrize(
    "uri",
    ["http://evil.test/", f"{AFTER_LOGOUT}/", f"{AFTER_LOGOUT}?x", "http://tool.test/callback"],
)
def test_logout_3_goes_to_a_registered_address_only(hub: Hub, person: Browser, uri: str):
    tokens = hub.tokens(person)
    page = logout(hub, person, id_token_hint=tokens.id_token, post_logout_redirect_uri=uri)
    assert (page.status, page.redirect) == (200, None)
    assert not has_session(hub, person)


@pytest.mark.parametrize("hint", ["none", "forged", "unsigned", "foreign client_id"])
def test_logout_2_without_proof_the_person_is_asked(hub: Hub, person: Browser, hint: str):
    """Else any page could log people out."""
    tokens = hub.tokens(person)
    claims = jwt.decode(tokens.id_token, options={"verify_signature": False})
    fields = {
        "none": {"client_id": hub.client.client_id},
        "forged": {"id_token_hint": jwt.encode(claims, "x" * 32, "HS256")},
        "unsigned": {"id_token_hint": jwt.encode(claims, None, "none")},
        "foreign client_id": {"id_token_hint": tokens.id_token, "client_id": "svc-ander"},
    }[hint]
    page = logout(hub, person, **fields, post_logout_redirect_uri=AFTER_LOGOUT)
    assert (page.status, page.url) == (200, f"{hub.gateway.base}/logout")
    assert has_session(hub, person)
    form = next(form for form in page.forms if form.method == "POST")
    person.go(page.filled(form, {}))
    assert not has_session(hub, person)


def test_logout_by_another_persons_hint_leaves_this_session(hub: Hub, person: Browser):
    """The hint names the session that ends (sid), not the one of whoever follows the address."""
    with hub.browser() as attacker:
        foreign = hub.tokens(attacker)
        hub.tokens(person)
        logout(hub, person, id_token_hint=foreign.id_token)
        assert has_session(hub, person)
        assert not has_session(hub, attacker)


def test_logout_names_the_services_that_may_still_be_open(hub: Hub, person: Browser):
    client = add_client(hub.gateway, "Muziek bij Esdoorn")
    attempt = client.begin(school=PUPIL.brin)
    page = hub.at_school(person, person.open(attempt.url))
    client.finish(attempt, page.redirect.url)
    tokens = hub.tokens(person)
    page = logout(hub, person, id_token_hint=tokens.id_token)
    assert "Muziek bij Esdoorn" in page.words
