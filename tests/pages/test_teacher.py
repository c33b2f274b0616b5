"""What the pages of a teacher's link do with and without script, and on the board."""

import pytest
from playwright.sync_api import expect

from tests.pages.conftest import PHONE, Open
from tests.pages.teacher_site import STATES

LINK, SHEET, BOARD = STATES["link"], STATES["link, to print"], STATES["link, on the board"]
ADDRESS = "https://poort.example/d/bktmr479dx"
# Of the height of the picture: read at eight times its height (letters of 1/200 of the distance).
READABLE = 0.04


def test_the_link_is_copied_and_that_is_said(open_page: Open, site: str) -> None:
    page = open_page(site + LINK)
    page.context.grant_permissions(["clipboard-read", "clipboard-write"])
    page.get_by_role("button", name="Kopieer de link").click()
    expect(page.get_by_role("status")).to_have_text("Gekopieerd")
    assert page.evaluate("navigator.clipboard.readText()") == ADDRESS


@pytest.mark.parametrize("address", [LINK, SHEET])
def test_without_script_there_is_no_button_that_does_nothing(
    open_page: Open, site: str, address: str
) -> None:
    page = open_page(site + address, script=False)
    assert page.locator("button[type=button]:visible").count() == 0
    assert page.get_by_role("img", name="QR-code van de link").first.is_visible()


def test_print_opens_the_dialogue_of_the_browser(open_page: Open, site: str) -> None:
    page = open_page(site + SHEET)
    page.evaluate("window.print = () => { document.title = 'printed' }")
    page.get_by_role("button", name="Printen").click()
    expect(page).to_have_title("printed")


def test_on_paper_stands_the_sheet_alone(open_page: Open, site: str) -> None:
    page = open_page(site + SHEET)
    page.emulate_media(media="print", color_scheme="dark")
    for gone in ("nav.desk", "header.site", "footer.site", "main .button"):
        assert not page.locator(gone).first.is_visible()
    assert page.get_by_text("BKT MR47 9DX").is_visible()
    assert page.get_by_text("poort.example/d", exact=True).is_visible()


@pytest.mark.parametrize(("width", "height"), [(1024, 768), (1280, 800), (1920, 1080)])
def test_on_the_board_the_code_is_read_from_the_back_row(
    open_page: Open, site: str, width: int, height: int
) -> None:
    page = open_page(site + BOARD)
    page.set_viewport_size({"width": width, "height": height})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    code = page.get_by_text("BKT MR47 9DX")
    capital = float(code.evaluate("one => parseFloat(getComputedStyle(one).fontSize)")) * 0.7
    assert capital / height >= READABLE * 3
    for whole in (code, page.get_by_role("img", name="QR-code van de link")):
        box = whole.bounding_box()
        assert box
        assert box["x"] >= 0
        assert box["x"] + box["width"] <= width


def test_the_board_fits_on_a_phone_too(open_page: Open, site: str) -> None:
    page = open_page(site + BOARD)
    page.set_viewport_size(PHONE)
    assert page.evaluate("document.documentElement.scrollWidth") <= PHONE["width"]


@pytest.mark.parametrize("script", [True, False])
def test_by_keyboard_alone_from_the_search_to_the_link(
    open_page: Open, site: str, *, script: bool
) -> None:
    page = open_page(site + "/materials", script=script)
    page.get_by_role("searchbox").focus()
    page.keyboard.type("vergelijken")
    page.keyboard.press("Enter")
    make = page.get_by_role("link", name="Maak een link 3.2 Breuken vergelijken")
    make.focus()
    page.keyboard.press("Enter")
    page.get_by_role("textbox", name="Naam van de link").focus()
    # Enter sends the fields that are there.
    page.wait_for_load_state()
    page.keyboard.type("Voor morgen")
    page.keyboard.press("Enter")
    expect(page.get_by_role("heading", level=1)).to_have_text("Je link is klaar")
    expect(page.get_by_role("heading", name="Voor morgen")).to_be_visible()
