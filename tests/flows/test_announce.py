"""A school's portal announces its school (entree.md A6): the next login goes straight there."""

from urllib.parse import urlencode, urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import SAML_SCHOOL, SECOND_PUPIL, SECOND_SAML_SCHOOL
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_school

PORTAL = "http://portaal.test/"
OTHER_PORTAL = "http://lijsterbes.test/"


@pytest.fixture(scope="module")
def schools(hub: Hub) -> dict[str, ScriptedSchool]:
    """The hub's school and a second one, each with a portal."""
    second = ScriptedSchool(hub.gateway.sp_metadata(), "http://tweede-school.test")
    file = hub.gateway.directory / "second.xml"
    file.write_text(second.metadata())
    hub.gateway.ketenpoort(
        "school", "add", "--brin", SECOND_SAML_SCHOOL, "--name", "De Lijsterbes",
        "--town", "Proefstede", "--metadata", file, "--announce-return", OTHER_PORTAL,
    )  # fmt: skip
    hub.gateway.ketenpoort("school", "set", SAML_SCHOOL, "--announce-return", PORTAL)
    wait_for_school(hub.gateway, SECOND_SAML_SCHOOL)
    return {SAML_SCHOOL: hub.school, SECOND_SAML_SCHOOL: second}


@pytest.fixture
def visitor(hub: Hub, schools: dict[str, ScriptedSchool]) -> Browser:
    return hub.browser(PORTAL, OTHER_PORTAL, schools[SECOND_SAML_SCHOOL].base)


def announce(hub: Hub, browser: Browser, brin: str, portal: str) -> None:
    """What the portal's page does: away to us, and back."""
    query = urlencode({"school": brin, "return": portal})
    page = browser.open(f"{hub.gateway.base}/school/announce?{query}", initiator=portal)
    assert page.redirect
    assert page.redirect.url == portal


def begin(hub: Hub, browser: Browser) -> Page:
    """A service's request that says nothing of a school."""
    return browser.open(hub.client.begin().url)


def is_at(page: Page, school: ScriptedSchool) -> bool:
    return page.redirect is not None and page.redirect.url.startswith(school.base)


def test_announced_school_is_asked_without_the_chooser(hub: Hub, visitor: Browser):
    assert urlsplit(begin(hub, visitor).url).path == "/school"
    announce(hub, visitor, SAML_SCHOOL, PORTAL)
    assert is_at(begin(hub, visitor), hub.school)


@pytest.mark.parametrize("secret", ["", "verlopen", "x" * 43])
def test_cookie_of_a_session_that_is_gone_changes_nothing(hub: Hub, visitor: Browser, secret: str):
    """The next morning: the browser still has the cookie of yesterday's session."""
    host = urlsplit(hub.gateway.base).hostname
    visitor.cookies.of(hub.gateway.base).set("kp_session", secret, domain=host, path="/")
    announce(hub, visitor, SAML_SCHOOL, PORTAL)
    assert is_at(begin(hub, visitor), hub.school)


def test_session_of_the_announced_school_serves(hub: Hub, visitor: Browser):
    hub.at_school(visitor, visitor.open(hub.client.begin(school=SAML_SCHOOL).url))
    announce(hub, visitor, SAML_SCHOOL, PORTAL)
    assert begin(hub, visitor).redirect.url.startswith(hub.client.redirect_uri)


def test_school_that_is_announced_after_a_login_at_another_is_asked(
    hub: Hub, visitor: Browser, schools: dict[str, ScriptedSchool]
):
    """Somebody of two schools, or the next one at a shared device: nobody goes on as the first."""
    hub.at_school(visitor, visitor.open(hub.client.begin(school=SAML_SCHOOL).url))
    announce(hub, visitor, SECOND_SAML_SCHOOL, OTHER_PORTAL)
    second = schools[SECOND_SAML_SCHOOL]
    page = begin(hub, visitor)
    assert is_at(page, second)
    asked = second.read_request(page.redirect.url)
    fields = second.fields(second.answer(asked, SECOND_PUPIL).build(), asked)
    done = visitor.post(second.acs, fields, initiator=second.base)
    assert done.redirect.url.startswith(hub.client.redirect_uri)


def test_login_at_another_school_ends_what_was_announced_before(hub: Hub, visitor: Browser):
    announce(hub, visitor, SECOND_SAML_SCHOOL, OTHER_PORTAL)
    hub.at_school(visitor, visitor.open(hub.client.begin(school=SAML_SCHOOL).url))
    assert begin(hub, visitor).redirect.url.startswith(hub.client.redirect_uri)
