"""pylti1p3 as the tool: launch, Deep Linking, dynamic registration, in a program of its own."""

import json
from collections.abc import Iterator
from dataclasses import dataclass

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL, TEACHER, Person
from tests.flows.hub import Hub, hinted, run_hub
from tests.parts.effect import wait_for_changes, wait_for_lti_service
from tests.parts.gateway import Gateway
from tests.parts.lti_tool import LtiTool, add_lti_service, run_lti_tool
from tests.parts.registration import add_link, add_supplier, grant

CLAIM = "https://purl.imsglobal.org/spec/lti/claim/"
AGS = "https://purl.imsglobal.org/spec/lti-ags/claim/endpoint"
MEMBERSHIP = "http://purl.imsglobal.org/vocab/lis/v2/membership#"


@dataclass(frozen=True, slots=True)
class Stage:
    """A gateway with a school, and a tool that runs beside it."""

    hub: Hub
    tool: LtiTool
    service: str

    @property
    def gateway(self) -> Gateway:
        return self.hub.gateway

    def follow(self, browser: Browser, address: str, person: Person) -> Page:
        """From an address of ours to where it ends, over the school when nobody is signed in."""
        page = browser.open(hinted(address))
        if page.redirect and page.redirect.url.startswith(self.hub.school.base):
            page = self.hub.at_school(browser, page, person)
        return page

    def claims(self, browser: Browser, path: str, person: Person) -> dict[str, object]:
        """What the tool learns when a deep link to `path` is followed."""
        link = add_link(self.gateway, self.service, self.tool.base + path)
        page = self.follow(browser, link, person)
        assert page.url == self.tool.launch, page
        assert page.status == 200, page
        return dict(json.loads(page.text))


@pytest.fixture(scope="module")
def stage(gateway: Gateway) -> Iterator[Stage]:
    with run_hub(gateway) as hub, run_lti_tool() as tool:
        service = add_lti_service(
            gateway,
            add_supplier(gateway, "Uitgeverij Linde"),
            tool,
            "Proeven bij Linde",
            "--attribute", "givenName=Aanspreken in de les",
            "--custom", "wie=$User.id",
            "--custom", "naam=$Person.name.given",
            "--custom", "school=$Ketenpoort.nlEduPersonHomeOrganizationId",
            "--custom", "onbekend=$CourseGroup.id",
            "--custom", "vast=een $User.id",
            "--grades",
        )  # fmt: skip
        yield Stage(hub, tool, service)


@pytest.fixture
def person(stage: Stage) -> Iterator[Browser]:
    with stage.hub.browser() as new:
        yield new


def test_cold_browser_lands_at_the_place(stage: Stage, person: Browser):
    """LTI Core §5.3: pylti1p3 found state, nonce, signature, deployment and message right."""
    claims = stage.claims(person, "/les/3?opgave=2", PUPIL)
    assert claims[f"{CLAIM}message_type"] == "LtiResourceLinkRequest"
    assert claims[f"{CLAIM}target_link_uri"] == f"{stage.tool.base}/les/3?opgave=2"
    assert claims["iss"] == stage.gateway.base
    assert f"{MEMBERSHIP}Learner" in claims[f"{CLAIM}roles"]
    assert claims[f"{CLAIM}context"]["title"] == "Esdoorn College"
    assert claims[f"{CLAIM}launch_presentation"]["document_target"] == "window"


def test_only_what_was_released_is_said(stage: Stage, person: Browser):
    """No name without the school's word; a variable without a value stays as it is written."""
    claims = stage.claims(person, "/les/3", PUPIL)
    assert claims[f"{CLAIM}custom"] == {
        "wie": claims["sub"],
        "naam": "$Person.name.given",
        "school": SAML_SCHOOL,
        "onbekend": "$CourseGroup.id",
        "vast": "een $User.id",
    }
    told = json.dumps(claims)
    assert not [secret for secret in (*PUPIL.secrets, PUPIL.given_name) if secret in told]


def test_granted_name_is_said(stage: Stage, person: Browser):
    gateway = stage.gateway
    grant(gateway, SAML_SCHOOL, stage.service, "givenName")
    try:
        claims = stage.claims(person, "/les/3", PUPIL)
    finally:
        gateway.ketenpoort(
            "release", "revoke", "--school", SAML_SCHOOL, "--service", stage.service,
            "--attribute", "givenName",
        )  # fmt: skip
        wait_for_changes(gateway)
    assert claims["given_name"] == PUPIL.given_name
    assert claims[f"{CLAIM}custom"]["naam"] == PUPIL.given_name
    assert "family_name" not in claims


def test_names_stay_the_same(stage: Stage, person: Browser):
    """sub, deployment and context are those of the first launch; the context is the teacher's."""
    first, again = (stage.claims(person, "/les/3", PUPIL) for _ in range(2))
    with stage.hub.browser() as other:
        teacher = stage.claims(other, "/les/3", TEACHER)
    assert first["sub"] == again["sub"] != teacher["sub"]
    for claim in ("deployment_id", "context"):
        assert first[CLAIM + claim] == again[CLAIM + claim] == teacher[CLAIM + claim]
    assert SAML_SCHOOL not in first[f"{CLAIM}deployment_id"]
    assert first["nonce"] != again["nonce"]
    assert f"{MEMBERSHIP}Instructor" in teacher[f"{CLAIM}roles"]


def pick(stage: Stage, browser: Browser, items: list[list[object]]) -> Page:
    """As a teacher at the tool's picker, to the end."""
    picker = stage.follow(
        browser, f"{stage.gateway.base}/lti/pick?service={stage.service}", TEACHER
    )
    assert picker.url == stage.tool.launch, picker
    answer = browser.submit(picker, {"items": json.dumps(items)})
    return browser.submit(answer, {})


def test_what_a_teacher_picks_becomes_a_link(stage: Stage, person: Browser):
    """Deep Linking §2: from the picker to the page that makes a link, and a pupil stands in it
    with the item's own parameters and its line item."""
    page = pick(stage, person, [["/oefening/7", "Breuken optellen", {"niveau": "2"}, 10]])
    assert page.url.startswith(f"{stage.gateway.base}/links/new?fragment="), page
    assert page.status == 200, page
    assert "Breuken optellen" in page.words
    made = person.submit(page, button="") if len(page.forms) == 1 else _make(person, page)
    code = made.url.partition("/links/")[2].partition("?")[0]
    with stage.hub.browser() as pupil:
        launched = stage.follow(pupil, f"{stage.gateway.base}/d/{code}", PUPIL)
    claims = json.loads(launched.text)
    assert claims[f"{CLAIM}target_link_uri"] == f"{stage.tool.base}/oefening/7"
    assert claims[f"{CLAIM}custom"]["niveau"] == "2"
    assert claims[f"{CLAIM}resource_link"]["title"] == "Breuken optellen"
    assert claims[AGS]["lineitem"]


def _make(browser: Browser, page: Page) -> Page:
    (form,) = [form for form in page.forms if form.method == "POST"]
    return browser.go(page.filled(form, {}))


def test_several_picks_are_listed_for_who_picked_them(stage: Stage, person: Browser):
    """Each with a way to its link; what was picked before is not among them. The same pick is
    the same fragment."""
    items = [["/oefening/1", "Een", {}, None], ["/oefening/2", "Twee", {}, None]]
    first = pick(stage, person, [["/oefening/3", "Drie", {}, None]]).url
    page = pick(stage, person, items)
    assert page.url.startswith(f"{stage.gateway.base}/materials/picked?"), page
    assert {"Een", "Twee", "Drie"} & set(page.words.split()) == {"Een", "Twee"}
    assert "Twee" in person.click(page, "Maak een link Twee").words
    assert pick(stage, person, items).url == page.url
    assert pick(stage, person, [["/oefening/3", "Drie", {}, None]]).url == first


def test_picking_nothing_leads_to_the_materials(stage: Stage, person: Browser):
    page = pick(stage, person, [])
    assert (page.url, page.status) == (f"{stage.gateway.base}/materials", 200)


def test_pick_outside_the_tool_is_refused(stage: Stage, person: Browser):
    page = pick(stage, person, [["http://elders.test/oefening", "Elders", {}, None]])
    assert (page.status, "KP-303" in page.words) == (400, True)


def test_pupil_may_not_pick(stage: Stage, person: Browser):
    address = f"{stage.gateway.base}/lti/pick?service={stage.service}"
    page = stage.follow(person, address, PUPIL)
    assert page.status == 403
    assert page.url.startswith(stage.gateway.base)


def test_tool_registers_itself(stage: Stage, person: Browser):
    """LTI Dynamic Registration §3: inactive until the operator has looked; the token counts
    once; then the tool is launched."""
    gateway, tool = stage.gateway, stage.tool
    supplier = add_supplier(gateway, "Uitgeverij Spar")
    before = tool.settings.read_text()
    invitation = gateway.ketenpoort_json(
        "supplier", "lti-token", "--supplier", supplier, "--registration-uri", f"{tool.base}/register"
    )  # fmt: skip
    try:
        answer = person.open(invitation["address"])
        assert answer.status == 201, answer
        again = person.open(invitation["address"])
        assert (again.status, json.loads(again.text)["error"]) == (401, "invalid_token")
        client_id = tool.registered()
        shown = gateway.ketenpoort_json("service", "show", client_id)
        assert (shown["standing"], shown["supplier"]) == ("pending", supplier)
        assert shown["asks"] == ["givenName: gevraagd bij de LTI-registratie, zonder toelichting"]
        assert any("contextmembership" in scope for scope in shown["scopes"])
        gateway.ketenpoort("service", "approve", client_id)
        wait_for_lti_service(gateway, client_id)
        wait_for_changes(gateway)
        link = add_link(gateway, client_id, f"{tool.base}/les/9")
        claims = json.loads(stage.follow(person, link, PUPIL).text)
    finally:
        tool.settings.write_text(before)
    assert claims["aud"] == client_id
    assert claims[f"{CLAIM}custom"]["plek"] == claims[f"{CLAIM}resource_link"]["id"]
