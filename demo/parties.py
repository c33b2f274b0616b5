"""The parties of a running demo as the check knows them, and what a pupil does at each."""

import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

import requests

from demo.browser import Browser
from demo.federation import Federation, Person, School, Supplier
from demo.programs import DemoError
from demo.registration import Registered

PSEUDONYM = re.compile(r"https?://(?!ketenid\.nl/).+/[0-9a-f]{128}")


@dataclass(frozen=True, slots=True)
class Desk:
    """A school, where it is, and the pupil who logs in there."""

    school: School
    address: str

    @property
    def pupil(self) -> Person:
        return self.school.people[0]

    @property
    def teacher(self) -> Person:
        return next(one for one in self.school.people if one.affiliation == "employee")


@dataclass(frozen=True, slots=True)
class Shop:
    """A supplier, where it is, and the operator's deep link into its exercise."""

    supplier: Supplier
    address: str
    link: str
    form: str = "deep link"
    """How the gateway opens it."""

    @property
    def exercise(self) -> str:
        return self.address + self.supplier.deep_path

    @property
    def entrance(self) -> str:
        """Where a person begins: at the exercise itself, but for a tool, which a link opens."""
        return self.link if self.supplier.protocol == "lti" else self.exercise


@dataclass(frozen=True, slots=True)
class Parties:
    gateway: str
    pick_address: str
    """Where a teacher picks at the LTI tool."""
    desks: tuple[Desk, ...]
    shops: tuple[Shop, ...]
    forms: tuple[Shop, ...]
    """Services of one of them that the gateway opens in other ways."""
    tell: Callable[[str], None]
    pseudonyms: dict[tuple[str, str], str] = field(default_factory=dict)
    """By school and supplier, from the first login."""

    def choose_and_log_in(self, browser: Browser, desk: Desk, person: Person) -> None:
        """From the gateway's question for the school on."""
        browser.fill("q", desk.school.name)
        browser.follow(desk.school.name)
        expect(browser.address.startswith(desk.address), f"not at the school: {browser.address}")
        browser.press(person.full_name)

    def arrive(self, browser: Browser, desk: Desk, shop: Shop, address: str = "") -> None:
        """The exercise is open at exactly its address, and the supplier knows what it may know."""
        expect(browser.address == (address or shop.exercise), f"ended at {browser.address}")
        self._check_learned(browser, desk, shop)

    def _check_learned(self, browser: Browser, desk: Desk, shop: Shop) -> None:
        """The pseudonym is ours and the same as before; nothing is known but what was granted."""
        found = browser.json(f"{shop.address}/whoami")
        pseudonym, known = str(found["pseudonym"]), str(found["attributes"])
        expect(PSEUDONYM.fullmatch(pseudonym), f"{pseudonym} is no ECK iD of the federation")
        first = self.pseudonyms.setdefault((desk.school.brin, shop.supplier.name), pseudonym)
        expect(pseudonym == first, "the pseudonym is another than at the first login")
        granted = {one.name for one in shop.supplier.asks if desk.school.brin in one.granted_by}
        said = desk.school.attributes(desk.pupil)
        for name in ("givenName", "sn", "mail", "employeeNumber", "nlEduPersonUnit"):
            expect((said[name] in known) == (name in granted), f"{name} against the release")

    @contextmanager
    def step(self, what: str) -> Iterator[None]:
        try:
            yield
        except (DemoError, LookupError, requests.RequestException) as error:
            raise DemoError(f"not ok  {what}: {error}") from error
        self.tell(f"ok  {what}")


def expect(holds: object, otherwise: str) -> None:
    if not holds:
        raise DemoError(otherwise)


def parties(federation: Federation, registered: Registered, tell: Callable[[str], None]) -> Parties:
    at, links, forms = registered.addresses, registered.links, registered.forms
    oidc = federation.supplier("oidc")
    return Parties(
        at.gateway,
        registered.pick_address,
        (
            Desk(federation.school("saml"), at.saml_school),
            Desk(federation.school("oidc"), at.oidc_school),
        ),
        (
            Shop(federation.supplier("saml"), at.saml_supplier, links.saml_supplier),
            Shop(oidc, at.oidc_supplier, links.oidc_supplier),
            Shop(federation.supplier("lti"), at.lti_supplier, links.lti_supplier),
        ),
        (
            Shop(oidc, at.oidc_supplier, forms.start_address, "start address"),
            Shop(oidc, at.oidc_supplier, forms.template, "address template"),
        ),
        tell,
    )
