"""Session fixation and theft: a session is ours to name, new at each login, and gone when ended."""

import pytest

from tests.actors.browser import Browser
from tests.attacks.saml.stage import Stage, cookies
from tests.attacks.web.visits import is_signed_in, log_in

CHOSEN = [
    "chosen",
    "x" * 22,
    "session:chosen",
    "../../etc/passwd",
    "' OR '1'='1",
    "%00",
    "x" * 3500,
]


def plant(stage: Stage, browser: Browser, value: str | None) -> None:
    """Put a session cookie in a browser."""
    browser.cookies.of(stage.base).set("kp_session", value, domain="127.0.0.1", path="/")


@pytest.mark.parametrize("chosen", CHOSEN)
def test_session_that_an_attacker_named_is_never_adopted(
    stage: Stage, browser: Browser, chosen: str
):
    plant(stage, browser, chosen)
    assert not is_signed_in(stage, browser)
    log_in(stage, browser)
    assert cookies(stage, browser)["kp_session"] != chosen
    assert is_signed_in(stage, browser)
    with stage.browser() as attacker:
        plant(stage, attacker, chosen)
        assert not is_signed_in(stage, attacker)


def test_login_ends_the_session_that_was_planted_and_names_a_new_one(
    stage: Stage, browser: Browser
):
    """The attacker's own session in a victim's browser does not become the victim's."""
    with stage.browser() as attacker:
        log_in(stage, attacker)
        planted = cookies(stage, attacker)["kp_session"]
        plant(stage, browser, planted)
        log_in(stage, browser)
        assert cookies(stage, browser)["kp_session"] != planted
        assert not is_signed_in(stage, attacker)
        assert is_signed_in(stage, browser)


def test_each_login_has_a_secret_of_its_own(stage: Stage, browser: Browser):
    secrets = set()
    for _ in range(3):
        log_in(stage, browser)
        secrets.add(cookies(stage, browser)["kp_session"])
    assert len(secrets) == 3
    assert all(len(secret or "") >= 22 for secret in secrets), "less than 128 bits"


def test_session_that_was_ended_stays_so(stage: Stage, browser: Browser):
    """The secret is dead at the gateway, not only gone from the browser."""
    log_in(stage, browser)
    stolen = cookies(stage, browser)["kp_session"]
    browser.submit(browser.open(f"{stage.base}/logout"), button="Uitloggen")
    with stage.browser() as thief:
        plant(stage, thief, stolen)
        assert not is_signed_in(stage, thief)


def test_cookies_are_out_of_reach_of_scripts_and_other_sites(stage: Stage, browser: Browser):
    """RFC 6265bis §4.1.2: HttpOnly, SameSite=Lax, this host alone."""
    log_in(stage, browser)
    jar = list(browser.cookies.of(stage.base))
    assert {"kp_session", "kp_browser"} <= {cookie.name for cookie in jar}
    for cookie in jar:
        assert cookie.has_nonstandard_attr("HttpOnly"), cookie.name
        assert cookie.get_nonstandard_attr("SameSite") == "Lax", cookie.name
        assert (cookie.domain_specified, cookie.path) == (False, "/"), cookie.name


def test_secrets_stand_in_no_address_page_or_log(stage: Stage, browser: Browser):
    log = stage.log()
    log_in(stage, browser)
    found = cookies(stage, browser)
    for secret in (found["kp_session"], found["kp_browser"]):
        assert secret
        for hop in browser.hops:
            assert secret not in hop.url
            assert secret not in hop.text
        assert secret not in str(log.lines())


@pytest.mark.parametrize("name", ["kp_browser", "kp_schools", "kp_announced", "kp_form", "kp_lang"])
@pytest.mark.parametrize("value", ["", "x" * 3500, "%00%0d%0a", "99XA.99XA.99ZZ", '"'])
def test_cookie_of_nonsense_is_no_error(stage: Stage, browser: Browser, name: str, value: str):
    """A cookie is the visitor's to change: the login works all the same, or the cookie is new."""
    browser.cookies.of(stage.base).set(name, value, domain="127.0.0.1", path="/")
    for path in ("/", "/school", "/logout"):
        assert browser.open(stage.base + path).status == 200
    assert not is_signed_in(stage, browser)
    log_in(stage, browser)
