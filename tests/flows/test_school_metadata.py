"""A school's metadata by address, on the way of a login: one refresh when a signature fails
(design.md §7.7), and nothing of it after its validUntil (SAML Metadata §4.3)."""

import time
from collections.abc import Iterator
from dataclasses import dataclass, replace

import pytest

from gateway.core.model import Json
from gateway.store.database import connect
from gateway.store.repositories import Repositories, open_repositories
from tests.actors.browser import Browser
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.people import PUPIL
from tests.actors.scripted_school import ScriptedSchool
from tests.flows.hub import Hub, hinted, run_hub
from tests.parts.effect import wait_for_changes, wait_for_school
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.metadata_publisher import Publisher, run_publisher
from tests.parts.process import run_directory

BRIN = "99XE"


@dataclass(frozen=True)
class ByAddress:
    """A hub whose `school` is registered by the address at which `publisher` publishes it."""

    hub: Hub
    publisher: Publisher
    database: Repositories
    connection: str

    def signing_by(self, keys: KeyPair) -> Hub:
        school = ScriptedSchool(self.hub.gateway.sp_metadata(), self.hub.school.base, keys)
        return replace(self.hub, school=school)

    def publish(self, *keys: KeyPair) -> None:
        self.publisher.publish(self.signing_by(keys[0]).school.metadata(*keys[1:]))

    def change(self, **config: int) -> None:
        known = self.database.connections.find(self.connection)
        changed: Json = {**known.config, **config}
        self.database.connections.replace(replace(known, config=changed))
        wait_for_changes(self.hub.gateway)


FIRST, SECOND, THIRD = (rsa_key(f"school by address {n}") for n in range(3))


@pytest.fixture(scope="module")
def stage() -> Iterator[ByAddress]:
    with run_directory("gateway") as directory, run_publisher() as publisher:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as others:
            school = ScriptedSchool(gateway.sp_metadata(), "http://by-address.test", FIRST)
            hub = replace(others, school=school)
            publisher.publish(school.metadata())
            pem = directory / "publisher.pem"
            pem.write_text(publisher.keys.certificate)
            added = gateway.ketenpoort_json(
                "school", "add", "--brin", BRIN, "--name", "De Kade", "--town", "Dorp",
                "--metadata", publisher.address, "--certificate", pem,
            )  # fmt: skip
            wait_for_school(gateway, BRIN)
            database = open_repositories(connect(f"sqlite:///{directory}/ketenpoort.db"))
            yield ByAddress(hub, publisher, database, added["connection"])


@pytest.fixture
def person(stage: ByAddress) -> Iterator[Browser]:
    with stage.hub.browser() as new:
        yield new


def attempt(stage: ByAddress, browser: Browser, keys: KeyPair) -> tuple[str, bool]:
    """The words of the page on which a login ends that the school signs with these keys, and
    whether it ended at the service."""
    hub = stage.signing_by(keys)
    url = hub.supplier.redirect_url(hub.supplier.request(), None)
    page = browser.open(hinted(url, BRIN))
    attributes = {**PUPIL.attributes(), "nlEduPersonHomeOrganizationId": [BRIN]}
    page = hub.at_school(browser, page, attributes=attributes)
    return page.words, page.message is not None


def test_design_7_7_a_failed_signature_reads_the_metadata_once(stage: ByAddress, person: Browser):
    """In order: a stranger's signature changes nothing; a new one of the school works at once,
    when nobody looked a moment ago."""
    _, done = attempt(stage, person, FIRST)
    assert done
    assert stage.publisher.asked == 1, "no login that goes well reads it"

    with stage.hub.browser() as other:
        words, done = attempt(stage, other, rsa_key("stranger"))
        assert (not done, "KP-212" in words) == (True, True)
        assert stage.publisher.asked == 2
    with stage.hub.browser() as other:
        attempt(stage, other, rsa_key("stranger"))
        assert stage.publisher.asked == 2, "bounded: once in ten minutes"

    cool_down_is_over(stage)
    stage.publish(SECOND)
    with stage.hub.browser() as other:
        _, done = attempt(stage, other, SECOND)
        assert done, "the renewed certificate works in this very login"
    assert stage.publisher.asked == 3
    wait_for_changes(stage.hub.gateway)
    with stage.hub.browser() as other:
        words, done = attempt(stage, other, FIRST)
        assert (done, "KP-212" in words) == (False, True), "the old key is gone"


def test_a_new_key_that_another_signed_for_is_not_believed(stage: ByAddress, person: Browser):
    cool_down_is_over(stage)
    document = stage.signing_by(THIRD).school.metadata()
    stage.publisher.publish(document, by=rsa_key("stranger"))
    words, done = attempt(stage, person, THIRD)
    assert (done, "KP-212" in words) == (False, True)


def test_an_address_that_is_away_leaves_the_login_refused(stage: ByAddress, person: Browser):
    cool_down_is_over(stage)
    stage.publisher.status = 503
    words, done = attempt(stage, person, THIRD)
    stage.publisher.status = 200
    assert (done, "KP-212" in words) == (False, True)


def test_metadata_4_3_what_has_ended_is_not_used(stage: ByAddress, person: Browser):
    """A minute past its end the clocks may differ; after that nobody is sent to the school."""
    end = int(stage.database.connections.find(stage.connection).config["valid_until"])  # type: ignore[call-overload]
    stage.change(valid_until=int(time.time()) - 60)
    with stage.hub.browser() as other:
        url = stage.hub.supplier.redirect_url(stage.hub.supplier.request(), None)
        assert other.open(hinted(url, BRIN)).redirect.url.startswith(stage.hub.school.sso)
    stage.change(valid_until=int(time.time()) - 3600)
    page = person.open(hinted(url, BRIN))
    assert page.redirect is None
    assert "KP-226" in page.words
    stage.change(valid_until=end)
    with stage.hub.browser() as other:
        page = other.open(hinted(url, BRIN))
        assert page.redirect.url.startswith(stage.hub.school.sso)


def test_metadata_4_3_a_service_that_has_ended_is_not_answered(stage: ByAddress, person: Browser):
    services, hub = stage.database.services, stage.hub
    known = services.find(hub.service)
    services.replace(replace(known, config={**known.config, "valid_until": 1_000_000_000}))
    wait_for_changes(hub.gateway)
    page = person.open(hinted(hub.supplier.redirect_url(hub.supplier.request(), None)))
    services.replace(known)
    wait_for_changes(hub.gateway)
    assert page.redirect is None
    assert "KP-227" in page.words


def cool_down_is_over(stage: ByAddress) -> None:
    """As after ten minutes."""
    with connect(f"sqlite:///{stage.hub.gateway.directory}/ketenpoort.db").begin() as connection:
        connection.exec_driver_sql("UPDATE leases SET until = 1")
