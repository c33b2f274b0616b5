"""The OpenID supplier and the OpenID school of the demo, joined directly over real HTTP."""

import base64
import hashlib
from urllib.parse import parse_qs, urlencode, urlsplit

import pytest
import requests

from demo.browser import Browser

EXERCISE = "/biologie/2.1/3?bron=elo"
VERIFIER = "v" * 43
CHALLENGE = base64.urlsafe_b64encode(hashlib.sha256(VERIFIER.encode()).digest()).rstrip(b"=")


def authorization(pair, **changes: str) -> str:
    values = {
        "client_id": "supplier",
        "redirect_uri": f"{pair.supplier}/callback",
        "response_type": "code",
        "scope": "openid profile email",
        "state": "s",
        "code_challenge": CHALLENGE.decode(),
        "code_challenge_method": "S256",
    }
    return f"{pair.school}/authorize?{urlencode(values | changes)}"


def code(pair, **changes: str) -> str:
    answer = requests.post(
        authorization(pair, **changes),
        data={"username": "lotte"},
        allow_redirects=False,
        timeout=5,
    )
    return parse_qs(urlsplit(answer.headers["Location"]).query)["code"][0]


def exchange(pair, issued: str, secret: str = "secret-of-a-test", **changes: str):
    form = {
        "grant_type": "authorization_code",
        "code": issued,
        "redirect_uri": f"{pair.supplier}/callback",
        "code_verifier": VERIFIER,
    }
    return requests.post(
        f"{pair.school}/token", data=form | changes, auth=("supplier", secret), timeout=5
    )


def test_a_pupil_returns_to_exactly_the_exercise(oidc_pair):
    browser = Browser()
    browser.open(oidc_pair.supplier + EXERCISE)
    browser.press("Lotte Visser")
    assert browser.address == oidc_pair.supplier + EXERCISE
    assert "Biologie: hoofdstuk 2, paragraaf 2.1, opgave 3" in browser.text
    learned = browser.json(f"{oidc_pair.supplier}/whoami")
    assert learned["pseudonym"] == "lotte@poortlyceum.example"
    assert learned["attributes"]["nlEduPersonHomeOrganizationId"] == ["99XB"]
    assert learned["attributes"]["given_name"] == ["Lotte"]


def test_two_tabs_of_one_browser_each_return_to_their_own_exercise(oidc_pair):
    session = requests.Session()
    waiting = {}
    for target in (EXERCISE, "/biologie/2.2"):
        begun = session.get(oidc_pair.supplier + target, allow_redirects=False, timeout=5)
        waiting[target] = begun.headers["Location"]
    for target, address in waiting.items():
        landed = session.post(address, data={"username": "finn"}, timeout=5)
        assert landed.url == oidc_pair.supplier + target


def test_core_4_a_login_begun_by_the_issuer_opens_the_target(oidc_pair):
    target = oidc_pair.supplier + EXERCISE
    browser = Browser()
    values = {"iss": oidc_pair.school, "login_hint": "brin:99XB", "target_link_uri": target}
    browser.open(f"{oidc_pair.supplier}/login?{urlencode(values)}")
    assert "login_hint=brin%3A99XB" in browser.address
    browser.press("Fatima el Idrissi")
    assert browser.address == target


@pytest.mark.parametrize(
    ("iss", "target"),
    [
        ("https://issuer.example", "{own}/biologie/2.1"),
        ("{issuer}", "https://elsewhere.example/"),
        ("{issuer}", "{own}.elsewhere.example/biologie/2.1"),
        ("{issuer}", "//elsewhere.example/"),
    ],
)
def test_core_4_another_issuer_or_a_foreign_target_is_refused(oidc_pair, iss, target):
    own = {"own": oidc_pair.supplier, "issuer": oidc_pair.school}
    values = {"iss": iss.format(**own), "target_link_uri": target.format(**own)}
    answer = requests.get(
        f"{oidc_pair.supplier}/login", params=values, allow_redirects=False, timeout=5
    )
    assert answer.status_code == 403
    assert "Location" not in answer.headers


def test_an_answer_in_another_browser_is_refused(oidc_pair):
    begun = requests.get(oidc_pair.supplier + EXERCISE, allow_redirects=False, timeout=5)
    other = requests.Session()
    landed = other.post(begun.headers["Location"], data={"username": "finn"}, timeout=5)
    assert landed.status_code == 403
    assert other.get(f"{oidc_pair.supplier}/whoami", timeout=5).status_code == 401


def test_rfc6749_4_1_2_a_code_works_once(oidc_pair):
    issued = code(oidc_pair)
    assert exchange(oidc_pair, issued).status_code == 200
    again = exchange(oidc_pair, issued)
    assert (again.status_code, again.json()["error"]) == (400, "invalid_grant")


def test_rfc7636_4_6_another_verifier_is_refused(oidc_pair):
    answer = exchange(oidc_pair, code(oidc_pair), code_verifier="w" * 43)
    assert (answer.status_code, answer.json()["error"]) == (400, "invalid_grant")


def test_rfc6749_2_3_1_a_wrong_secret_is_refused(oidc_pair):
    answer = exchange(oidc_pair, code(oidc_pair), secret="guess")
    assert (answer.status_code, answer.json()["error"]) == (401, "invalid_client")


def test_client_secret_post(oidc_pair):
    form = {
        "grant_type": "authorization_code",
        "code": code(oidc_pair),
        "redirect_uri": f"{oidc_pair.supplier}/callback",
        "code_verifier": VERIFIER,
        "client_id": "supplier",
        "client_secret": "secret-of-a-test",
    }
    assert "id_token" in requests.post(f"{oidc_pair.school}/token", data=form, timeout=5).json()


def test_core_5_4_scopes_decide_the_standard_claims(oidc_pair):
    seen = {}
    for scope in ("openid", "openid profile", "openid profile email"):
        token = exchange(oidc_pair, code(oidc_pair, scope=scope)).json()["access_token"]
        bearer = {"Authorization": f"Bearer {token}"}
        answer = requests.get(f"{oidc_pair.school}/userinfo", headers=bearer, timeout=5)
        seen[scope] = answer.json().keys() & {"sub", "given_name", "email"}
    assert seen["openid"] == {"sub"}
    assert seen["openid profile"] == {"sub", "given_name"}
    assert seen["openid profile email"] == {"sub", "given_name", "email"}


def test_userinfo_refuses_an_unknown_token(oidc_pair):
    bearer = {"Authorization": "Bearer unknown"}
    answer = requests.get(f"{oidc_pair.school}/userinfo", headers=bearer, timeout=5)
    assert answer.status_code == 401


def test_an_unregistered_redirect_uri_gets_a_page_and_no_redirect(oidc_pair):
    address = authorization(oidc_pair, redirect_uri=f"{oidc_pair.supplier}/callback/x")
    answer = requests.get(address, allow_redirects=False, timeout=5)
    assert answer.status_code == 400
    assert "Lotte" not in answer.text


@pytest.mark.parametrize(
    ("changes", "error"),
    [
        ({"response_type": "token"}, "unsupported_response_type"),
        ({"scope": "profile"}, "invalid_scope"),
        ({"code_challenge_method": "plain"}, "invalid_request"),
        ({"code_challenge": ""}, "invalid_request"),
        ({"prompt": "none"}, "login_required"),
    ],
)
def test_rfc6749_4_1_2_1_errors_go_back_to_the_client(oidc_pair, changes, error):
    answer = requests.get(authorization(oidc_pair, **changes), allow_redirects=False, timeout=5)
    address = urlsplit(answer.headers["Location"])
    assert f"{address.scheme}://{address.netloc}{address.path}" == f"{oidc_pair.supplier}/callback"
    assert parse_qs(address.query)["error"] == [error]
    assert parse_qs(address.query)["state"] == ["s"]
