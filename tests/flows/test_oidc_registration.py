"""A client registers itself and manages that: RFC 7591, RFC 7592."""

from typing import Any

import pytest
import requests

from tests.actors.browser import Browser
from tests.actors.oidc_client import OidcClient
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_changes, wait_for_oidc_service
from tests.parts.registration import add_supplier

CALLBACK = "http://tool.test/callback"
METADATA: dict[str, Any] = {
    "client_name": "Meten bij Meidoorn",
    "redirect_uris": [CALLBACK],
    "grant_types": ["authorization_code", "refresh_token"],
    "token_endpoint_auth_method": "client_secret_basic",
}


@pytest.fixture(scope="module")
def store() -> str:
    """Nothing here depends on the store."""
    return "sqlite"


@pytest.fixture(scope="module")
def supplier(hub: Hub) -> str:
    return add_supplier(hub.gateway, "Uitgeverij Meidoorn")


@pytest.fixture(scope="module")
def token(hub: Hub, supplier: str) -> str:
    added = hub.gateway.ketenpoort_json("supplier", "token", "add", supplier, "--name", "aanmelden")
    return str(added["token"])


def register(hub: Hub, token: str | None, body: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token else {}
    address = hub.client.discovery["registration_endpoint"]
    return requests.post(address, json=body, headers=headers, timeout=30)


def manage(
    made: dict[str, Any], method: str, body: object = None, **more: str
) -> requests.Response:
    token = more.get("token", made["registration_access_token"])
    headers = {"Authorization": f"Bearer {token}"}
    address = made["registration_client_uri"]
    return requests.request(method, address, json=body, headers=headers, timeout=30)


@pytest.fixture
def made(hub: Hub, token: str) -> dict[str, Any]:
    answer = register(hub, token, METADATA)
    assert answer.status_code == 201, answer.text
    return dict(answer.json())


def test_rfc7591_3_a_client_registers_and_logs_in(
    hub: Hub, supplier: str, token: str, person: Browser
) -> None:
    """§3.2.1; it waits for approval, and after that people of schools reach it."""
    answer = register(hub, token, METADATA)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    made = answer.json()
    assert made["client_secret_expires_at"] == 0
    assert made.items() >= METADATA.items()
    shown = hub.gateway.ketenpoort_json("service", "show", made["client_id"])
    assert (shown["supplier"], shown["standing"]) == (supplier, "pending")
    hub.gateway.ketenpoort("service", "approve", made["client_id"])
    wait_for_oidc_service(hub.gateway, made["client_id"])
    wait_for_changes(hub.gateway)
    client = OidcClient(hub.gateway.base, made["client_id"], made["client_secret"], CALLBACK)
    attempt = client.begin(school="99XA")
    page = hub.at_school(person, person.open(attempt.url))
    assert client.finish(attempt, page.redirect.url).claims["sub"]


@pytest.mark.parametrize("wrong", [None, "x", "tok-x.y", "x" * 5000])
def test_rfc7591_3_without_an_initial_access_token_nothing_is_registered(
    hub: Hub, wrong: str | None
) -> None:
    known = hub.gateway.ketenpoort_json("service", "list")
    answer = register(hub, wrong, METADATA)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert hub.gateway.ketenpoort_json("service", "list") == known


def test_a_schools_token_registers_nothing(hub: Hub) -> None:
    added = hub.gateway.ketenpoort_json("school", "token", "add", "99XA", "--name", "rooster")
    answer = register(hub, added["token"], METADATA)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"], "RFC 6750 §3.1"


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"redirect_uris": []}, "invalid_redirect_uri"),
        ({"redirect_uris": None}, "invalid_redirect_uri"),
        ({"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://tool.test/a#b"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://tool.test/../b"]}, "invalid_redirect_uri"),
        ({"redirect_uris": ["http://a@tool.test/"]}, "invalid_redirect_uri"),
        ({"redirect_uris": "http://tool.test/"}, "invalid_redirect_uri"),
        ({"redirect_uris": [["x"]]}, "invalid_redirect_uri"),
        ({"redirect_uris": [CALLBACK] * 21}, "invalid_redirect_uri"),
        ({"response_types": ["token"]}, "invalid_client_metadata"),
        ({"subject_type": "public"}, "invalid_client_metadata"),
        ({"application_type": "native"}, "invalid_client_metadata"),
        ({"grant_types": ["implicit"]}, "invalid_client_metadata"),
        ({"grant_types": "refresh_token"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        ({"token_endpoint_auth_method": "private_key_jwt"}, "invalid_client_metadata"),
        ({"id_token_signed_response_alg": "none"}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "oct", "k": "x"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "RSA", "d": "x"}]}}, "invalid_client_metadata"),
        ({"jwks": {"keys": [{"kty": "RSA", "n": "AQAB", "e": "AQAB"}]}}, "invalid_client_metadata"),
        ({"jwks_uri": "file:///etc/passwd"}, "invalid_client_metadata"),
        ({"client_name": "x" * 201}, "invalid_client_metadata"),
        ({"client_name": "a\u0000b"}, "invalid_client_metadata"),
    ],
)
def test_rfc7591_3_2_2_what_can_not_work_is_refused(
    hub: Hub, token: str, changes: dict[str, Any], error: str
) -> None:
    answer = register(hub, token, METADATA | changes)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize("body", [[], "x", 1, None])
def test_rfc7591_3_1_a_body_that_is_no_object_is_refused(
    hub: Hub, token: str, body: object
) -> None:
    assert register(hub, token, body).json()["error"] == "invalid_client_metadata"


def test_rfc7592_2_1_a_client_reads_itself_without_its_secret(made: dict[str, Any]) -> None:
    answer = manage(made, "GET")
    assert answer.status_code == 200
    assert "client_secret" not in answer.json()
    assert answer.json()["client_id"] == made["client_id"]


def test_rfc7592_2_2_a_client_changes_itself(made: dict[str, Any]) -> None:
    body = METADATA | {"client_id": made["client_id"], "redirect_uris": [CALLBACK, f"{CALLBACK}2"]}
    assert manage(made, "PUT", body).json()["redirect_uris"] == [CALLBACK, f"{CALLBACK}2"]
    body = METADATA | {"client_id": made["client_id"], "client_secret": made["client_secret"]}
    assert manage(made, "PUT", body).json()["redirect_uris"] == [CALLBACK]


@pytest.mark.parametrize("changes", [{"client_id": "svc-x"}, {"client_secret": "chosen"}])
def test_rfc7592_2_2_neither_its_id_nor_its_secret(
    made: dict[str, Any], changes: dict[str, str]
) -> None:
    body = METADATA | {"client_id": made["client_id"]} | changes
    assert manage(made, "PUT", body).status_code == 400


def test_rfc7592_2_3_a_client_in_test_removes_itself(made: dict[str, Any]) -> None:
    assert manage(made, "DELETE").status_code == 204
    assert manage(made, "GET").status_code == 401


def test_an_approved_client_does_not_remove_itself(hub: Hub, made: dict[str, Any]) -> None:
    hub.gateway.ketenpoort("service", "approve", made["client_id"])
    assert manage(made, "DELETE").status_code == 403
    assert manage(made, "GET").status_code == 200


@pytest.mark.parametrize("method", ["GET", "PUT", "DELETE"])
def test_rfc7592_2_another_clients_token_is_worth_nothing(
    hub: Hub, token: str, made: dict[str, Any], method: str
) -> None:
    other = register(hub, token, METADATA).json()
    for wrong in (other["registration_access_token"], token, "x"):
        answer = manage(made, method, METADATA, token=wrong)
        assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert manage(made, "GET").status_code == 200


def test_what_was_done_is_recorded_without_secrets(hub: Hub, made: dict[str, Any]) -> None:
    acts = hub.gateway.ketenpoort("audit", "list")
    assert made["client_id"] in acts
    assert "service registered" in acts
    assert "secret_hash" not in acts
