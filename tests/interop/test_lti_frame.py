"""A tool on a site of its own in a page of ours, in Chromium, which blocks third-party cookies."""

import json
from collections.abc import Iterator
from urllib.parse import quote, urlsplit

import playwright.sync_api
import pytest

from tests.actors.people import PUPIL
from tests.flows.hub import Hub, hinted, run_hub
from tests.parts.chromium import axe_violations, run_chromium
from tests.parts.gateway import Gateway
from tests.parts.lti_tool import LtiTool, add_lti_service, run_lti_tool
from tests.parts.registration import add_link, add_supplier


@pytest.fixture(scope="module")
def store() -> str:
    """What a browser does is so on each store: one is enough."""
    return "sqlite"


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture(scope="module")
def tool() -> Iterator[LtiTool]:
    with run_lti_tool("tool.test") as running:
        yield running


@pytest.fixture(scope="module")
def link(hub: Hub, tool: LtiTool) -> str:
    supplier = add_supplier(hub.gateway, "Uitgeverij Lijst")
    service = add_lti_service(hub.gateway, supplier, tool, "Proeven in een lijst", "--framed")
    return add_link(hub.gateway, service, f"{tool.base}/les/5")


@pytest.fixture(scope="module")
def strict_chromium(
    playwright: playwright.sync_api.Playwright,
) -> Iterator[playwright.sync_api.Browser]:
    """Playwright loses a frame that changes sites while the machine is busy, when each site has a
    process of its own: one launch of twenty, and none of two hundred without."""
    flags = ["--test-third-party-cookie-phaseout", "--disable-site-isolation-trials"]
    with run_chromium(playwright, flags) as browser:
        yield browser


@pytest.fixture
def page(
    hub: Hub, strict_chromium: playwright.sync_api.Browser
) -> Iterator[playwright.sync_api.Page]:
    """A page of a pupil who is signed in, in Chromium."""
    base = hub.gateway.base
    with hub.browser() as signing_in, strict_chromium.new_context(locale="nl-NL") as context:
        hub.at_school(signing_in, signing_in.open(hinted(f"{base}/sign-in?to=/")), PUPIL)
        cookies = signing_in.cookies.of(base)
        context.add_cookies(
            [
                {
                    "name": c.name,
                    "value": c.value or "",
                    "url": base,
                    "sameSite": "Lax",
                    "httpOnly": True,
                }
                for c in cookies
            ]
        )
        yield context.new_page()


def expect_launch(page: playwright.sync_api.Page) -> None:
    """The tool's last page stands in the frame and knows its state."""
    playwright.sync_api.expect(page.frame_locator("#tool").locator("#state")).to_have_text("bekend")


def test_framed_tool_knows_its_state_and_the_person(
    hub: Hub, tool: LtiTool, link: str, page: playwright.sync_api.Page
):
    """lti.put_data at the login, lti.get_data at the launch; our cookie comes with our own
    request in the frame and with none of the tool's."""
    asked: list[playwright.sync_api.Request] = []

    def note(request: playwright.sync_api.Request) -> None:
        asked.append(request)

    page.on("request", note)
    page.goto(link)
    inside = page.frame_locator("#tool")
    expect_launch(page)
    claims = json.loads(inside.locator("#claims").inner_text())
    assert claims["https://purl.imsglobal.org/spec/lti/claim/target_link_uri"].endswith("/les/5")
    assert page.url.startswith(f"{hub.gateway.base}/lti/frame?")
    (authorize,) = (each for each in asked if "/lti/authorize" in each.url)
    assert "cookie" not in authorize.all_headers()
    (onward,) = (each for each in asked if "/flow/" in each.url and each.frame != page.main_frame)
    assert "kp_session" in onward.all_headers()["cookie"]
    assert not page.context.cookies(tool.base)


def test_link_out_of_the_frame_leads_to_the_same_place(
    link: str, page: playwright.sync_api.Page, tool: LtiTool
):
    """In a window the tool is the first party: no storage of ours is offered, and it is told so."""
    page.goto(link)
    expect_launch(page)
    with page.context.expect_event("request", lambda each: "/lti/authorize" in each.url) as asked:
        page.get_by_role("link", name="Open in een nieuw venster").click()
    began = asked.value.redirected_from
    assert began
    assert began.url.startswith(f"{tool.login}?")
    assert "lti_storage_target" not in began.url
    assert f"target_link_uri={quote(f'{tool.base}/les/5', safe='')}" in began.url


def test_error_in_the_frame_is_read_and_leads_on(
    hub: Hub, link: str, page: playwright.sync_api.Page
):
    """Back in the frame, to hints that were used: the person reads it in our page, and begins
    again at the link, out of the frame."""
    with page.expect_request(lambda each: "/lti/authorize" in each.url) as authorize:
        page.goto(link)
    inside = page.frame_locator("#tool")
    expect_launch(page)
    first = page.url
    (frame,) = page.main_frame.child_frames
    frame.evaluate("address => { location = address }", authorize.value.url)
    playwright.sync_api.expect(inside.get_by_role("heading", level=1)).to_be_visible()
    playwright.sync_api.expect(inside.locator("main")).to_contain_text("KP-101")
    again = inside.get_by_role("link", name="Opnieuw beginnen")
    assert urlsplit(again.get_attribute("href")).path == urlsplit(link).path
    again.click()
    page.wait_for_url(lambda url: url != first)
    assert page.url.startswith(f"{hub.gateway.base}/lti/frame?")
    expect_launch(page)


@pytest.mark.parametrize(("language", "words"), [("nl", "venster"), ("en", "window")])
def test_frame_page_is_accessible(
    link: str, page: playwright.sync_api.Page, language: str, words: str
):
    """Ours: what is in the frame is the tool's, and axe would wait for its answer."""
    page.goto(link)
    page.goto(f"{page.url}&lang={language}")
    page.evaluate("document.getElementById('tool').src = 'about:blank'")
    assert words in page.locator("nav").inner_text()
    for width in (1280, 360):
        page.set_viewport_size({"width": width, "height": 800})
        for scheme in ("light", "dark"):
            page.emulate_media(color_scheme=scheme)
            assert not axe_violations(page)
        heights = [link.bounding_box()["height"] for link in page.locator("nav a").all()]
        assert min(heights) >= 44
        assert page.evaluate("document.documentElement.scrollWidth") <= width


LONGEST_MS, SILENT_MS = 30_000, 500
MESSAGES = """async ([subject, rest, patience]) => {
  const answered = new Promise((resolve) => {
    addEventListener("message", (event) => resolve([event.origin, event.data]), {once: true});
  });
  parent.postMessage({subject: subject, message_id: "m", ...rest}, "*");
  const silence = new Promise((resolve) => setTimeout(() => resolve(null), patience));
  return Promise.race([answered, silence]);
}"""


def test_storage_of_the_frame(hub: Hub, link: str, page: playwright.sync_api.Page):
    """LTI Client Side postMessages, LTI postMessage Storage: every subject, its limits, and
    silence for all others."""
    page.goto(link)
    expect_launch(page)
    (frame,) = page.main_frame.child_frames

    def say(subject: str, **rest: object) -> dict[str, object]:
        answer = frame.evaluate(MESSAGES, [subject, rest, LONGEST_MS])
        assert answer, subject
        assert answer[0] == hub.gateway.base
        assert answer[1].pop("subject") == f"{subject}.response"
        assert answer[1].pop("message_id") == rest.get("message_id", "m")
        return dict(answer[1])

    supported = say("lti.capabilities")["supported_messages"]
    assert {each["subject"] for each in supported} == {
        "lti.capabilities",
        "lti.get_data",
        "lti.put_data",
    }
    assert say("lti.get_data", key="a") == {"key": "a"}
    assert say("lti.put_data", key="a", value="1") == {"key": "a", "value": "1"}
    assert say("lti.get_data", key="a") == {"key": "a", "value": "1"}
    assert say("lti.put_data", key="a", value=None) == {"key": "a"}
    assert say("lti.get_data", key="a") == {"key": "a"}
    for wrong in ({}, {"key": 7}, {"key": ""}, {"key": "a", "value": "x" * 5000}):
        assert say("lti.put_data", **wrong)["error"]["code"] == "bad_request"
    for number in range(50):
        answer = say("lti.put_data", key=f"k{number}", value="1")
    assert answer["error"]["code"] == "storage_exhaustion"
    assert say("lti.get_data", key="__proto__") == {"key": "__proto__"}
    assert frame.evaluate(MESSAGES, ["lti.frameResize", {"height": 9}, SILENT_MS]) is None


def test_only_the_frame_is_answered(link: str, page: playwright.sync_api.Page):
    """Not the page itself, not another window."""
    page.goto(link)
    expect_launch(page)
    said = page.evaluate("""async () => {
      const heard = [];
      addEventListener("message", (event) => heard.push(event.data.subject));
      postMessage({subject: "lti.get_data", message_id: "m", key: "a"}, location.origin);
      await new Promise((resolve) => setTimeout(resolve, 300));
      return heard;
    }""")
    assert said == ["lti.get_data"]
