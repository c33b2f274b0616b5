"""What our OpenID Provider says of itself (Discovery 1.0), and RP-Initiated Logout 1.0."""

from importlib import import_module
from inspect import getsource
from typing import Any

import jwt
import pytest
import requests

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.oidc_client import read_callback
from tests.actors.people import PUPIL
from tests.flows.hub import AFTER_LOGOUT, Hub, add_client, query_of
from tests.flows.test_oidc_parameters import MODES
from tests.parts.gateway import CommandError


def test_discovery_3_is_what_it_says(hub: Hub):
    found = hub.client.discovery
    assert found["issuer"] == hub.gateway.base
    assert found["subject_types_supported"] == ["pairwise"]
    assert found["authorization_response_iss_parameter_supported"] is True
    addresses = {name: text for name, text in found.items() if name.endswith(("_endpoint", "_uri"))}
    assert len(addresses) == 9
    for address in addresses.values():
        assert address.startswith(f"{hub.gateway.base}/oidc/")
        answer = requests.get(address, allow_redirects=False, timeout=10)
        assert answer.status_code < 500
        assert "KP-502" not in answer.text, f"no such page: {address}"


def test_discovery_3_each_response_mode_and_prompt_works(hub: Hub, person: Browser):
    found = hub.client.discovery
    assert found["response_types_supported"] == ["code"]
    hub.tokens(person)
    assert sorted(found["response_modes_supported"]) == sorted(MODES)
    for prompt in found["prompt_values_supported"]:
        assert hub.tokens(person, prompt=prompt).claims
    for method in found["code_challenge_methods_supported"]:
        assert hub.tokens(person, code_challenge_method=method).claims
    for scope in found["scopes_supported"]:
        attempt, callback = hub.code_of(person, scope=f"openid {scope}")
        given = hub.client.redeem(attempt, read_callback(callback)["code"]).json()
        assert set(given["scope"].split()) == {"openid", scope}
    for language in found["ui_locales_supported"]:
        assert hub.tokens(person, ui_locales=language).claims


def test_discovery_3_each_claim_that_comes_is_announced(hub: Hub, person: Browser):
    tokens = hub.tokens(person)
    announced = {*hub.client.discovery["claims_supported"], "nonce", "at_hash"}
    assert tokens.claims.keys() <= announced
    assert tokens.userinfo.keys() <= announced


def test_discovery_3_what_is_not_supported_says_so(hub: Hub):
    assert hub.client.discovery["request_uri_parameter_supported"] is False


TRIED = {
    "issuer": "truth.test_discovery_3_is_what_it_says",
    "authorization_endpoint": "authorize.test_core_3_1_2_1_request_by_get_and_by_post",
    "token_endpoint": "token.test_rfc6749_5_1_answer",
    "userinfo_endpoint": "userinfo.test_core_5_3_1_userinfo",
    "revocation_endpoint": "refresh.test_rfc7009_2_1_revoking_an_access_token",
    "introspection_endpoint": "refresh.test_rfc7662_2_2_introspection_of_both_kinds",
    "pushed_authorization_request_endpoint": (
        "pushed.test_rfc9126_2_and_4_pushed_request_ends_in_a_login"
    ),
    "registration_endpoint": "registration.test_rfc7591_3_a_client_registers_and_logs_in",
    "jwks_uri": "truth.test_rfc7517_keys_are_public_and_name_their_algorithm",
    "end_session_endpoint": "truth.test_logout_2_ends_the_session_and_goes_back",
    "scopes_supported": "truth.test_discovery_3_each_response_mode_and_prompt_works",
    "response_types_supported": "truth.test_discovery_3_each_response_mode_and_prompt_works",
    "response_modes_supported": (
        "parameters.test_multiple_response_types_2_1_code_comes_by_the_way_asked"
    ),
    "grant_types_supported": "refresh.test_rfc6749_6_refresh_token_gives_new_tokens",
    "subject_types_supported": "discovery.test_discovery_3_subject_is_pairwise",
    "id_token_signing_alg_values_supported": (
        "token.test_core_15_1_signed_as_the_client_registered"
    ),
    "token_endpoint_auth_methods_supported": "truth.test_discovery_3_each_client_proof_works",
    "token_endpoint_auth_signing_alg_values_supported": (
        "signing.test_discovery_each_algorithm_of_an_assertion_works"
    ),
    "revocation_endpoint_auth_methods_supported": "truth.test_discovery_3_each_client_proof_works",
    "revocation_endpoint_auth_signing_alg_values_supported": (
        "signing.test_discovery_each_algorithm_of_an_assertion_works"
    ),
    "introspection_endpoint_auth_methods_supported": (
        "truth.test_discovery_3_each_client_proof_works"
    ),
    "introspection_endpoint_auth_signing_alg_values_supported": (
        "signing.test_discovery_each_algorithm_of_an_assertion_works"
    ),
    "code_challenge_methods_supported": (
        "truth.test_discovery_3_each_response_mode_and_prompt_works"
    ),
    "prompt_values_supported": "truth.test_discovery_3_each_response_mode_and_prompt_works",
    "claims_supported": "discovery.test_discovery_3_each_claim_that_is_announced_can_come",
    "claims_parameter_supported": "parameters.test_core_5_5_1_sub_of_this_person",
    "request_parameter_supported": (
        "signing.test_discovery_each_algorithm_of_a_request_object_works"
    ),
    "request_object_signing_alg_values_supported": (
        "signing.test_discovery_each_algorithm_of_a_request_object_works"
    ),
    "request_uri_parameter_supported": "authorize.test_core_3_1_2_6_error_goes_to_the_client",
    "authorization_response_iss_parameter_supported": (
        "authorize.test_rfc9207_2_answer_names_its_issuer"
    ),
    "backchannel_logout_supported": (
        "logout.test_backchannel_2_5_client_that_ends_the_session_is_told_too"
    ),
    "backchannel_logout_session_supported": (
        "logout.test_backchannel_2_5_client_that_ends_the_session_is_told_too"
    ),
    "frontchannel_logout_supported": (
        "logout.test_frontchannel_3_browser_opens_the_clients_address"
    ),
    "frontchannel_logout_session_supported": (
        "logout.test_frontchannel_3_browser_opens_the_clients_address"
    ),
    "ui_locales_supported": (
        "parameters.test_core_3_1_2_1_ui_locales_choose_the_language_of_our_pages"
    ),
}


def test_discovery_3_each_member_is_tried_somewhere(hub: Hub):
    """A new one needs a test that tries each of its values: of a list, one that reads the list."""
    found = hub.client.discovery
    assert found.keys() == TRIED.keys()
    for member, where in TRIED.items():
        module, _, name = where.partition(".")
        test = getattr(import_module(f"tests.flows.test_oidc_{module}"), name)
        if isinstance(found[member], list):
            of_endpoint = member.partition("_endpoint_")[2]
            assert (of_endpoint or member) in getsource(test), f"{where} does not read {member}"


def test_discovery_3_logout_is_announced(hub: Hub):
    """Back-Channel Logout §2.1, Front-Channel Logout §3; the tests of it: test_oidc_logout.py."""
    for way in ("backchannel", "frontchannel"):
        assert hub.client.discovery[f"{way}_logout_supported"] is True
        assert hub.client.discovery[f"{way}_logout_session_supported"] is True
    assert hub.client.discovery["end_session_endpoint"]


def test_discovery_3_each_client_proof_works(hub: Hub):
    """private_key_jwt, with each algorithm: in test_oidc_signing.py."""
    client = hub.client
    pair = (client.client_id, client.client_secret)
    ways: dict[str, dict[str, Any]] = {
        "client_secret_basic": {"auth": pair, "data": {}},
        "client_secret_post": {"data": {"client_id": pair[0], "client_secret": pair[1]}},
    }
    fields = {"token": "x", "grant_type": "authorization_code", "code": "x"}
    for endpoint in ("token", "revocation", "introspection"):
        methods = client.discovery[f"{endpoint}_endpoint_auth_methods_supported"]
        assert set(methods) == {*ways, "private_key_jwt"}
        for way in ways.values():
            sent = {**way, "data": {**fields, **way["data"]}}
            answer = requests.post(client.discovery[f"{endpoint}_endpoint"], timeout=10, **sent)
            assert answer.status_code in {200, 400}, f"{endpoint}: {answer.text}"
            assert "invalid_client" not in answer.text


def test_core_2_unsigned_id_tokens_can_not_be_registered(hub: Hub):
    """OIDF oidcc-idtoken-unsigned: unsupported, and said so (RFC 8725 §3.2)."""
    assert "none" not in hub.client.discovery["id_token_signing_alg_values_supported"]
    with pytest.raises(CommandError):
        add_client(hub.gateway, "Zonder handtekening", "--id-token-alg", "none")


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


def test_logout_3_no_state_asked_none_given(hub: Hub, person: Browser):
    tokens = hub.tokens(person)
    fields = {"id_token_hint": tokens.id_token, "post_logout_redirect_uri": AFTER_LOGOUT}
    assert logout(hub, person, **fields).redirect.url == AFTER_LOGOUT
    assert not has_session(hub, person)


@pytest.mark.parametrize("fields", [{}, {"state": "s"}, {"client_id": "svc-ander"}])
def test_logout_2_without_a_hint_the_person_is_asked(
    hub: Hub, person: Browser, fields: dict[str, str]
):
    hub.tokens(person)
    page = logout(hub, person, **fields)
    assert (page.status, page.url) == (200, f"{hub.gateway.base}/logout")
    assert has_session(hub, person)
    page = person.go(page.filled(next(form for form in page.forms if form.method == "POST"), {}))
    assert "uitgelogd" in page.words
    assert not has_session(hub, person)


def test_logout_2_hint_alone_ends_the_session_and_says_so(hub: Hub, person: Browser):
    page = logout(hub, person, id_token_hint=hub.tokens(person).id_token)
    assert (page.status, page.redirect) == (200, None)
    assert "uitgelogd" in page.words
    assert not has_session(hub, person)


@pytest.mark.parametrize("hint", ["none", "forged", "other key", "unsigned", "foreign client_id"])
def test_logout_2_without_proof_the_person_is_asked(hub: Hub, person: Browser, hint: str):
    """Else any page could log people out."""
    tokens = hub.tokens(person)
    claims = jwt.decode(tokens.id_token, options={"verify_signature": False})
    fields = {
        "none": {"client_id": hub.client.client_id},
        "forged": {"id_token_hint": jwt.encode(claims, "x" * 32, "HS256")},
        "other key": {
            "id_token_hint": jwt.encode(
                claims, rsa_key("vreemde").key, "RS256", jwt.get_unverified_header(tokens.id_token)
            )
        },
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
