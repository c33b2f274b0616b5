"""A gateway with scripted parties around it: a SAML school, and a service of each protocol."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from urllib.parse import parse_qs, urlencode, urlsplit

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import Attempt, OidcClient, Tokens
from tests.actors.people import PUPIL, SAML_SCHOOL, Person
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import Element
from tests.actors.scripted_school import ReceivedRequest, ScriptedSchool
from tests.actors.scripted_supplier import Received, ScriptedSupplier
from tests.parts.effect import wait_for_oidc_service
from tests.parts.gateway import Gateway
from tests.parts.registration import add_saml_school, add_saml_service, add_supplier

SCHOOL_NAME = "Esdoorn College"
AFTER_LOGOUT = "http://tool.test/tot-ziens"
ASKED = {"givenName": "Aanspreken in de les"}
HINT = {"school": SAML_SCHOOL}


@dataclass(frozen=True, slots=True)
class Hub:
    """The parties of a gateway; `school` signs for 99XA. A service's id is beside its party."""

    gateway: Gateway
    school: ScriptedSchool
    supplier: ScriptedSupplier
    service: str
    client: OidcClient

    def browser(self, *more_stops: str) -> Browser:
        return Browser([self.school.base, self.supplier.base, "http://tool.test", *more_stops])

    def asked_of_school(self, page: Page) -> ReceivedRequest:
        """The request with which `page` sends the browser to the school."""
        assert page.redirect, f"not on the way to the school: {page}"
        return self.school.read_request(page.redirect.url)

    def at_school(
        self, browser: Browser, page: Page, person: Person = PUPIL, **changes: object
    ) -> Page:
        """Log in at the school to which `page` leads; the page where that ends."""
        asked = self.asked_of_school(page)
        return self.post(browser, self.school.answer(asked, person, **changes).build(), asked)

    def post(self, browser: Browser, response: Element, asked: ReceivedRequest) -> Page:
        """What the school's page does with a response."""
        fields = self.school.fields(response, asked)
        return browser.post(self.school.acs, fields, initiator=self.school.base)

    def saml_login(
        self,
        browser: Browser,
        person: Person = PUPIL,
        relay_state: str | None = None,
        **changes: object,
    ) -> tuple[AuthnRequest, Page]:
        """From the SAML supplier over the school to the page that carries the answer."""
        request = self.supplier.request(**changes)
        page = browser.open(hinted(self.supplier.redirect_url(request, relay_state)))
        if page.message is None:
            page = self.at_school(browser, page, person)
        return request, page

    def saml_received(self, browser: Browser, person: Person = PUPIL) -> Received:
        """A whole login at the SAML supplier: what it learned."""
        request, page = self.saml_login(browser, person)
        return self.supplier.receive(answer_fields(page), request)

    def code_of(
        self, browser: Browser, person: Person = PUPIL, **changes: str | None
    ) -> tuple[Attempt, str]:
        """A login at the OpenID client up to the address with the code."""
        attempt = self.client.begin(**{**HINT, **changes})
        page = browser.open(attempt.url)
        if not page.redirect.url.startswith(self.client.redirect_uri):
            page = self.at_school(browser, page, person)
        return attempt, page.redirect.url

    def tokens(self, browser: Browser, person: Person = PUPIL, **changes: str | None) -> Tokens:
        """A whole login at the OpenID client: its verified tokens."""
        return self.client.finish(*self.code_of(browser, person, **changes))


@contextlib.contextmanager
def run_hub(gateway: Gateway) -> Iterator[Hub]:
    """Register the parties at a running gateway that knows nobody."""
    school = ScriptedSchool(gateway.sp_metadata())
    supplier = ScriptedSupplier(gateway.idp_metadata())
    add_saml_school(gateway, SAML_SCHOOL, SCHOOL_NAME, "Voorbeelddam", school.metadata())
    service = add_saml_service(
        gateway,
        add_supplier(gateway, "Uitgeverij Wilg"),
        supplier.metadata(slo=f"{supplier.base}/slo"),
        name="Lezen bij Wilg",
        attributes=ASKED,
        targets=[f"{supplier.base}/boek"],
    )
    client = add_client(gateway, "Rekenen bij Berk")
    yield Hub(gateway, school, supplier, service, client)


def add_client(gateway: Gateway, name: str, *options: str) -> OidcClient:
    """Register an OpenID client of a supplier of its own, with further options of the command."""
    supplier = add_supplier(gateway, f"Uitgeverij van {name}")
    added = gateway.ketenpoort_json(
        "service", "add", "--supplier", supplier, "--oidc", "--name", name,
        "--redirect-uri", "http://tool.test/callback",
        "--post-logout-redirect-uri", AFTER_LOGOUT,
        "--attribute", "givenName=Aanspreken in de les",
        *options,
    )  # fmt: skip
    wait_for_oidc_service(gateway, added["client_id"])
    return OidcClient(gateway.base, added["client_id"], added["client_secret"])


def hinted(url: str, brin: str = SAML_SCHOOL) -> str:
    """The address with `?school=`, which skips the chooser."""
    return f"{url}{'&' if urlsplit(url).query else '?'}{urlencode({'school': brin})}"


def answer_fields(page: Page) -> dict[str, str]:
    """The form that the page sends on to a SAML supplier."""
    assert page.message, f"no message on {page}"
    return dict(page.message.fields)


def query_of(url: str) -> dict[str, list[str]]:
    return parse_qs(urlsplit(url).query, keep_blank_values=True)
