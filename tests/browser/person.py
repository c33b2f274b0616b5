"""A person at a browser: what is on the screen, and what somebody does who wants to go on."""

import re
from dataclasses import dataclass, field

from playwright.sync_api import BrowserContext, Locator, Page, Request

from tests.actors.people import PASSWORD, PUPIL
from tests.actors.people import Person as Somebody
from tests.browser.sites import ESDOORN, Book, Sites

STEPS = 8


@dataclass  # no slots: playwright marks whose method listens
class Person:
    """One device and who sits at it; `seen` are the requests of its pages, in order."""

    sites: Sites
    context: BrowserContext
    who: Somebody = PUPIL
    school: str = ESDOORN
    seen: list[Request] = field(default_factory=list)

    def open(self, address: str) -> Page:
        """A new tab."""
        page = self.context.new_page()
        page.on("request", self._note)
        page.goto(address)
        return page

    def _note(self, request: Request) -> None:
        self.seen.append(request)

    def choose(self, page: Page) -> None:
        """Find the school in the chooser and take it: its form, or whoever it knows goes on."""
        page.fill("input[name=q]", self.school.split()[-1])
        # The page before may show the school too: a click there is lost when this one comes.
        with page.expect_navigation():
            page.press("input[name=q]", "Enter")
        page.click(f"main a:has-text('{self.school}')")
        page.wait_for_selector("input[name=username], pre")
        # Enter in the form sends the fields that are there.
        page.wait_for_load_state()

    def go_back(self, page: Page, steps: int) -> None:
        """Back over several pages at once; it begins when nobody waits for an answer of the page
        that it leaves."""
        page.evaluate("steps => setTimeout(() => history.go(-steps))", steps)

    def fill_in(self, page: Page, password: str = PASSWORD) -> None:
        """Fill in the school's form, and send it."""
        page.fill("input[name=username]", self.who.uid)
        page.fill("input[name=password]", password)
        page.press("input[name=password]", "Enter")

    def arrive(self, page: Page, book: Book) -> None:
        page.wait_for_url(book.exercise)
        assert book.proof in page.inner_text("body")

    def cookies(self, address: str) -> set[str]:
        """The names of the cookies that a site set on this device."""
        return {cookie["name"] for cookie in self.context.cookies(address)}

    def learned(self, page: Page) -> dict[str, str]:
        lines = (line.partition("=") for line in page.inner_text("body").splitlines())
        return {name: value for name, _, value in lines if name.startswith("MELLON_")}

    def go_on(self, page: Page, book: Book) -> list[str]:
        """Do the one thing that each page offers until the exercise is there; what that was."""
        done: list[str] = []
        while (step := self._stands_at(page, book)) != "exercise":
            done.append(step)
            assert len(done) <= STEPS, f"going round: {done}, at {page.url}"
            if step == "chooser":
                self.choose(page)
            elif step == "form":
                with page.expect_event("framenavigated"):
                    self.fill_in(page)
            else:
                ways = ways_on(page)
                assert ways.count() == 1, f"{ways.count()} ways on at {page.url}"
                with page.expect_event("framenavigated"):
                    ways.click()
        return done

    def _stands_at(self, page: Page, book: Book) -> str:
        """Which page it is, when it does not go on by itself."""
        settled = (
            f"() => document.readyState === 'complete' && (location.href === {book.exercise!r}"
            " || document.querySelector('input[name=q], input[name=username], main h1'))"
            " && !document.querySelector('script[src*=autopost]')"
        )
        page.wait_for_function(settled)
        if page.url == book.exercise:
            return "exercise"
        if page.locator("input[name=q]").count():
            return "chooser"
        if page.locator("input[name=username]").count():
            return "form"
        return code_of(page)


def ways_on(page: Page) -> Locator:
    """The buttons of a page of ours."""
    return page.locator("main a.button, main form button")


def code_of(page: Page) -> str:
    """What went wrong, as a page of ours says it: at its end."""
    page.wait_for_load_state()
    found = re.search(r"KP-\d{3}", page.inner_text("main"))
    assert found, f"no page of ours: {page.url}"
    return found[0]


def answers_of_school(seen: list[Request]) -> list[Request]:
    """The cross-site POSTs with which a school's page sends its answer to us."""
    return [one for one in seen if one.method == "POST" and "/school/saml/acs" in one.url]
