"""The whole chain driven once without a browser: a line a step, an error at the first failure."""

from dataclasses import dataclass
from itertools import cycle, product

from demo.browser import Browser
from demo.check_links import TeacherLinks
from demo.parties import Desk, Parties, Shop, expect

QUERY = "?bron=elo&taak=7"


@dataclass(frozen=True, slots=True)
class Chain:
    parties: Parties

    def run(self) -> None:
        """Raises DemoError at the first step that fails."""
        for desk in self.parties.desks:
            for shop in self.parties.shops:
                browser = self._login(desk, shop)
                for other in self.parties.shops:
                    if other is not shop:
                        self._single_sign_on(browser, desk, other)
        for shop, desk in zip(self.parties.shops, cycle(self.parties.desks), strict=False):
            self._deep_link(desk, shop)
        for shop, desk in product(self.parties.forms, self.parties.desks):
            self._deep_link(desk, shop)
        TeacherLinks(self.parties, self.parties.desks[0]).run()
        self._pseudonyms_differ()

    def _login(self, desk: Desk, shop: Shop) -> Browser:
        browser = Browser()
        with self.parties.step(f"{desk.school.name} → {shop.supplier.name}: into the exercise"):
            query = "" if shop.entrance == shop.link else QUERY
            browser.open(shop.entrance + query)
            self.parties.choose_and_log_in(browser, desk, desk.pupil)
            self.parties.arrive(browser, desk, shop, shop.exercise + query)
        return browser

    def _single_sign_on(self, browser: Browser, desk: Desk, shop: Shop) -> None:
        with self.parties.step(f"{desk.school.name} → {shop.supplier.name}: no further login"):
            before = len(browser.visited)
            browser.open(shop.entrance)
            chooser = f"{self.parties.gateway}/school"
            shown = [
                one for one in browser.visited[before:] if one.startswith((desk.address, chooser))
            ]
            expect(not shown, f"came by {shown}")
            self.parties.arrive(browser, desk, shop)

    def _deep_link(self, desk: Desk, shop: Shop) -> None:
        what = f"{desk.school.name} → {shop.supplier.name}: {shop.form} into the exercise"
        with self.parties.step(what):
            browser = Browser()
            browser.open(shop.link)
            self.parties.choose_and_log_in(browser, desk, desk.pupil)
            self.parties.arrive(browser, desk, shop)

    def _pseudonyms_differ(self) -> None:
        pseudonyms = self.parties.pseudonyms.values()
        with self.parties.step("pseudonyms: the same at every login, another at each supplier"):
            expect(len(set(pseudonyms)) == len(pseudonyms), "two suppliers got the same pseudonym")


def check(parties: Parties) -> None:
    """Drive the chain of a running demo. Raises DemoError at the first step that fails."""
    Chain(parties).run()
