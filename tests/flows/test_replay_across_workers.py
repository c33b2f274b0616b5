"""What counts once counts once, also when two workers get it at the same instant, on each store."""

import contextlib
from collections import Counter
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from threading import Barrier

import pytest
import requests

from tests.actors.oidc_client import OidcClient, read_callback
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.actors.saml_xml import new_id
from tests.flows.hub import Hub, add_client, hinted, run_hub
from tests.flows.signing_client import SigningClient, add_signing_client, run_key_set
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory

AT_ONCE = 8

Ask = Callable[[], requests.Response]


@dataclass(frozen=True, slots=True)
class Parties:
    hub: Hub
    signer: SigningClient
    client: OidcClient


@pytest.fixture(scope="module")
def parties(store_settings: dict[str, str]) -> Iterator[Parties]:
    """They are registered before the two workers begin, so that both know them."""
    with run_directory("gateway") as directory, contextlib.ExitStack() as running:
        own = Gateway(directory, store_settings)
        with run_gateway(own):
            hub = running.enter_context(run_hub(own))
            published = running.enter_context(run_key_set("ES256"))
            client = add_client(own, "Oefenen bij Wilg", "--refresh-tokens")
            known = Parties(hub, add_signing_client(hub, published), client)
        with run_gateway(own, workers=2):
            yield known


def at_once(asks: list[Ask]) -> list[requests.Response]:
    start = Barrier(len(asks))

    def ask(one: Ask) -> requests.Response:
        start.wait()
        return one()

    with ThreadPoolExecutor(len(asks)) as threads:
        return list(threads.map(ask, asks))


def outcomes(ask: Ask) -> Counter[int]:
    return Counter(answer.status_code for answer in at_once([ask] * AT_ONCE))


def code_fields(parties: Parties) -> dict[str, str]:
    """The token request of a login."""
    attempt = parties.client.begin(school=SAML_SCHOOL)
    with parties.hub.browser() as browser:
        page = parties.hub.at_school(browser, browser.open(attempt.url))
    return {
        "grant_type": "authorization_code",
        "code": read_callback(page.redirect.url)["code"],
        "redirect_uri": parties.client.redirect_uri,
        "code_verifier": attempt.verifier,
    }


def ask_token(client: OidcClient, **fields: str) -> requests.Response:
    credentials = (client.client_id, client.client_secret)
    address = client.discovery["token_endpoint"]
    return requests.post(address, data=fields, auth=credentials, timeout=30)


def answered_login(hub: Hub, assertion_id: str) -> Ask:
    """A login of a browser of its own, and the post of the school's answer."""
    address = hinted(hub.supplier.redirect_url(hub.supplier.request()))
    began = requests.get(address, allow_redirects=False, timeout=30)
    asked = hub.school.read_request(began.headers["Location"])
    answer = hub.school.answer(asked, PUPIL, assertion_id=assertion_id)
    fields = hub.school.fields(answer.build(), asked)
    return lambda: requests.post(hub.school.acs, fields, allow_redirects=False, timeout=30)


def test_assertion_is_used_in_one_of_many_logins(parties: Parties):
    """SAML Core §1.3.4: one id, by the hand of eight browsers."""
    same = new_id()
    asks = [answered_login(parties.hub, same) for _ in range(AT_ONCE)]
    answers = at_once(asks)
    assert Counter(answer.status_code for answer in answers) == {303: 1, 403: AT_ONCE - 1}
    assert sum("KP-219" in answer.text for answer in answers) == AT_ONCE - 1


def test_code_is_redeemed_once_and_its_replay_takes_back_what_it_gave(parties: Parties):
    """RFC 6749 §4.1.2."""
    fields = code_fields(parties)
    answers = at_once([lambda: ask_token(parties.client, **fields)] * AT_ONCE)
    good = [answer.json() for answer in answers if answer.ok]
    assert len(good) == 1
    assert {answer.json()["error"] for answer in answers if not answer.ok} == {"invalid_grant"}
    ask_token(parties.client, **fields)
    assert parties.client.ask_userinfo(good[0]["access_token"]).status_code == 401


def test_pushed_request_is_used_once(parties: Parties):
    """RFC 9126 §4."""
    client = parties.client
    pushed = requests.post(
        client.discovery["pushed_authorization_request_endpoint"],
        data=client.begin(school=SAML_SCHOOL).url.partition("?")[2],
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        auth=(client.client_id, client.client_secret),
        timeout=30,
    ).json()
    fields = {"client_id": client.client_id, "request_uri": pushed["request_uri"]}
    address = client.discovery["authorization_endpoint"]
    found = outcomes(lambda: requests.get(address, fields, allow_redirects=False, timeout=30))
    assert (found[400], found.total()) == (AT_ONCE - 1, AT_ONCE)
    assert max(found) == 400, "the other one leads to the school"


def test_client_assertion_counts_once(parties: Parties):
    """RFC 7523 §3, jti."""
    signer = parties.signer
    same = signer.assertion("ES256")
    found = outcomes(lambda: signer.ask("introspection", {"token": "unknown"}, same))
    assert found == {200: 1, 401: AT_ONCE - 1}


def test_refresh_token_that_came_twice_ends_its_family(parties: Parties):
    """RFC 9700 §4.14.2: who of the two is the thief is not known."""
    first = ask_token(parties.client, **code_fields(parties)).json()["refresh_token"]
    fields = {"grant_type": "refresh_token", "refresh_token": first}
    answers = at_once([lambda: ask_token(parties.client, **fields)] * AT_ONCE)
    good = [answer.json() for answer in answers if answer.ok]
    assert len(good) <= 1
    for each in good:
        assert parties.client.ask_userinfo(each["access_token"]).status_code == 401
        again = ask_token(parties.client, **{**fields, "refresh_token": each["refresh_token"]})
        assert again.json()["error"] == "invalid_grant"
