"""Clickjacking, sniffing, scripts: what every answer says to the browser."""

from collections.abc import Iterator

import pytest
import requests
from lxml import html

from tests.actors.browser import Browser
from tests.attacks.saml.stage import SUPPLIER, Stage
from tests.attacks.web.visits import log_in
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import free_port, run_directory

# Address -> status.
ADDRESSES = {
    "/": 200,
    "/?lang=en": 200,
    "/school": 200,
    "/school?q=school": 200,
    "/school?school=99XA": 302,
    "/school?school=onbekend": 404,
    "/school/announce": 404,
    "/school/saml/acs": 400,
    "/school/saml/metadata": 200,
    "/school/oidc/callback": 400,
    "/saml/metadata": 200,
    "/saml/sso": 400,
    "/saml/slo": 400,
    "/.well-known/openid-configuration": 200,
    "/oidc/authorize": 404,
    "/oidc/jwks": 200,
    "/oidc/token": 400,
    "/oidc/userinfo": 401,
    "/oidc/logout": 303,
    "/flow/onbekend": 400,
    "/d/onbekend": 404,
    "/logout": 200,
    "/healthz": 200,
    "/readyz": 200,
    "/metrics": 200,
    "/static/ketenpoort.css": 200,
    "/static/onbekend": 404,
    "/onbekend": 404,
}
# The same for everybody.
MAY_BE_KEPT = ("/static/", "/oidc/jwks", "/.well-known/")
ALWAYS = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "no-referrer",
}
NOTHING_ELSE = {
    "default-src": "'none'",
    "script-src": "'self'",
    "style-src": "'self'",
    "base-uri": "'none'",
    "frame-ancestors": "'none'",
}


def policy(headers: requests.structures.CaseInsensitiveDict[str]) -> dict[str, str]:
    """The directives of the Content-Security-Policy (CSP3 §2.2)."""
    parts = (part.strip().partition(" ") for part in headers["Content-Security-Policy"].split(";"))
    return {name: value for name, _, value in parts}


def assert_safe(headers: requests.structures.CaseInsensitiveDict[str]) -> None:
    assert ALWAYS.items() <= headers.items()
    assert NOTHING_ELSE.items() <= policy(headers).items()
    assert "unsafe" not in headers["Content-Security-Policy"]
    assert "Access-Control-Allow-Credentials" not in headers
    assert "X-Powered-By" not in headers


@pytest.mark.parametrize(("path", "status"), ADDRESSES.items())
def test_every_answer_forbids_frames_sniffing_and_scripts_from_elsewhere(
    stage: Stage, path: str, status: int
):
    answer = requests.get(stage.base + path, allow_redirects=False, timeout=60)
    assert answer.status_code == status, answer.text
    assert_safe(answer.headers)
    if not path.startswith(MAY_BE_KEPT):
        assert answer.headers["Cache-Control"] == "no-store"
    if answer.headers["Content-Type"].startswith("text/html"):
        assert policy(answer.headers)["form-action"] == "'self'"


@pytest.mark.parametrize("path", ADDRESSES)
def test_pages_need_no_script_or_style_of_their_own(stage: Stage, path: str):
    """Nothing inline, so that the policy can forbid it; links open nothing that can reach back."""
    answer = requests.get(stage.base + path, allow_redirects=False, timeout=60)
    if answer.headers["Content-Type"].startswith("text/html") and answer.text:
        assert_nothing_inline(answer.text)


def test_page_that_carries_an_answer_is_as_safe(stage: Stage, browser: Browser):
    """It has no form-action, since its form goes to another party."""
    log_in(stage, browser)
    page = browser.open(stage.supplier.redirect_url(stage.supplier.request()), initiator=SUPPLIER)
    assert page.message is not None
    assert_safe(page.headers)
    assert page.headers["Cache-Control"] == "no-store"
    assert_nothing_inline(page.text)


@pytest.fixture(scope="module")
def outside() -> Iterator[Gateway]:
    """A gateway whose public address is https, as behind a proxy with TLS."""
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {"BASE_URL": "https://gateway.test"}, free_port())
        with run_gateway(gateway):
            yield gateway


def test_https_stays_https(outside: Gateway):
    """RFC 6797 §6.1; RFC 6265bis §4.1.3.2: __Host- cookies can not be set from elsewhere."""
    answer = outside.get("/logout")
    assert (
        int(answer.headers["Strict-Transport-Security"].partition("=")[2].split(";")[0]) >= 31536000
    )
    cookies = [value for name, value in answer.raw.headers.items() if name.lower() == "set-cookie"]
    assert cookies
    for cookie in cookies:
        assert cookie.startswith("__Host-kp_"), cookie
        assert {"Secure", "HttpOnly", "SameSite=Lax", "Path=/"} <= set(cookie.split("; ")), cookie
        assert "Domain" not in cookie


def assert_nothing_inline(page: str) -> None:
    document = html.document_fromstring(page)
    assert document.xpath("//script[not(@src)] | //style | //*[@style] | //iframe | //object") == []
    assert document.xpath("//@*[starts-with(name(), 'on')]") == []
    for address in document.xpath("//@src | //link/@href"):
        assert str(address).startswith(("/static/", "data:")), address
