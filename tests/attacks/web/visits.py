"""What a browser does at the gateway in the tests of this folder."""

from tests.actors.browser import Browser
from tests.attacks.saml.stage import RELAY_STATE, SUPPLIER, Login, Stage


def is_signed_in(stage: Stage, browser: Browser) -> bool:
    """Whether a supplier is answered with no question to the school."""
    page = browser.open(stage.supplier.redirect_url(stage.supplier.request()), initiator=SUPPLIER)
    return page.message is not None


def log_in(stage: Stage, browser: Browser) -> None:
    """Log in at the school, whether there is a session or not (ForceAuthn)."""
    request = stage.supplier.request(idp_list=[stage.school.entity_id], force_authn="true")
    page = browser.open(stage.supplier.redirect_url(request, RELAY_STATE), initiator=SUPPLIER)
    assert page.redirect, page
    received = stage.school.read_request(page.redirect.url)
    Login(stage, browser, stage.school, request, received).succeed()


def remember_school(stage: Stage, browser: Browser) -> None:
    """Choose a school, which the device remembers."""
    browser.open(f"{stage.base}/school?school=99XA")
    assert "kp_schools" in [cookie.name for cookie in browser.cookies.of(stage.base)]
