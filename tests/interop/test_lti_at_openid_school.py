"""pylti1p3 as the tool, for people of a school that signs in by OpenID Connect."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import OIDC_PUPIL, OIDC_SCHOOL, OIDC_TEACHER, PUPIL, Person
from tests.actors.scripted_openid_school import (
    CLIENT_ID,
    CLIENT_SECRET,
    ScriptedOpenIdSchool,
    run_openid_school,
)
from tests.flows.hub import Hub, hinted, run_hub
from tests.parts.gateway import Gateway
from tests.parts.lti_tool import LtiTool, add_lti_service, run_lti_tool
from tests.parts.registration import Client, add_link, add_oidc_school, add_supplier

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"
NAME = "Meidoorn Lyceum"


@dataclass(frozen=True, slots=True)
class Stage:
    """A tool, the hub's school by SAML, and one by OpenID."""

    hub: Hub
    provider: ScriptedOpenIdSchool
    tool: LtiTool
    service: str

    def follow(self, browser: Browser, address: str, person: Person) -> Page:
        """Over the OpenID school, when nobody is signed in yet."""
        page = browser.open(hinted(address, OIDC_SCHOOL))
        if page.redirect and page.redirect.url.startswith(self.provider.base):
            answer = self.provider.answer(self.provider.read_request(page.redirect.url), person)
            page = browser.open(answer, initiator=self.provider.base)
        return page

    def browser(self) -> Browser:
        return self.hub.browser(self.provider.base)


@pytest.fixture(scope="module")
def store() -> str:
    """What a school proves lies on no store."""
    return "sqlite"


@pytest.fixture(scope="module")
def stage(gateway: Gateway) -> Iterator[Stage]:
    with run_hub(gateway) as hub, run_openid_school() as provider, run_lti_tool() as tool:
        client = Client(CLIENT_ID, CLIENT_SECRET)
        issuer = provider.issuer("gewoon")
        add_oidc_school(gateway, OIDC_SCHOOL, NAME, "Testerveen", issuer=issuer, client=client)
        service = add_lti_service(
            gateway, add_supplier(gateway, "Uitgeverij Linde"), tool, "Proeven bij Linde"
        )
        yield Stage(hub, provider, tool, service)


@pytest.fixture
def link(stage: Stage) -> str:
    return add_link(stage.hub.gateway, stage.service, f"{stage.tool.base}/les/3")


def launched(stage: Stage, page: Page) -> dict[str, object]:
    assert (page.url, page.status) == (stage.tool.launch, 200), page
    return dict(json.loads(page.text))


def test_pupil_of_each_kind_of_school_lands_at_the_place(stage: Stage, link: str):
    """The same message; each school is a deployment and a context of its own."""
    with stage.browser() as browser:
        ours = launched(stage, stage.follow(browser, link, OIDC_PUPIL))
        again = launched(stage, browser.open(link))
    with stage.hub.browser() as browser:
        page = stage.hub.at_school(browser, browser.open(hinted(link)), PUPIL)
        theirs = launched(stage, page)
    assert ours[f"{CLAIM}target_link_uri"] == f"{stage.tool.base}/les/3"
    assert ours[f"{CLAIM}context"]["title"] == NAME
    assert f"{MEMBERSHIP}Learner" in ours[f"{CLAIM}roles"]
    assert ours["sub"] == again["sub"] != theirs["sub"]
    for name in ("deployment_id", "context"):
        assert ours[CLAIM + name] == again[CLAIM + name] != theirs[CLAIM + name]
    told = json.dumps(ours)
    assert not [secret for secret in (*OIDC_PUPIL.secrets, OIDC_PUPIL.given_name) if secret in told]


def test_what_a_teacher_picks_is_a_link_for_the_pupils(stage: Stage):
    """LTI Deep Linking §4: there, back by a cross-site POST, and a pupil stands in it."""
    pick = f"{stage.hub.gateway.base}/lti/pick?{urlencode({'service': stage.service})}"
    with stage.browser() as browser:
        picker = stage.follow(browser, pick, OIDC_TEACHER)
        assert picker.url == stage.tool.launch, picker
        items = [["/oefening/7", "Breuken optellen", {"niveau": "2"}, None]]
        page = browser.submit(browser.submit(picker, {"items": json.dumps(items)}), {})
        assert "Breuken optellen" in page.words, page
        made = browser.submit(page, {"audience": "school"}, "Maak de link")
        code = urlsplit(made.url).path.rpartition("/")[2]
    address = f"{stage.hub.gateway.base}/d/{code}"
    with stage.browser() as pupil:
        claims = launched(stage, stage.follow(pupil, address, OIDC_PUPIL))
    assert claims[f"{CLAIM}target_link_uri"] == f"{stage.tool.base}/oefening/7"
    assert claims[f"{CLAIM}custom"]["niveau"] == "2"
    with stage.hub.browser() as other:
        page = stage.hub.at_school(other, other.open(hinted(address)), PUPIL)
        assert (page.status, "KP-405" in page.words) == (403, True), page
