"""`make demo` in Chromium: a teacher's links on the pages, followed by pupils in cold browsers.

With DEMO_PICTURES=FOLDER in the environment the pictures of the docs are written there.
"""

import os
from collections.abc import Iterator
from pathlib import Path

import playwright.sync_api
import pytest
from playwright.sync_api import Page, expect

from demo.environment import Addresses
from demo.federation import School, Supplier, load
from tests.consoles.authenticator import give_passkeys
from tests.demo.whole import run_demo
from tests.parts.chromium import axe_violations

SIZE = {"width": 800, "height": 620}
PICTURES = os.environ.get("DEMO_PICTURES")


@pytest.fixture(scope="module")
def demo() -> Iterator[Addresses]:
    with run_demo() as ports:
        yield ports.addresses()


@pytest.fixture
def cold(chromium: playwright.sync_api.Browser) -> Iterator[object]:
    """A page of a browser that knows nothing, each time."""
    contexts = []

    def opened() -> Page:
        contexts.append(chromium.new_context(locale="nl-NL", viewport=SIZE))
        return contexts[-1].new_page()

    yield opened
    for context in contexts:
        context.close()


def test_teachers_links_open_the_exercise_for_pupils_of_each_school(demo, cold):
    schools, suppliers = load().schools, load().suppliers
    at = {one.protocol: getattr(demo, f"{one.protocol}_supplier") for one in suppliers}
    start = cold()
    start.goto(f"{demo.start}/")
    expect(start.get_by_role("heading", name="Als docent")).to_be_visible()
    keep(start, "start")
    expect_accessible(start)

    teacher = cold()
    teacher.goto(f"{demo.gateway}/materials")
    log_in(teacher, schools[0], "Marieke Jansen")
    teacher.wait_for_url(f"{demo.gateway}/materials")
    links = {one.protocol: make_link(teacher, demo.gateway, one) for one in suppliers}
    for supplier in suppliers:
        for school in schools:
            page = cold()
            page.goto(links[supplier.protocol])
            log_in(page, school, school.people[0].full_name)
            page.wait_for_url(at[supplier.protocol] + supplier.deep_path)
            expect(page.get_by_role("heading", name=supplier.deep_exercise.title)).to_be_visible()
            expect_accessible(page)
    page.get_by_label("Antwoord").fill(suppliers[-1].deep_exercise.accepted[0])
    page.get_by_role("button", name="Lever in").click()
    expect(page.get_by_role("status")).to_contain_text("Je score staat bij de Ketenpoort: 1 van 1")
    keep(page, "exercise")
    expect_accessible(page)
    for address in at.values():
        page.goto(f"{address}/")
        expect_accessible(page)


def log_in(page: Page, school: School, person: str) -> None:
    page.fill("input[name=q]", school.name)
    search(page)
    page.get_by_role("link", name=school.name).first.click()
    choice = page.get_by_role("button", name=person)
    expect(choice).to_be_visible()
    expect_accessible(page)
    choice.click()


def search(page: Page) -> None:
    """Until the page of the answer is there: the one before may show the same."""
    with page.expect_navigation():
        page.press("input[name=q]", "Enter")


def make_link(page: Page, gateway: str, supplier: Supplier) -> str:
    """By searching; the address of the link. The pictures are of the first supplier."""
    exercise = supplier.deep_exercise
    page.goto(f"{gateway}/materials")
    page.fill("input[name=q]", exercise.title)
    search(page)
    choice = page.get_by_role("link", name=f"Maak een link {exercise.name}")
    expect(choice).to_be_visible()
    is_pictured = supplier.protocol == "saml"
    keep(page, "search", wanted=is_pictured)
    choice.click()
    page.get_by_role("button", name="Maak de link").click()
    expect(page.get_by_role("heading", name="Je link is klaar")).to_be_visible()
    address = page.locator(".address a").inner_text()
    code = page.locator(".code.large").inner_text()
    expect_picture(page)
    keep(page, "link", wanted=is_pictured)
    page.get_by_role("link", name="Op het bord").click()
    expect(page.locator(".projector .code")).to_have_text(code)
    expect_picture(page)
    keep(page, "projector", wanted=is_pictured)
    return address


def expect_accessible(page: Page) -> None:
    """WCAG 2.2 AA, as far as axe sees: the demo's own pages are an example to others."""
    assert axe_violations(page) == [], page.url


def expect_picture(page: Page) -> None:
    """The QR code is there, and not only its place."""
    page.wait_for_load_state()
    loaded = "picture => picture.complete && picture.naturalWidth > 0"
    assert page.get_by_role("img", name="QR").evaluate(loaded)


def test_each_console_is_entered_from_the_start_page(demo, cold):
    """The gateway has a name there, as passkeys need one."""
    for invitation, home in {
        "De beheerder keurt goed": "/operator",
        "Een leverancier sluit een dienst aan": "/supplier",
    }.items():
        page = cold()
        give_passkeys(page)
        page.goto(f"{demo.start}/")
        page.get_by_role("link", name=invitation).click()
        page.get_by_role("button", name="Maak een passkey").click()
        page.wait_for_url(demo.gateway + home)
        expect_accessible(page)
    page = cold()
    page.goto(f"{demo.start}/")
    page.get_by_role("link", name="De school beslist").click()
    page.get_by_role("button", name="Marieke Jansen").click()
    page.get_by_role("button", name="Ik word beheerder").click()
    page.wait_for_url(f"{demo.gateway}/school-console")
    expect(page.get_by_role("link", name="Rekenpad")).to_be_visible()
    expect_accessible(page)


def keep(page: Page, name: str, *, wanted: bool = True) -> None:
    if PICTURES and wanted:
        folder = Path(PICTURES)
        folder.mkdir(parents=True, exist_ok=True)
        page.screenshot(path=folder / f"{name}.png")
