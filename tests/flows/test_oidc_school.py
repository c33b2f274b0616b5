"""An OpenID school that lies (OpenID Connect Core §3.1.2.7 and §3.1.3.7, RFC 9207, RFC 8725)."""

import time
from collections.abc import Iterator

import pytest

from gateway.trust.fetch import fetch
from gateway.trust.jose import RemoteKeys, UnknownKey
from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import OIDC_PUPIL, OIDC_SCHOOL
from tests.actors.scripted_openid_school import (
    CLIENT_ID,
    CLIENT_SECRET,
    KID,
    Lies,
    run_openid_school,
)
from tests.flows.hub import Hub
from tests.flows.openid_schools import (
    DOMAIN_SCHOOL,
    DOWN_SCHOOL,
    KEYS_SCHOOL,
    TENANT_SCHOOL,
    Schools,
    run_schools,
)

STRANGER = rsa_key("stranger").key
SCHOOL = f"School {OIDC_SCHOOL}"


@pytest.fixture(scope="module")
def schools(hub: Hub) -> Iterator[Schools]:
    with run_schools(hub) as running:
        yield running


@pytest.fixture
def person(schools: Schools) -> Iterator[Browser]:
    with schools.hub.browser(f"{schools.provider.base}/") as new:
        yield new


def refused(schools: Schools, browser: Browser, page: Page, code: str) -> None:
    """A page that says so, and nobody let in."""
    assert page.status >= 400
    assert code in page.words, page
    silent = browser.open(schools.hub.client.begin(prompt="none").url)
    assert "error=login_required" in silent.redirect.url


def another_school(browser: Browser, page: Page) -> Page:
    """By the one button of a page that says what went wrong, to the school that answers."""
    chooser = browser.click(page, "Opnieuw beginnen")
    return browser.click(browser.submit(chooser, {"q": SCHOOL}), SCHOOL)


def test_core_3_1_right_answer(schools: Schools, person: Browser):
    attempt, page = schools.ask(person)
    end = person.open(schools.answer(page), initiator=schools.provider.base)
    claims = schools.hub.client.finish(attempt, end.redirect.url).claims
    assert claims["nlEduPersonHomeOrganizationId"] == OIDC_SCHOOL


@pytest.mark.parametrize(
    "lies",
    [
        Lies(claims={"aud": [CLIENT_ID]}),
        Lies(claims={"azp": CLIENT_ID}),
        Lies(kid=None),
        Lies(claims={"auth_time": None}),
        Lies(userinfo={"given_name": None}),
    ],
)
def test_core_2_right_answer_in_other_forms(schools: Schools, person: Browser, lies: Lies):
    assert "code=" in schools.login(person, lies).redirect.url


@pytest.mark.parametrize("time", ["gisteren", float("nan"), float("inf"), -(10**400)])
def test_core_2_auth_time_that_is_no_time_is_now(schools: Schools, person: Browser, time: object):
    assert "code=" in schools.login(person, _claims(auth_time=time)).redirect.url


@pytest.mark.parametrize(
    "lies", [Lies(answer={"code": None, "error": "access_denied"}), Lies(kid="onbekend")]
)
def test_wrong_answer_does_not_end_the_login(schools: Schools, person: Browser, lies: Lies):
    """A page with one button, to the choice of a school in this very login."""
    attempt, page = schools.ask(person)
    page = person.open(schools.answer(page, lies), initiator=schools.provider.base)
    assert page.status >= 400
    page = person.open(schools.answer(another_school(person, page)))
    assert schools.hub.client.finish(attempt, page.redirect.url).claims["sub"]


def _claims(**claims: object) -> Lies:
    return Lies(claims=claims)


@pytest.mark.parametrize(
    ("lies", "code"),
    [
        (Lies(answer={"state": "geraden"}), "KP-101"),
        (Lies(answer={"state": None}), "KP-101"),
        (Lies(answer={"iss": "https://ander.test"}), "KP-214"),
        (Lies(answer={"iss": None}), "KP-214"),
        (Lies(answer={"code": None}), "KP-203"),
        (Lies(answer={"code": None, "error": "access_denied"}), "KP-203"),
        (Lies(answer={"error": "access_denied"}), "KP-203"),
        (_claims(nonce="van een ander"), "KP-218"),
        (_claims(nonce=None), "KP-218"),
        (_claims(nonce=""), "KP-218"),
        (_claims(iss="https://ander.test"), "KP-214"),
        (_claims(iss=None), "KP-214"),
        (_claims(aud="ander"), "KP-215"),
        (_claims(aud=None), "KP-215"),
        (_claims(aud=[CLIENT_ID, "ander"]), "KP-215"),
        (_claims(aud=[CLIENT_ID, "ander"], azp=CLIENT_ID), "KP-215"),
        (_claims(azp="ander"), "KP-218"),
        (_claims(sub=None), "KP-221"),
        (_claims(sub=""), "KP-218"),
        (_claims(sub=7), "KP-221"),
        (_claims(exp=int(time.time()) - 3600), "KP-217"),
        (_claims(exp=None), "KP-221"),
        (_claims(exp="morgen"), "KP-221"),
        (_claims(exp=float("nan")), "KP-221"),
        (_claims(exp=float("inf")), "KP-221"),
        (_claims(iat=int(time.time()) + 3600), "KP-217"),
        (_claims(nbf=int(time.time()) + 3600), "KP-217"),
        (Lies(algorithm="none", key=None), "KP-212"),
        (Lies(algorithm="none", key=None, kid=None), "KP-212"),
        (Lies(algorithm="HS256", key=CLIENT_SECRET * 2), "KP-212"),
        (Lies(key=STRANGER), "KP-212"),
        (Lies(key=STRANGER, kid=None), "KP-212"),
        (Lies(key=STRANGER, kid="onbekend"), "KP-212"),
        (Lies(algorithm="RS512"), "KP-212"),
        (Lies(userinfo={"sub": "iemand anders"}), "KP-218"),
        (Lies(userinfo={"sub": None}), "KP-218"),
        (_claims(nlEduPersonHomeOrganizationId="99XA"), "KP-222"),
        (Lies(userinfo={"nlEduPersonHomeOrganizationId": "99XA"}), "KP-222"),
        (Lies(token_status=400, token_body=b'{"error": "invalid_grant"}'), "KP-203"),
        (Lies(token_status=500, token_body=b"<h1>storing</h1>"), "KP-202"),
        (Lies(token_body=b"[]"), "KP-203"),
        (Lies(token_body=b'{"id_token": 5}'), "KP-212"),
        (Lies(token_body=b'{"id_token": "a.b.c"}'), "KP-212"),
        (Lies(token_body=b'{"id_token": null}'), "KP-2"),
        (Lies(token_body=b"\xff"), "KP-202"),
    ],
)
def test_core_3_1_3_7_lie_is_refused(schools: Schools, person: Browser, lies: Lies, code: str):
    refused(schools, person, schools.login(person, lies), code)


def test_of_several_schools_only_the_connections_own_counts(schools: Schools, person: Browser):
    attempt, page = schools.ask(person)
    two = Lies(userinfo={"nlEduPersonHomeOrganizationId": ["99XA", OIDC_SCHOOL]})
    end = person.open(schools.answer(page, two))
    claims = schools.hub.client.finish(attempt, end.redirect.url).claims
    assert claims["nlEduPersonHomeOrganizationId"] == OIDC_SCHOOL


def test_rfc8725_3_1_hmac_with_the_public_key(schools: Schools, person: Browser):
    """The oldest trick: our verification key used as a shared secret."""
    public = schools.provider.keys.certificate.encode()
    for_hmac = Lies(algorithm="HS256", key=public.replace(b"CERTIFICATE", b"C"))
    refused(schools, person, schools.login(person, for_hmac), "KP-212")


def test_rfc6749_10_12_answer_of_another_login_is_refused(schools: Schools, person: Browser):
    """A code begun in another login, under this login's state: the nonce and verifier differ."""
    _, page = schools.ask(person)
    with schools.hub.browser(f"{schools.provider.base}/") as attacker:
        _, foreign = schools.ask(attacker)
        theirs = schools.provider.read_request(foreign.redirect.url)
    state = schools.provider.read_request(page.redirect.url)["state"]
    callback = schools.provider.answer(theirs, OIDC_PUPIL, Lies(answer={"state": state}))
    refused(schools, person, person.open(callback), "KP-2")


def test_answer_begun_in_another_browser_never_completes_here(schools: Schools, person: Browser):
    """Login CSRF: the attacker's whole answer, followed by the victim."""
    with schools.hub.browser(f"{schools.provider.base}/") as attacker:
        _, page = schools.ask(attacker)
        callback = schools.answer(page)
    refused(schools, person, person.open(callback, initiator="http://evil.test/"), "KP-102")


def test_rfc6749_4_1_2_answer_counts_once(schools: Schools, person: Browser):
    """The school is asked about it once; of a second click the session answers."""
    attempt, page = schools.ask(person)
    callback = schools.answer(page)
    redeemed = schools.provider.asked["/gewoon/token"]
    for _ in range(2):
        page = person.open(callback)
        assert schools.hub.client.finish(attempt, page.redirect.url).claims["sub"]
    assert schools.provider.asked["/gewoon/token"] == redeemed + 1
    with schools.hub.browser(f"{schools.provider.base}/") as other:
        refused(schools, other, other.open(callback), "KP-102")


def test_rfc6749_3_1_repeated_parameter(schools: Schools, person: Browser):
    _, page = schools.ask(person)
    callback = schools.answer(page)
    refused(schools, person, person.open(f"{callback}&code=tweede"), "KP-210")


@pytest.mark.parametrize(
    ("brin", "claim", "right"),
    [(TENANT_SCHOOL, "tid", "onze-tenant"), (DOMAIN_SCHOOL, "hd", "meidoorn.test")],
)
@pytest.mark.parametrize("said", ["right", "ander", None, ["right"]])
def test_account_of_another_tenant_or_domain(
    schools: Schools, person: Browser, brin: str, claim: str, right: str, said: object
):
    """design.md §7.13: a private account is not a pupil."""
    claims = {claim: right if said == "right" else said, "nlEduPersonHomeOrganizationId": brin}
    page = schools.login(person, Lies(claims=claims), brin)
    if said == "right":
        assert "code=" in page.redirect.url
    else:
        refused(schools, person, page, "KP-222")


def test_hosted_domain_is_told_to_the_provider(schools: Schools, person: Browser):
    _, page = schools.ask(person, DOMAIN_SCHOOL)
    assert schools.provider.read_request(page.redirect.url)["hd"] == "meidoorn.test"


def test_core_3_1_2_1_prompt_login_reaches_the_school(schools: Schools, person: Browser):
    _, page = schools.ask(person, prompt="login")
    assert schools.provider.read_request(page.redirect.url)["prompt"] == "login"


def test_school_that_is_down(schools: Schools, person: Browser):
    attempt, page = schools.ask(person, DOWN_SCHOOL)
    assert page.status == 502
    refused(schools, person, page, "KP-202")
    page = another_school(person, page)
    end = person.open(schools.answer(page))
    assert schools.hub.client.finish(attempt, end.redirect.url).claims["sub"]


def test_forged_key_ids_do_not_make_us_hammer_a_school(schools: Schools, person: Browser):
    """One fetch of its keys within the cool-down, however many tokens name keys unknown."""
    for number in range(4):
        lies = Lies(key=STRANGER, kid=f"onbekend-{number}")
        refused(schools, person, schools.login(person, lies, KEYS_SCHOOL), "KP-212")
    assert schools.provider.asked["/sleutels/jwks"] == 1
    right = Lies(claims={"nlEduPersonHomeOrganizationId": KEYS_SCHOOL}, kid=KID)
    assert "code=" in schools.login(person, right, KEYS_SCHOOL).redirect.url
    assert schools.provider.asked["/sleutels/jwks"] == 1


class Web:
    """The gateway's own fetching, with loopback allowed."""

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        return fetch(address, allow_loopback=True)


def test_unknown_key_id_is_fetched_once_a_cool_down():
    """OpenID Connect Core §10.1.1: a rolled-over key is found, a forged id costs nothing."""
    now = [1000.0]
    with run_openid_school() as provider:
        keys = RemoteKeys(f"{provider.base}/x/jwks", Web(), lambda: now[0])
        assert keys.find(KID)
        provider.kid = "nieuw"
        for fetched in (1, 2):
            for kid in ("vals-1", "vals-2"):
                with pytest.raises(UnknownKey):
                    keys.find(kid)
                assert provider.asked["/x/jwks"] == fetched
            now[0] += 61
        assert keys.find("nieuw")
        assert provider.asked["/x/jwks"] == 2
