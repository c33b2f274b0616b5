"""The whole chain driven once without a browser: a line a step, an error at the first failure."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from demo.browser import Browser
from demo.environment import Addresses, DeepLinks
from demo.federation import Federation, School, Supplier
from demo.programs import DemoError

PSEUDONYM = re.compile(r"https?://(?!ketenid\.nl/).+/[0-9a-f]{128}")
QUERY = "?bron=elo&taak=7"


@dataclass(frozen=True, slots=True)
class Desk:
    """A school, where it is, and the pupil who logs in there."""

    school: School
    address: str

    @property
    def pupil(self) -> str:
        return self.school.people[0].full_name


@dataclass(frozen=True, slots=True)
class Shop:
    """A supplier, where it is, and the deep link into its exercise."""

    supplier: Supplier
    address: str
    link: str

    @property
    def exercise(self) -> str:
        return self.address + self.supplier.deep_path


@dataclass(frozen=True, slots=True)
class Chain:
    gateway: str
    desks: tuple[Desk, ...]
    shops: tuple[Shop, ...]
    tell: Callable[[str], None]
    pseudonyms: dict[tuple[str, str], str] = field(default_factory=dict)
    """By school and supplier, from the first login."""

    def run(self) -> None:
        """Raises DemoError at the first step that fails."""
        for desk in self.desks:
            for shop in self.shops:
                browser = self._login(desk, shop)
                for other in self.shops:
                    if other is not shop:
                        self._single_sign_on(browser, desk, other)
        for desk, shop in zip(self.desks, self.shops, strict=True):
            self._deep_link(desk, shop)
        self._pseudonyms_differ()

    def _login(self, desk: Desk, shop: Shop) -> Browser:
        browser = Browser()
        with self._step(f"{desk.school.name} → {shop.supplier.name}: into the exercise"):
            browser.open(shop.exercise + QUERY)
            self._choose_and_log_in(browser, desk)
            _expect(browser.address == shop.exercise + QUERY, f"ended at {browser.address}")
            self._check_learned(browser, desk, shop)
        return browser

    def _single_sign_on(self, browser: Browser, desk: Desk, shop: Shop) -> None:
        with self._step(f"{desk.school.name} → {shop.supplier.name}: no further login"):
            before = len(browser.visited)
            browser.open(shop.exercise)
            _expect(browser.address == shop.exercise, f"ended at {browser.address}")
            way = browser.visited[before:]
            shown = [one for one in way if one.startswith((desk.address, f"{self.gateway}/school"))]
            _expect(not shown, f"came by {shown}")
            self._check_learned(browser, desk, shop)

    def _deep_link(self, desk: Desk, shop: Shop) -> None:
        with self._step(f"{desk.school.name} → {shop.supplier.name}: deep link into the exercise"):
            browser = Browser()
            browser.open(shop.link)
            self._choose_and_log_in(browser, desk)
            _expect(browser.address == shop.exercise, f"ended at {browser.address}")
            self._check_learned(browser, desk, shop)

    def _choose_and_log_in(self, browser: Browser, desk: Desk) -> None:
        browser.fill("q", desk.school.name)
        browser.follow(desk.school.name)
        _expect(browser.address.startswith(desk.address), f"not at the school: {browser.address}")
        browser.press(desk.pupil)

    def _check_learned(self, browser: Browser, desk: Desk, shop: Shop) -> None:
        """The pseudonym is ours and the same as before; nothing is known but what was granted."""
        found = browser.json(f"{shop.address}/whoami")
        pseudonym, known = str(found["pseudonym"]), str(found["attributes"])
        _expect(PSEUDONYM.fullmatch(pseudonym), f"{pseudonym} is no ECK iD of the federation")
        first = self.pseudonyms.setdefault((desk.school.brin, shop.supplier.name), pseudonym)
        _expect(pseudonym == first, "the pseudonym is another than at the first login")
        granted = {one.name for one in shop.supplier.asks if desk.school.brin in one.granted_by}
        said = desk.school.attributes(desk.school.people[0])
        for name in ("givenName", "sn", "mail", "employeeNumber", "nlEduPersonUnit"):
            _expect((said[name] in known) == (name in granted), f"{name} against the release")

    def _pseudonyms_differ(self) -> None:
        with self._step("pseudonyms: the same at every login, another at each supplier"):
            different = set(self.pseudonyms.values())
            _expect(len(different) == len(self.pseudonyms), "two suppliers got the same pseudonym")

    @contextmanager
    def _step(self, what: str) -> Iterator[None]:
        try:
            yield
        except (DemoError, LookupError, requests.RequestException) as error:
            raise DemoError(f"not ok  {what}: {error}") from error
        self.tell(f"ok  {what}")


def check(
    federation: Federation, at: Addresses, links: DeepLinks, tell: Callable[[str], None]
) -> None:
    """Drive the chain of a running demo. Raises DemoError at the first step that fails."""
    Chain(
        at.gateway,
        (
            Desk(federation.school("saml"), at.saml_school),
            Desk(federation.school("oidc"), at.oidc_school),
        ),
        (
            Shop(federation.supplier("saml"), at.saml_supplier, links.saml_supplier),
            Shop(federation.supplier("oidc"), at.oidc_supplier, links.oidc_supplier),
        ),
        tell,
    ).run()


def _expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise DemoError(otherwise)
