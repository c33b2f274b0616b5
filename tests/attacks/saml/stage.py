"""A stage for attacks: a real gateway, scripted schools and suppliers, and a login half-way.

What a hostile answer may never do stands in `Login.assert_refused` and `assert_nobody_is_in`.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SECOND_SAML_SCHOOL, TEACHER
from tests.actors.saml_answer import Answer
from tests.actors.saml_request import AuthnRequest
from tests.actors.saml_xml import Element
from tests.actors.scripted_school import ReceivedRequest, ScriptedSchool
from tests.actors.scripted_supplier import Received, ScriptedSupplier
from tests.parts.gateway import Gateway
from tests.parts.registration import add_saml_service, add_supplier

SCHOOL = "http://school.test"
# Its setting is that it signs its responses; and it has another BRIN.
SECOND_SCHOOL = "http://second-school.test"
SUPPLIER = "http://supplier.test"
SECOND_SUPPLIER = "http://second-supplier.test"
TARGET = f"{SUPPLIER}/boek/"
RETURN = f"{SCHOOL}/portaal/"
RELAY_STATE = "opgave-9"
SECRETS = PUPIL.secrets | TEACHER.secrets | {PUPIL.given_name, PUPIL.surname}


@dataclass(frozen=True)
class Stage:
    """The gateway and the parties that it knows."""

    gateway: Gateway
    school: ScriptedSchool
    second_school: ScriptedSchool
    supplier: ScriptedSupplier
    second_supplier: ScriptedSupplier
    services: Mapping[str, str]

    @property
    def base(self) -> str:
        return self.gateway.base

    def browser(self) -> Browser:
        """A browser that does not enter the scripted parties."""
        return Browser([SCHOOL, SECOND_SCHOOL, SUPPLIER, SECOND_SUPPLIER])

    def begin(self, browser: Browser, school: ScriptedSchool | None = None) -> "Login":
        """A login from the supplier to the door of a school."""
        school = school or self.school
        request = self.supplier.request(idp_list=[school.entity_id])
        page = browser.open(self.supplier.redirect_url(request, RELAY_STATE), initiator=SUPPLIER)
        assert page.redirect, page
        return Login(self, browser, school, request, school.read_request(page.redirect.url))

    def log(self) -> "Log":
        return Log(self.gateway)


@dataclass(frozen=True)
class Log:
    """What the gateway writes down from now on."""

    gateway: Gateway
    begin: int = field(init=False)

    def __post_init__(self) -> None:
        object.__setattr__(self, "begin", self._path.stat().st_size)

    @property
    def _path(self):
        return self.gateway.directory / "log"

    def lines(self) -> list[dict[str, object]]:
        """The audit lines; nothing of a person may be in the log, nor a bare stack trace."""
        with self._path.open("rb") as file:
            file.seek(self.begin)
            text = file.read().decode()
        assert "Traceback" not in text
        assert not [secret for secret in SECRETS if secret in text]
        return [json.loads(line) for line in text.splitlines() if line.startswith("{")]


@dataclass(frozen=True)
class Login:
    """A login that waits for the school's answer."""

    stage: Stage
    browser: Browser
    school: ScriptedSchool
    asked: AuthnRequest
    received: ReceivedRequest

    @cached_property
    def honest(self) -> Answer:
        return self.answer()

    def answer(self, **changes: object) -> Answer:
        """The school's answer about PUPIL, with changes."""
        if self.school.base == SECOND_SCHOOL:
            attributes = {**PUPIL.attributes(), **_of_second_school()}
            changes = {"attributes": attributes, "response_signing": self.signing, **changes}
        return self.school.answer(self.received, PUPIL, **changes)

    @property
    def signing(self):
        return self.school.answer(self.received, PUPIL).signing

    def fields(self, response: Element) -> dict[str, str]:
        return self.school.fields(response, self.received)

    def post(self, response: Element) -> Page:
        """Send a response as the school's page does."""
        return self.post_fields(self.fields(response))

    def post_fields(self, fields: Mapping[str, str]) -> Page:
        return self.browser.post(self.school.acs, fields, initiator=self.school.base)

    def finish(self, page: Page) -> Received:
        """What the supplier learns from the page on which the login ends."""
        assert page.message, page
        assert page.message.url == self.stage.supplier.acs
        received = self.stage.supplier.receive(page.message.fields, self.asked)
        assert received.relay_state == RELAY_STATE
        return received

    def succeed(self) -> Received:
        """The school's honest answer to this very login; it still works."""
        return self.finish(self.post(self.honest.build()))


def assert_refused(page: Page, code: str, status: int) -> None:
    """An error page for people with the code, and nothing that a program said."""
    assert (page.status, code in page.words) == (status, True), page
    assert "Traceback" not in page.text
    assert 'File "' not in page.text
    assert page.headers["Content-Type"].startswith("text/html")


def assert_logged(log: Log, code: str) -> None:
    """One line with the cause; nobody was answered about."""
    lines = log.lines()
    errors = [line for line in lines if line["event"] == "error"]
    assert [line["code"] for line in errors] == [code]
    assert errors[0]["detail"]
    assert not [line for line in lines if line["event"] == "login.answered"]


def refuse(login: Login, response: Element, refusal: tuple[str, int]) -> None:
    """The response is refused, lets nobody in, and leaves the login as it was."""
    log = login.stage.log()
    assert_refused(login.post(response), *refusal)
    assert_logged(log, refusal[0])
    assert_nobody_is_in(login.stage, login.browser)
    login.succeed()


def assert_nobody_is_in(stage: Stage, browser: Browser) -> None:
    """No session cookie was set, and a supplier's request still leads to the school."""
    assert "kp_session" not in cookies(stage, browser)
    stage.begin(browser)


def assert_nothing_begun(
    stage: Stage, browser: Browser, page: Page, refusal: tuple[str, int]
) -> None:
    """A page of ours: no way on to an address from the request, and no flow."""
    assert_refused(page, *refusal)
    assert page.message is None
    assert page.redirect is None
    assert "evil.test" not in page.text
    assert cookies(stage, browser) == {}


def cookies(stage: Stage, browser: Browser) -> dict[str, str | None]:
    return {cookie.name: cookie.value for cookie in browser.cookies.of(stage.base)}


def make_stage(gateway: Gateway) -> Stage:
    """Register two schools and two suppliers' services."""
    school = ScriptedSchool(gateway.sp_metadata(), SCHOOL)
    second_school = ScriptedSchool(gateway.sp_metadata(), SECOND_SCHOOL)
    supplier = ScriptedSupplier(gateway.idp_metadata(), SUPPLIER)
    second_supplier = ScriptedSupplier(gateway.idp_metadata(), SECOND_SUPPLIER)
    _add_school(gateway, PUPIL.brin, school, "--announce-return", RETURN)
    _add_school(gateway, SECOND_SAML_SCHOOL, second_school, "--signed", "response")
    services = {
        SUPPLIER: add_saml_service(
            gateway,
            add_supplier(gateway, "Uitgeverij Wilg"),
            supplier.metadata(acs=[supplier.acs, f"{SUPPLIER}/tweede"], slo=f"{SUPPLIER}/slo"),
            targets=[TARGET],
        ),
        SECOND_SUPPLIER: add_saml_service(
            gateway,
            add_supplier(gateway, "Uitgeverij Els"),
            second_supplier.metadata(signs_requests=False, slo=f"{SECOND_SUPPLIER}/slo"),
        ),
    }
    return Stage(gateway, school, second_school, supplier, second_supplier, services)


def _add_school(gateway: Gateway, brin: str, school: ScriptedSchool, *options: str) -> None:
    file = gateway.directory / f"{brin}.xml"
    file.write_text(school.metadata())
    gateway.ketenpoort(
        "school", "add", "--brin", brin, "--name", f"School {brin}", "--town", "Voorbeelddam",
        "--metadata", file, *options,
    )  # fmt: skip


def _of_second_school() -> dict[str, list[str]]:
    return {"nlEduPersonHomeOrganizationId": [SECOND_SAML_SCHOOL]}
