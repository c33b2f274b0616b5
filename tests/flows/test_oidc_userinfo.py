"""The userinfo endpoint (OpenID Connect Core §5.3, RFC 6750)."""

import pytest
import requests

from tests.actors.browser import Browser
from tests.flows.hub import Hub


@pytest.mark.parametrize("way", ["GET", "POST header", "POST form"])
def test_core_5_3_1_userinfo(hub: Hub, person: Browser, way: str):
    tokens = hub.tokens(person)
    address = hub.client.discovery["userinfo_endpoint"]
    header = {"Authorization": f"Bearer {tokens.access_token}"}
    answer = {
        "GET": lambda: requests.get(address, headers=header, timeout=10),
        "POST header": lambda: requests.post(address, headers=header, timeout=10),
        "POST form": lambda: requests.post(
            address, data={"access_token": tokens.access_token}, timeout=10
        ),
    }[way]()
    assert answer.headers["Content-Type"].startswith("application/json")
    assert answer.headers["Cache-Control"] == "no-store"
    assert answer.json() == tokens.userinfo
    assert tokens.userinfo.items() <= tokens.claims.items(), "the id_token says no less"


@pytest.mark.parametrize("kind", ["none", "wrong", "id_token", "in the address", "two", "basic"])
def test_rfc6750_3_1_userinfo_without_a_right_token(hub: Hub, person: Browser, kind: str):
    tokens = hub.tokens(person)
    address, sent = hub.client.discovery["userinfo_endpoint"], tokens.access_token
    answer = {
        "none": lambda: requests.get(address, timeout=10),
        "wrong": lambda: hub.client.ask_userinfo(sent[:-1]),
        "id_token": lambda: hub.client.ask_userinfo(tokens.id_token),
        "in the address": lambda: requests.get(f"{address}?access_token={sent}", timeout=10),
        "two": lambda: requests.post(
            address, data=[("access_token", sent), ("access_token", sent)], timeout=10
        ),
        "basic": lambda: requests.get(address, auth=(sent, sent), timeout=10),
    }[kind]()
    challenge = answer.headers["WWW-Authenticate"]
    assert (answer.status_code, challenge.partition(" ")[0]) == (401, "Bearer")
    assert ("invalid_token" in challenge) == (kind in {"wrong", "id_token"})
    assert tokens.claims["sub"] not in answer.text
