"""A method that an address does not have, or that a header or field pretends (RFC 9110 §9)."""

import pytest
import requests

from tests.attacks.saml.stage import Stage

# Address -> the methods that it has, but for HEAD and OPTIONS.
ALLOWED = {
    "/": {"GET"},
    "/school": {"GET"},
    "/school/forget": {"POST"},
    "/school/announce": {"GET"},
    "/school/saml/acs": {"POST"},
    "/school/saml/metadata": {"GET"},
    "/school/oidc/callback": {"GET"},
    "/saml/metadata": {"GET"},
    "/saml/sso": {"GET", "POST"},
    "/saml/slo": {"GET", "POST"},
    "/oidc/token": {"POST"},
    "/oidc/jwks": {"GET"},
    "/flow/onbekend": {"GET"},
    "/d/onbekend": {"GET"},
    "/logout": {"GET", "POST"},
    "/healthz": {"GET"},
}
METHODS = ["GET", "POST", "PUT", "PATCH", "DELETE", "TRACE", "CONNECT", "PROPFIND", "X" * 30]
OVERRIDES = [
    {"X-HTTP-Method-Override": "POST"},
    {"X-HTTP-Method": "POST"},
    {"X-Method-Override": "POST"},
]
REFUSED = [
    (path, method)
    for path, allowed in ALLOWED.items()
    for method in METHODS
    if method not in allowed
]


@pytest.mark.parametrize(("path", "method"), REFUSED)
def test_method_that_an_address_has_not_is_refused(stage: Stage, path: str, method: str):
    log = stage.log()
    answer = requests.request(method, stage.base + path, allow_redirects=False, timeout=60)
    assert answer.status_code in {400, 403, 405}, answer.text
    assert "Set-Cookie" not in answer.headers or answer.status_code == 403
    assert "Traceback" not in answer.text
    assert not [line for line in log.lines() if line["event"] != "error"]


@pytest.mark.parametrize("header", OVERRIDES, ids=lambda header: next(iter(header)))
@pytest.mark.parametrize("path", ["/school/forget", "/school/saml/acs", "/oidc/token"])
def test_header_makes_no_post_of_a_get(stage: Stage, path: str, header: dict[str, str]):
    answer = requests.get(f"{stage.base}{path}?_method=POST", headers=header, timeout=60)
    assert answer.status_code in {400, 405}
    assert "KP-501" in answer.text


def test_trace_gives_no_header_back(stage: Stage):
    """Cross-site tracing: cookies are not read by way of the answer (RFC 9110 §9.3.8)."""
    headers = {"Cookie": "kp_session=verzonnen-geheim"}
    answer = requests.request("TRACE", stage.base, headers=headers, timeout=60)
    assert answer.status_code >= 400
    assert "verzonnen-geheim" not in answer.text
