"""A login that waits for a school's answer, for an attacker to meddle with."""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.errors import GatewayError
from tests.actors.browser import Browser, Page
from tests.actors.saml_answer import Answer
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import Element
from tests.actors.scripted_school import ReceivedRequest
from tests.attacks.house import House, School

RELAY = "terug naar § 4"


@dataclass(slots=True)
class Login:
    """`browser` was sent to `school` with the request `asked`, on the way to the supplier."""

    house: House
    school: School
    browser: Browser
    request: AuthnRequest
    asked: ReceivedRequest

    @property
    def address(self) -> str:
        return f"{self.house.base}/flow/{self.asked.relay_state}"

    def answer(self, **changes: object) -> Answer:
        """An answer about the victim, right but for its `changes`."""
        return self.school.idp.answer(self.asked, self.school.victim, **changes)

    def send(self, response: Element) -> Page:
        return self.post(self.school.idp.fields(response, self.asked))

    def post(self, fields: Mapping[str, str]) -> Page:
        return self.browser.post(self.school.idp.acs, fields, initiator=self.school.idp.base)

    def assert_refused(self, page: Page, error: type[GatewayError], detail: str = "") -> None:
        """`page` refuses, nobody was let in, and the login can still be finished."""
        self.house.assert_refused(page, error, detail)
        self.assert_waits()
        self.finish()

    def assert_waits(self) -> None:
        """The flow knows nobody: it asks the school, anew."""
        page = self.browser.open(self.address)
        assert page.redirect is not None, page
        self.asked = self.school.idp.read_request(page.redirect.url)
        self.house.assert_nobody_in(self.browser)

    def finish(self) -> None:
        """The honest answer brings the pupil, and nobody else, to the supplier."""
        answer = self.school.idp.answer(self.asked, self.school.pupil)
        page = self.send(answer.build())
        assert page.message is not None, page
        assert page.message.url == self.house.supplier.acs
        received = self.house.supplier.receive(page.message.fields, self.request)
        assert received.relay_state == RELAY
        assert received.attributes["givenName"] == [self.school.pupil.given_name]


def begin(house: House, school: str = "school", browser: Browser | None = None) -> Login:
    """A supplier's request that names its school, up to that school."""
    chosen, browser = house.schools[school], browser or house.browser()
    request = house.supplier.request(idp_list=[chosen.idp.entity_id])
    page = browser.open(house.supplier.redirect_url(request, RELAY))
    assert page.redirect is not None, page
    return Login(house, chosen, browser, request, chosen.idp.read_request(page.redirect.url))
