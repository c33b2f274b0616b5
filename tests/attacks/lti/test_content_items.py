"""The small print of what a tool brings back (LTI Deep Linking 2.0 §3.2, §4.5)."""

from collections.abc import Mapping
from urllib.parse import parse_qs, urlsplit

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.people import TEACHER
from tests.actors.scripted_tool import DEEP_LINKING
from tests.attacks.lti.stage import Stage, assert_refused

SECRET_WORDS = "Sanne van der Wouden heeft geen licentie"
FIRST, SECOND = (
    {"type": "ltiResourceLink", "title": title, "url": f"http://eerste.test/{title.lower()}"}
    for title in ("Vulkaan", "Regenboog")
)
DECORATION = {
    "text": "<b>Een proef</b>",
    "icon": {"url": "https://elders.test/i.png", "width": 9, "height": "hoog"},
    "thumbnail": {"url": "javascript:alert(1)"},
    "window": {"targetName": "_top", "windowFeatures": "menubar=no"},
    "iframe": {"width": -1, "height": 900},
    "available": {"startDateTime": "2026-11-01T08:00:00Z"},
    "https://leverancier.test/eigen": {"a": [1, 2]},
}


def bring(lti: Stage, browser: Browser, **changes: object) -> Page:
    """What a teacher's browser shows after the tool answered."""
    address = f"{lti.gateway.base}/lti/pick?service={lti.tool.client_id}"
    question = lti.tool.question(lti.tool.hints(lti.follow(browser, address, TEACHER)))
    request = lti.tool.read(lti.tool.ask(browser, question), question)
    token = lti.tool.sign(lti.tool.picked(request, **changes))
    return browser.post(f"{lti.gateway.base}/lti/deep-link", {"JWT": token}, lti.tool.base)


def told(**claims: object) -> Mapping[str, object]:
    return {f"{DEEP_LINKING}{name}": value for name, value in claims.items()}


def test_4_5_tool_that_failed_is_said_in_our_own_words(lti: Stage, person: Browser):
    """errormsg and errorlog: neither shown nor logged, since they may say anything of anybody."""
    words = told(errormsg=SECRET_WORDS, errorlog=SECRET_WORDS)
    page = bring(lti, person, content_items=None, **words)
    assert (page.status, "Er ging iets mis bij de leverancier" in page.words) == (200, True), page
    assert SECRET_WORDS not in page.text
    log = (lti.gateway.directory / "log").read_text()
    assert "lti.pick.failed" in log
    assert SECRET_WORDS not in log


@pytest.mark.parametrize("words", [told(msg="Klaar!", log="3 ms"), told(errormsg="Eén niet")])
def test_4_5_words_beside_items_cost_no_item(
    lti: Stage, person: Browser, words: Mapping[str, object]
):
    page = bring(lti, person, content_items=[FIRST, SECOND], **words)
    assert {"Vulkaan", "Regenboog"} <= set(page.words.split()), page
    assert not [each for each in words.values() if str(each) in page.words]


@pytest.mark.parametrize("items", [[], None])
def test_4_5_no_item_is_a_teacher_who_went_back(lti: Stage, person: Browser, items: object):
    page = bring(lti, person, content_items=items)
    assert (urlsplit(page.url).path, page.status) == ("/materials", 200)


def test_3_2_what_we_have_no_use_for_is_passed_over(lti: Stage, person: Browser):
    """Pictures, sizes, windows, members of the tool's own: nothing of it comes on our pages."""
    page = bring(lti, person, content_items=[FIRST | DECORATION])
    assert "/links/new?fragment=" in page.url, page
    for foreign in ("elders.test", "javascript:", "Een proef", "_top"):
        assert foreign not in page.text


def test_3_1_an_address_alone_is_an_item_too(lti: Stage, person: Browser):
    """A `link`, and one without a title, which has the tool's name; the same twice is one."""
    link = {"type": "link", "url": "http://eerste.test/filmpje", "embed": {"html": "<script>"}}
    nameless = {**FIRST, "title": None, "url": "http://eerste.test/naamloos"}
    page = bring(lti, person, content_items=[link, nameless, link])
    found = parse_qs(urlsplit(page.url).query)["fragment"]
    assert (len(found), page.status) == (2, 200), page
    assert page.words.count("Maak een link Proeven eerste") == len(found)


def test_one_item_that_is_not_taken_refuses_all(lti: Stage, person: Browser):
    """§3: a type that was not asked for."""
    html = {"type": "html", "html": "<p>Hallo</p>"}
    assert_refused(bring(lti, person, content_items=[FIRST, html, SECOND]), "KP-305")
