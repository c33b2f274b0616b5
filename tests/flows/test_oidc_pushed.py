"""Pushed authorization requests (RFC 9126)."""

from urllib.parse import urlencode

import pytest
import requests

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import Attempt, read_callback
from tests.actors.people import SAML_SCHOOL
from tests.flows.hub import Hub, add_client
from tests.flows.signing_client import SigningClient, by_object, to_client

EVIL = "http://evil.test/callback"


def refused_page(page: Page) -> None:
    assert (page.status, page.redirect, page.message) == (400, None, None)
    assert "KP-302" in page.words


def push(hub: Hub, **changes: str | None) -> tuple[Attempt, requests.Response]:
    """The hub's client pushes a request."""
    attempt = hub.client.begin(**changes)
    query = attempt.url.partition("?")[2]
    return attempt, requests.post(
        hub.client.discovery["pushed_authorization_request_endpoint"],
        data=query,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=(hub.client.client_id, hub.client.client_secret),
        timeout=10,
    )


def by_reference(hub: Hub, reference: str, **beside: str) -> str:
    fields = {"client_id": hub.client.client_id, "request_uri": reference, **beside}
    return f"{hub.client.discovery['authorization_endpoint']}?{urlencode(fields)}"


def test_rfc9126_2_and_4_pushed_request_ends_in_a_login(hub: Hub, person: Browser):
    attempt, answer = push(hub, school=SAML_SCHOOL)
    assert (answer.status_code, answer.headers["Cache-Control"]) == (201, "no-store")
    record = answer.json()
    assert record["request_uri"].startswith("urn:ietf:params:oauth:request_uri:")
    assert 5 <= record["expires_in"] <= 600
    address = to_client(hub, person, by_reference(hub, record["request_uri"]))
    assert hub.client.finish(attempt, address).claims["sub"]


def test_rfc9126_4_request_uri_may_be_loaded_again_in_its_browser(hub: Hub, person: Browser):
    """Before somebody is signed in, and after: each time the login goes on."""
    attempt, answer = push(hub, school=SAML_SCHOOL)
    url = by_reference(hub, answer.json()["request_uri"])
    assert hub.asked_of_school(person.open(url))
    page = hub.at_school(person, person.open(url))
    assert read_callback(page.redirect.url)["state"] == attempt.state
    again = person.open(url).redirect.url
    assert hub.client.finish(attempt, again).claims["sub"]


def test_rfc9126_4_second_click_of_who_is_signed_in(hub: Hub, person: Browser):
    hub.tokens(person)
    attempt, answer = push(hub)
    url = by_reference(hub, answer.json()["request_uri"])
    first = person.open(url).redirect.url
    second = person.open(url).redirect.url
    assert read_callback(first)["code"] != read_callback(second)["code"]
    assert hub.client.finish(attempt, second).claims["sub"]


@pytest.mark.parametrize("signed_in", [False, True])
def test_rfc9126_4_request_uri_counts_in_one_browser(hub: Hub, person: Browser, signed_in: bool):
    if signed_in:
        hub.tokens(person)
    _, answer = push(hub, school=SAML_SCHOOL)
    url = by_reference(hub, answer.json()["request_uri"])
    person.open(url)
    with hub.browser() as other:
        for _ in range(2):
            page = other.open(url)
            assert (page.status, page.redirect, page.message) == (400, None, None)
            assert "KP-102" in page.words
    page = person.open(url)
    assert page.redirect, "the other one does not spend it"


def test_rfc9126_4_by_post_it_counts_once(hub: Hub, person: Browser):
    _, answer = push(hub, school=SAML_SCHOOL)
    fields = {"client_id": hub.client.client_id, "request_uri": answer.json()["request_uri"]}
    address = hub.client.discovery["authorization_endpoint"]
    page = person.post(address, fields, initiator="http://tool.test/")
    assert hub.asked_of_school(page)
    page = person.post(address, fields, initiator="http://tool.test/")
    assert (page.status, page.redirect) == (400, None)
    assert "KP-102" in page.words


def test_rfc9126_4_what_the_browser_adds_does_not_count(hub: Hub, person: Browser):
    attempt, answer = push(hub, school=SAML_SCHOOL)
    reference = answer.json()["request_uri"]
    url = by_reference(hub, reference, redirect_uri=EVIL, state="x", scope="x", prompt="none")
    assert hub.client.finish(attempt, to_client(hub, person, url)).claims["sub"]


def test_rfc9126_4_request_uri_of_another_client(hub: Hub, person: Browser, signer: SigningClient):
    _, answer = push(hub)
    fields = {"client_id": signer.client_id, "request_uri": answer.json()["request_uri"]}
    endpoint = hub.client.discovery["authorization_endpoint"]
    refused_page(person.open(f"{endpoint}?{urlencode(fields)}"))


def test_rfc9126_4_request_uri_that_was_never_given(hub: Hub, person: Browser):
    refused_page(person.open(by_reference(hub, "urn:ietf:params:oauth:request_uri:geraden")))


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uri": EVIL}, "invalid_request"),
        ({"redirect_uri": None}, "invalid_request"),
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"prompt": "sudo"}, "invalid_request"),
        ({"request_uri": "urn:ietf:params:oauth:request_uri:x"}, "invalid_request"),
        ({"request_uri": EVIL}, "invalid_request"),
        ({"request": "x"}, "request_not_supported"),
    ],
)
def test_rfc9126_2_3_wrong_request_is_refused_when_it_is_pushed(
    hub: Hub, changes: dict[str, str | None], error: str
):
    _, answer = push(hub, **changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)
    assert "request_uri" not in answer.json()


def test_rfc9126_2_client_proves_itself(hub: Hub):
    attempt = hub.client.begin()
    address = hub.client.discovery["pushed_authorization_request_endpoint"]
    fields = dict(pair.split("=") for pair in attempt.url.partition("?")[2].split("&"))
    answer = requests.post(address, data=fields, timeout=10)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")
    other = add_client(hub.gateway, "Duwen bij Vuilboom")
    answer = requests.post(
        address, data=fields, auth=(other.client_id, other.client_secret), timeout=10
    )
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_rfc9126_3_pushed_request_object(hub: Hub, person: Browser, signer: SigningClient):
    token = signer.request_object(school=SAML_SCHOOL, state="getekend")
    fields = {"client_id": signer.client_id, "request": token, "state": "los", "prompt": "none"}
    answer = signer.ask("pushed_authorization_request", fields)
    assert answer.status_code == 201, answer.text
    url = by_object(signer, request_uri=answer.json()["request_uri"])
    said = read_callback(to_client(hub, person, url))
    assert said.keys() == {"code", "state", "iss"}
    assert said["state"] == "getekend"
