"""CSRF: our forms work from our own pages alone, in the browser that was shown them."""

from collections.abc import Callable

import pytest

from tests.actors.browser import Browser
from tests.attacks.saml.stage import Stage, assert_logged, assert_refused, cookies
from tests.attacks.web.visits import is_signed_in, log_in, remember_school

EVIL = "http://evil.test"
FORGED = ("KP-503", 403)
SEE_OTHER = 303
QUESTION = "Wil je uitloggen?"
Forge = Callable[[Stage, Browser, str], dict[str, str]]


def token_of(browser: Browser, stage: Stage) -> str:
    """The token of the form on /logout."""
    (form,) = browser.open(f"{stage.base}/logout").forms
    return form.fields["csrf_token"]


def of_another_browser(stage: Stage, browser: Browser, token: str) -> dict[str, str]:
    """What the attacker's own browser was given."""
    with stage.browser() as attacker:
        return {"csrf_token": token_of(attacker, stage)}


TOKENS: dict[str, Forge] = {
    "absent": lambda *_: {},
    "empty": lambda *_: {"csrf_token": ""},
    "nonsense": lambda *_: {"csrf_token": "nonsense"},
    "of another browser": of_another_browser,
    "cut": lambda _stage, _browser, token: {"csrf_token": token[:-1]},
    "with a tail": lambda _stage, _browser, token: {"csrf_token": token + "A"},
    "in another field": lambda _stage, _browser, token: {"token": token},
}
every_token = pytest.mark.parametrize("forge", TOKENS.values(), ids=TOKENS.keys())


@pytest.fixture
def signed_in(stage: Stage, browser: Browser) -> Browser:
    log_in(stage, browser)
    assert is_signed_in(stage, browser)
    return browser


@every_token
def test_nobody_is_signed_out_by_a_forged_form(stage: Stage, signed_in: Browser, forge: Forge):
    fields = forge(stage, signed_in, token_of(signed_in, stage))
    log = stage.log()
    before = cookies(stage, signed_in)
    page = signed_in.post(f"{stage.base}/logout", fields)
    assert QUESTION in page.words, "asked anew"
    assert [line["event"] for line in log.lines()] == ["logout.unproved"]
    assert cookies(stage, signed_in) == before
    assert is_signed_in(stage, signed_in)


@every_token
def test_no_choice_is_forgotten_by_a_forged_form(stage: Stage, browser: Browser, forge: Forge):
    remember_school(stage, browser)
    fields = forge(stage, browser, token_of(browser, stage))
    log = stage.log()
    assert_refused(browser.post(f"{stage.base}/school/forget", fields), *FORGED)
    assert_logged(log, FORGED[0])
    assert "kp_schools" in cookies(stage, browser)


def test_form_of_another_site_has_neither_cookie_nor_token(stage: Stage, signed_in: Browser):
    """SameSite=Lax: the POST of a page elsewhere comes without our cookies."""
    token = token_of(signed_in, stage)
    address = f"{stage.base}/school/forget"
    page = signed_in.post(address, {"csrf_token": token}, initiator=EVIL)
    assert page.cookies_sent == frozenset()
    assert_refused(page, *FORGED)
    assert is_signed_in(stage, signed_in)


def test_form_of_another_site_signs_nobody_out(stage: Stage, signed_in: Browser):
    """It takes no cookie along, nor away; the GET after it says what is so."""
    token, before = token_of(signed_in, stage), cookies(stage, signed_in)
    page = signed_in.post(f"{stage.base}/logout", {"csrf_token": token}, initiator=EVIL)
    posted = next(hop for hop in reversed(signed_in.hops) if hop.status == SEE_OTHER)
    assert posted.cookies_sent == frozenset()
    assert QUESTION in page.words
    assert cookies(stage, signed_in) == before
    assert is_signed_in(stage, signed_in)


def test_form_that_comes_after_all_is_forgotten_is_no_error(stage: Stage, browser: Browser):
    page = browser.post(f"{stage.base}/logout", {"csrf_token": "of before"})
    assert (page.status, page.url) == (200, f"{stage.base}/logout/done")
    assert "Je bent uitgelogd" in page.words


def test_token_in_the_address_counts_for_nothing(stage: Stage, signed_in: Browser):
    token = token_of(signed_in, stage)
    assert_refused(signed_in.post(f"{stage.base}/school/forget?csrf_token={token}", {}), *FORGED)
    page = signed_in.post(f"{stage.base}/logout?csrf_token={token}", {})
    assert QUESTION in page.words
    assert is_signed_in(stage, signed_in)


@pytest.mark.parametrize(
    "path",
    [
        "/logout",
        "/logout?csrf_token=x",
        "/logout?_method=POST",
        "/school/forget",
        "/school?forget=1",
    ],
)
def test_address_alone_changes_nothing(stage: Stage, signed_in: Browser, path: str):
    """A link or a picture elsewhere makes a GET, which signs nobody out (RFC 9110 §9.2.1)."""
    remember_school(stage, signed_in)
    before = cookies(stage, signed_in)
    signed_in.open(stage.base + path, initiator=EVIL)
    after = cookies(stage, signed_in)
    assert (after["kp_session"], after["kp_schools"]) == (
        before["kp_session"],
        before["kp_schools"],
    )
    assert is_signed_in(stage, signed_in)


def test_honest_form_signs_out(stage: Stage, signed_in: Browser):
    page = signed_in.submit(signed_in.open(f"{stage.base}/logout"), button="Uitloggen")
    assert page.status == 200
    assert "kp_session" not in cookies(stage, signed_in)
    assert not is_signed_in(stage, signed_in)


def test_honest_form_forgets(stage: Stage, browser: Browser):
    remember_school(stage, browser)
    page = browser.open(f"{stage.base}/school")
    assert browser.submit(page, button="Vergeet").status == 200
    assert "kp_schools" not in cookies(stage, browser)
