"""Refresh tokens (RFC 6749 §6, RFC 9700 §4.14, OpenID Connect Core §12), revocation (RFC 7009) and
introspection (RFC 7662)."""

import threading

import jwt
import pytest
import requests

from tests.actors.browser import Browser
from tests.actors.oidc_client import OidcClient, read_callback
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import Hub, add_client
from tests.parts.effect import wait_for_changes


@pytest.fixture(scope="module")
def client(hub: Hub) -> OidcClient:
    """One whose codes give refresh tokens too."""
    return add_client(hub.gateway, "Oefenen bij Wilg", "--refresh-tokens")


def ask(client: OidcClient, endpoint: str, **fields: str) -> requests.Response:
    return requests.post(
        client.discovery[f"{endpoint}_endpoint"],
        data=fields,
        auth=(client.client_id, client.client_secret),
        timeout=10,
    )


def refresh(client: OidcClient, token: str, **fields: str) -> requests.Response:
    return ask(client, "token", grant_type="refresh_token", refresh_token=token, **fields)


def is_active(client: OidcClient, token: str) -> bool:
    answer = ask(client, "introspection", token=token)
    assert answer.ok
    return bool(answer.json()["active"])


def refused(answer: requests.Response, error: str = "invalid_grant") -> None:
    assert (answer.status_code, answer.json()["error"]) == (400, error), answer.text
    assert not {"access_token", "refresh_token", "id_token"} & answer.json().keys()


def code_fields(hub: Hub, browser: Browser, client: OidcClient) -> dict[str, str]:
    """The token request of a login at the client."""
    attempt = client.begin(school=SAML_SCHOOL, scope="openid profile email")
    page = browser.open(attempt.url)
    if not page.redirect.url.startswith(client.redirect_uri):
        page = hub.at_school(browser, page)
    return {
        "grant_type": "authorization_code",
        "code": read_callback(page.redirect.url)["code"],
        "redirect_uri": client.redirect_uri,
        "code_verifier": attempt.verifier,
    }


@pytest.fixture
def fields(hub: Hub, person: Browser, client: OidcClient) -> dict[str, str]:
    return code_fields(hub, person, client)


@pytest.fixture
def given(client: OidcClient, fields: dict[str, str]) -> dict[str, str]:
    """What the token endpoint gave for a code."""
    answer = ask(client, "token", **fields)
    assert answer.ok
    return answer.json()


def said(id_token: str) -> dict[str, object]:
    claims: dict[str, object] = jwt.decode(id_token, options={"verify_signature": False})
    return claims


def test_rfc6749_6_refresh_token_gives_new_tokens(client: OidcClient, given: dict[str, str]):
    grants = ["authorization_code", "refresh_token"]  # `given` came by the first
    assert client.discovery["grant_types_supported"] == grants
    answer = refresh(client, given["refresh_token"])
    assert answer.headers["Cache-Control"] == "no-store"
    anew = answer.json()
    assert anew["token_type"] == "Bearer"
    assert anew["scope"] == given["scope"] == "openid profile email"
    assert anew["access_token"] != given["access_token"]
    assert anew["refresh_token"] != given["refresh_token"]
    assert client.ask_userinfo(anew["access_token"]).json()["sub"] == said(given["id_token"])["sub"]


def test_core_12_2_refreshed_id_token_is_of_the_same_login(
    client: OidcClient, given: dict[str, str]
):
    before, after = (
        said(given["id_token"]), said(refresh(client, given["refresh_token"]).json()["id_token"])
    )  # fmt: skip
    for name in ("iss", "sub", "aud", "auth_time", "acr", "sid"):
        assert after[name] == before[name]
    assert after["iat"] >= before["iat"]
    assert after["at_hash"] != before["at_hash"]
    assert "nonce" not in after


def test_default_is_no_refresh_token(hub: Hub, person: Browser):
    """Closed by default, also when offline_access is asked (Core §11)."""
    attempt, callback = hub.code_of(person, scope="openid offline_access", prompt=None)
    given = hub.client.redeem(attempt, read_callback(callback)["code"]).json()
    assert "refresh_token" not in given
    assert given["scope"] == "openid"
    refused(refresh(hub.client, "0" * 32 + ".1." + "a" * 43), "unauthorized_client")


def test_rfc9700_4_14_2_rotation_and_reuse(client: OidcClient, given: dict[str, str]):
    """The thief and the client both used it: whoever came second ends it for both."""
    second = refresh(client, given["refresh_token"]).json()
    third = refresh(client, second["refresh_token"]).json()
    refused(refresh(client, second["refresh_token"]))
    refused(refresh(client, third["refresh_token"]))
    for token in (given["access_token"], second["access_token"], third["access_token"]):
        assert client.ask_userinfo(token).status_code == 401
        assert not is_active(client, token)


def test_rfc9700_4_14_2_of_two_at_once_one_is_told_so(client: OidcClient, given: dict[str, str]):
    answers: list[requests.Response] = []
    threads = [
        threading.Thread(target=lambda: answers.append(refresh(client, given["refresh_token"])))
        for _ in range(4)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    good = [answer.json() for answer in answers if answer.ok]
    assert len(good) <= 1
    for each in good:
        assert client.ask_userinfo(each["access_token"]).status_code == 401
        refused(refresh(client, each["refresh_token"]))


def test_rfc6749_4_1_2_code_replay_takes_back_all_that_it_gave(
    client: OidcClient, fields: dict[str, str]
):
    given = ask(client, "token", **fields).json()
    anew = refresh(client, given["refresh_token"]).json()
    refused(ask(client, "token", **fields))
    for token in (given["access_token"], anew["access_token"]):
        assert client.ask_userinfo(token).status_code == 401
    refused(refresh(client, anew["refresh_token"]))


def test_rfc6749_6_refresh_token_is_of_its_client(
    hub: Hub, client: OidcClient, given: dict[str, str]
):
    other = add_client(hub.gateway, "Luisteren bij Es", "--refresh-tokens")
    token = given["refresh_token"]
    refused(refresh(other, token))
    assert not is_active(other, token)
    assert not is_active(other, given["access_token"])
    refused(ask(other, "revocation", token=token))
    refused(ask(other, "revocation", token=given["access_token"]))
    assert is_active(client, token)
    assert refresh(client, token).ok, "a stranger does not use it up"


@pytest.mark.parametrize("place", ["number", "mac", "family", "garbage", "empty", "digits"])
def test_rfc6749_10_10_refresh_token_can_not_be_made(
    client: OidcClient, given: dict[str, str], place: str
):
    family, number, mac = given["refresh_token"].split(".")
    made = {
        "number": f"{family}.{int(number) + 1}.{mac}",
        "mac": f"{family}.{number}.{mac[:-2]}AA",
        "family": f"{family[::-1]}.{number}.{mac}",
        "garbage": "a.b.c",
        "empty": "",
        "digits": f"{family}.{'9' * 4000}.{mac}",
    }[place]
    refused(refresh(client, made))
    assert refresh(client, given["refresh_token"]).ok


def test_rfc6749_6_scope_may_shrink_and_never_grow(client: OidcClient, given: dict[str, str]):
    token = given["refresh_token"]
    for scope in ("openid profile phone", "profile", "openid offline_access"):
        refused(refresh(client, token, scope=scope), "invalid_scope")
    anew = refresh(client, token, scope="openid").json()
    assert anew["scope"] == "openid"


def test_refresh_ends_with_the_session(
    hub: Hub, person: Browser, client: OidcClient, given: dict[str, str]
):
    """A pupil who signs out is out, everywhere."""
    address = hub.client.discovery["end_session_endpoint"]
    person.open(f"{address}?id_token_hint={given['id_token']}")
    assert not is_active(client, given["refresh_token"])
    refused(refresh(client, given["refresh_token"]))


def test_rfc7662_2_2_access_token_ends_with_the_session(
    hub: Hub, person: Browser, client: OidcClient, given: dict[str, str]
):
    """What is known of a person ends with the session, whoever ended it: here another service."""
    anew = refresh(client, given["refresh_token"]).json()
    tokens = [(client, given["access_token"]), (client, anew["access_token"])]
    others = hub.tokens(person)
    tokens.append((hub.client, others.access_token))
    assert all(is_active(owner, token) for owner, token in tokens)
    address = hub.client.discovery["end_session_endpoint"]
    person.open(f"{address}?id_token_hint={others.id_token}")
    for owner, token in tokens:
        assert ask(owner, "introspection", token=token).json() == {"active": False}
        answer = owner.ask_userinfo(token)
        assert answer.status_code == 401
        assert 'error="invalid_token"' in answer.headers["WWW-Authenticate"]


def test_access_token_of_another_person_stays(
    hub: Hub, person: Browser, client: OidcClient, given: dict[str, str]
):
    with hub.browser() as other:
        foreign = hub.tokens(other)
        other.open(
            f"{hub.client.discovery['end_session_endpoint']}?id_token_hint={foreign.id_token}"
        )
    assert is_active(client, given["access_token"])


def test_refresh_follows_what_the_school_decides_now(
    hub: Hub, person: Browser, client: OidcClient, given: dict[str, str]
):
    assert "given_name" not in said(given["id_token"])
    grant = ["--school", SAML_SCHOOL, "--service", client.client_id, "--attribute", "givenName"]
    hub.gateway.ketenpoort("release", "grant", *grant)
    wait_for_changes(hub.gateway)
    anew = refresh(client, given["refresh_token"]).json()
    assert said(anew["id_token"])["given_name"]
    hub.gateway.ketenpoort("release", "revoke", *grant)
    wait_for_changes(hub.gateway)
    last = refresh(client, anew["refresh_token"]).json()
    assert "given_name" not in said(last["id_token"])
    assert "given_name" not in client.ask_userinfo(last["access_token"]).json()


def test_refresh_at_a_service_that_was_switched_off(hub: Hub, person: Browser):
    client = add_client(hub.gateway, "Tekenen bij Den", "--refresh-tokens")
    given = ask(client, "token", **code_fields(hub, person, client)).json()
    hub.gateway.ketenpoort("service", "off", client.client_id)
    wait_for_changes(hub.gateway)
    refused(refresh(client, given["refresh_token"]))


@pytest.mark.parametrize("hint", ["access_token", "refresh_token", "vreemd", ""])
def test_rfc7009_2_1_revoking_a_refresh_token_ends_all_of_its_login(
    client: OidcClient, given: dict[str, str], hint: str
):
    anew = refresh(client, given["refresh_token"]).json()
    answer = ask(client, "revocation", token=anew["refresh_token"], token_type_hint=hint)
    assert (answer.status_code, answer.content) == (200, b"")
    refused(refresh(client, anew["refresh_token"]))
    for token in (given["access_token"], anew["access_token"]):
        assert client.ask_userinfo(token).status_code == 401


def test_rfc7009_2_1_revoking_an_access_token(client: OidcClient, given: dict[str, str]):
    assert ask(client, "revocation", token=given["access_token"]).ok
    assert client.ask_userinfo(given["access_token"]).status_code == 401
    assert refresh(client, given["refresh_token"]).ok


def test_rfc7009_2_2_revoking_what_is_unknown_succeeds(client: OidcClient, given: dict[str, str]):
    handle = given["access_token"].partition(".")[0]
    for token in ("onbekend", "a.b.c", f"{handle}.geraden", f"{handle}.é"):
        assert ask(client, "revocation", token=token).status_code == 200
    assert client.ask_userinfo(given["access_token"]).ok


@pytest.mark.parametrize("endpoint", ["revocation", "introspection"])
def test_rfc7009_2_1_and_rfc7662_2_1_client_proves_itself(
    client: OidcClient, given: dict[str, str], endpoint: str
):
    address = client.discovery[f"{endpoint}_endpoint"]
    token = {"token": given["access_token"]}
    bearer = {"Authorization": f"Bearer {given['access_token']}"}
    for extra in (
        {"data": token},
        {"data": token, "auth": (client.client_id, "fout")},
        {"data": token, "headers": bearer},
    ):
        answer = requests.post(address, timeout=10, **extra)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    missing = ask(client, endpoint)
    assert (missing.status_code, missing.json()["error"]) == (400, "invalid_request")
    assert requests.get(address, params=token, timeout=10).status_code in {400, 405}
    assert client.ask_userinfo(given["access_token"]).ok


def test_rfc7662_2_2_introspection_of_both_kinds(client: OidcClient, given: dict[str, str]):
    access = ask(client, "introspection", token=given["access_token"]).json()
    refreshing = ask(client, "introspection", token=given["refresh_token"]).json()
    claims = said(given["id_token"])
    for record in (access, refreshing):
        assert record["active"] is True
        assert record["client_id"] == record["aud"] == client.client_id
        assert record["sub"] == claims["sub"]
        assert record["iss"] == client.issuer
        assert record["scope"] == given["scope"]
    assert access["token_type"] == "Bearer"
    assert access["exp"] >= claims["exp"]
    assert "token_type" not in refreshing


def test_rfc7662_2_2_what_is_not_active_says_nothing_more(
    client: OidcClient, given: dict[str, str]
):
    refresh(client, given["refresh_token"])
    for token in (given["refresh_token"], given["id_token"], "onbekend", "a.b.c"):
        assert ask(client, "introspection", token=token).json() == {"active": False}
