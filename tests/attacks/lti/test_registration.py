"""Only who was invited can register a tool, once, and only for its own domain.

LTI Dynamic Registration §3.3 and §3.5, RFC 7591 §5.
"""

from typing import Any

import pytest
import requests

from tests.attacks.lti.stage import Stage
from tests.parts.registration import add_supplier

TOOL_CONFIGURATION = "https://purl.imsglobal.org/spec/lti-tool-configuration"
BASE = "https://proef.example"
METADATA: dict[str, Any] = {
    "application_type": "web",
    "response_types": ["id_token"],
    "grant_types": ["implicit", "client_credentials"],
    "initiate_login_uri": f"{BASE}/login",
    "redirect_uris": [f"{BASE}/launch"],
    "client_name": "Proef",
    "jwks_uri": f"{BASE}/jwks",
    "token_endpoint_auth_method": "private_key_jwt",
    "scope": "openid",
    TOOL_CONFIGURATION: {"domain": "proef.example", "target_link_uri": f"{BASE}/start"},
}


@pytest.fixture(scope="module")
def supplier(lti: Stage) -> str:
    return add_supplier(lti.gateway, "Uitgeverij Vlier")


@pytest.fixture(scope="module")
def token(lti: Stage, supplier: str) -> str:
    """One that is never spent: what is refused leaves it as it is."""
    invited = lti.gateway.ketenpoort_json("supplier", "lti-token", "--supplier", supplier)
    return str(invited["registration_token"])


def register(lti: Stage, token: str | None, body: object) -> requests.Response:
    headers = {"Authorization": f"Bearer {token}"} if token is not None else {}
    return requests.post(f"{lti.gateway.base}/lti/register", json=body, headers=headers, timeout=30)


def services(lti: Stage) -> set[str]:
    return {each["id"] for each in lti.gateway.ketenpoort_json("service", "list")}


def test_tool_is_registered_for_test_and_once(lti: Stage, supplier: str):
    invited = lti.gateway.ketenpoort_json("supplier", "lti-token", "--supplier", supplier)
    answer = register(lti, invited["registration_token"], METADATA)
    assert answer.status_code == 201
    assert answer.headers["Cache-Control"] == "no-store"
    shown = lti.gateway.ketenpoort_json("service", "show", answer.json()["client_id"])
    assert (shown["standing"], shown["supplier"]) == ("pending", supplier)
    known = services(lti)
    again = register(lti, invited["registration_token"], METADATA)
    assert (again.status_code, again.json()["error"]) == (401, "invalid_token")
    assert services(lti) == known


@pytest.mark.parametrize("wrong", [None, "", "x", "YWJj", "a.b.c", "A" * 4000])
def test_without_an_invitation_nothing_is_registered(lti: Stage, wrong: str | None):
    known = services(lti)
    answer = register(lti, wrong, METADATA)
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_token")
    assert "Bearer" in answer.headers["WWW-Authenticate"]
    assert services(lti) == known


def test_changed_invitation_is_refused(lti: Stage, token: str):
    changed = ("B" if token[0] == "A" else "A") + token[1:]
    assert register(lti, changed, METADATA).status_code == 401
    assert register(lti, token[:-8], METADATA).status_code == 401


def configured(**changes: object) -> dict[str, Any]:
    return METADATA | {TOOL_CONFIGURATION: METADATA[TOOL_CONFIGURATION] | changes}


@pytest.mark.parametrize(
    ("body", "error"),
    [
        (METADATA | {"redirect_uris": ["https://elders.example/l"]}, "invalid_redirect_uri"),
        (
            METADATA | {"redirect_uris": [f"{BASE}/l", "https://elders.example"]},
            "invalid_redirect_uri",
        ),
        (METADATA | {"redirect_uris": ["javascript:alert(1)"]}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": [f"{BASE}.elders.example/l"]}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": ["https://elders-proef.example/l"]}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": [f"{BASE}/l#a"]}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": [7]}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": []}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": [f"{BASE}/l{n}" for n in range(21)]}, "invalid_redirect_uri"),
        (METADATA | {"redirect_uris": f"{BASE}/l"}, "invalid_client_metadata"),
        (METADATA | {"initiate_login_uri": "https://elders.example/l"}, "invalid_client_metadata"),
        (METADATA | {"initiate_login_uri": f"{BASE}/a/../l"}, "invalid_client_metadata"),
        (METADATA | {"jwks_uri": "https://elders.example/jwks"}, "invalid_client_metadata"),
        (METADATA | {"jwks_uri": "file:///etc/passwd"}, "invalid_client_metadata"),
        (METADATA | {"jwks_uri": None}, "invalid_client_metadata"),
        (METADATA | {"client_name": "   "}, "invalid_client_metadata"),
        (METADATA | {"client_name": {"a": 1}}, "invalid_client_metadata"),
        (METADATA | {"client_name": "Proef\u0000"}, "invalid_client_metadata"),
        (METADATA | {"client_name": "\ud800"}, "invalid_client_metadata"),
        (configured(custom_parameters={"a": "\u0000"}), "invalid_client_metadata"),
        (configured(custom_parameters={"a": "x" * 300}), "invalid_client_metadata"),
        (METADATA | {"response_types": ["code"]}, "invalid_client_metadata"),
        (METADATA | {"grant_types": ["client_credentials"]}, "invalid_client_metadata"),
        (METADATA | {"token_endpoint_auth_method": "none"}, "invalid_client_metadata"),
        (METADATA | {"application_type": "native"}, "invalid_client_metadata"),
        (METADATA | {"scope": ["openid"]}, "invalid_client_metadata"),
        (METADATA | {TOOL_CONFIGURATION: None}, "invalid_client_metadata"),
        (configured(target_link_uri="https://elders.example/"), "invalid_client_metadata"),
        (configured(domain=""), "invalid_client_metadata"),
        (configured(domain="example"), "invalid_redirect_uri"),
        (configured(custom_parameters={"a": 1}), "invalid_client_metadata"),
        (configured(custom_parameters=["a"]), "invalid_client_metadata"),
        (
            configured(
                messages=[
                    {"type": "LtiDeepLinkingRequest", "target_link_uri": "https://elders.example/"}
                ]
            ),
            "invalid_client_metadata",
        ),
        ([METADATA], "invalid_client_metadata"),
        ("proef", "invalid_client_metadata"),
    ],
)
def test_metadata_that_is_refused(lti: Stage, token: str, body: object, error: str):
    answer = register(lti, token, body)
    assert (answer.status_code, answer.json()["error"]) == (400, error)


@pytest.mark.parametrize("body", [b"", b"{" * 5000, b"[" * 100_000, b"\xff"])
def test_body_that_is_no_json(lti: Stage, token: str, body: bytes):
    answer = requests.post(
        f"{lti.gateway.base}/lti/register",
        data=body,
        headers={"Authorization": f"Bearer {token}"},
        timeout=30,
    )
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_client_metadata")


def test_nothing_was_registered_by_any_of_these(lti: Stage, supplier: str):
    owned = lti.gateway.ketenpoort_json("supplier", "show", supplier)["services"]
    assert len(owned) == 1
