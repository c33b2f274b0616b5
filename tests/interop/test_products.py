"""Each launch form with its real software: the product that a link names (Edu-V `?product=`), the
classes that have a material, and a place that the supplier took away.
"""

import contextlib
import json
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from operator import attrgetter

import pytest

from gateway.core.materials import Publication, PublishedFragment
from gateway.store.licences import LicenceBook
from tests.actors.browser import Browser, Page
from tests.actors.people import PUPIL, SAML_SCHOOL
from tests.flows.hub import Hub, hinted, run_hub
from tests.parts.apache_mellon import MellonSupplier, run_mellon
from tests.parts.apache_openidc import new_openidc, run_openidc
from tests.parts.apache_shib import ShibSupplier, run_shib
from tests.parts.effect import wait_for_oidc_service
from tests.parts.gateway import Gateway
from tests.parts.link_book import keep, open_links
from tests.parts.lti_tool import add_lti_service, run_lti_tool
from tests.parts.materials import open_catalogue, publish
from tests.parts.python3_saml import Python3SamlSupplier, run_python3_saml
from tests.parts.registration import add_saml_service, add_supplier
from tests.parts.stores import open_database

PLACE = "boek/7/paragraaf/2?opgave=4&modus=oefenen%20kort&terug=%2Fa%3Fb"
PRODUCT = "9789001000004"
SAYS_PRODUCT = ("--product-parameter", "product")
TARGET_LINK_URI = "https://purl.imsglobal.org/spec/lti/claim/target_link_uri"


@dataclass(frozen=True, slots=True)
class Software:
    """A program that is registered; `stands_at` is where a person is whom a page shows in."""

    service: str
    protected: str
    stands_at: Callable[[Page], str] = attrgetter("url")

    def publish(self, gateway: Gateway, *places: PublishedFragment) -> str:
        """As a material, beside what stays there; its id."""
        start = PublishedFragment("start", "Begin", locator=f"{self.protected}boek")
        book = Publication("boek", "Boek", product=PRODUCT, parts=(start, *places))
        (material,) = publish(gateway, self.service, [book])
        return material.id

    @property
    def exercise(self) -> PublishedFragment:
        return PublishedFragment("o4", "Opgave 4", "exercise", self.protected + PLACE)


Run = Callable[[Gateway], contextlib.AbstractContextManager[Software]]
SamlProgram = ShibSupplier | MellonSupplier | Python3SamlSupplier


def declared(gateway: Gateway, program: SamlProgram, start_address: str) -> Software:
    service = add_saml_service(
        gateway,
        add_supplier(gateway, "Uitgeverij Vlier"),
        program.metadata(),
        name="Natuur bij Vlier",
        targets=[program.protected],
        start_address=start_address,
        more=SAYS_PRODUCT,
    )
    return Software(service, program.protected)


@contextlib.contextmanager
def mod_shib(gateway: Gateway) -> Iterator[Software]:
    with run_shib(gateway.idp_metadata(), f"{gateway.base}/saml/metadata") as program:
        address = f"{program.base}/Shibboleth.sso/Login?target={{target}}"
        yield declared(gateway, program, address)


@contextlib.contextmanager
def mod_auth_mellon(gateway: Gateway) -> Iterator[Software]:
    with run_mellon(gateway.idp_metadata()) as program:
        yield declared(gateway, program, program.start_address)


@contextlib.contextmanager
def python3_saml(gateway: Gateway) -> Iterator[Software]:
    with run_python3_saml(gateway.idp_metadata()) as program:
        yield declared(gateway, program, program.start_address)


@contextlib.contextmanager
def unsolicited_response(gateway: Gateway) -> Iterator[Software]:
    with run_python3_saml(gateway.idp_metadata()) as program:
        yield declared(gateway, program, "")


@contextlib.contextmanager
def address_template(gateway: Gateway) -> Iterator[Software]:
    with run_python3_saml(gateway.idp_metadata()) as program:
        yield declared(gateway, program, "{target}")


@contextlib.contextmanager
def mod_auth_openidc(gateway: Gateway) -> Iterator[Software]:
    program = new_openidc()
    added = gateway.ketenpoort_json(
        "service", "add", "--supplier", add_supplier(gateway, "Uitgeverij Berk"), "--oidc",
        "--name", "Rekenen bij Berk", "--redirect-uri", program.redirect_uri,
        "--target", program.protected, "--initiate-login-uri", program.initiate_login_uri,
        *SAYS_PRODUCT,
    )  # fmt: skip
    client = added["client_id"], added["client_secret"]
    wait_for_oidc_service(gateway, client[0])
    with run_openidc(program, issuer=gateway.base, client_id=client[0], client_secret=client[1]):
        yield Software(client[0], program.protected)


@contextlib.contextmanager
def pylti1p3(gateway: Gateway) -> Iterator[Software]:
    with run_lti_tool() as tool:
        supplier = add_supplier(gateway, "Uitgeverij Linde")
        service = add_lti_service(gateway, supplier, tool, "Proeven", *SAYS_PRODUCT)
        yield Software(
            service, f"{tool.base}/", lambda page: json.loads(page.text)[TARGET_LINK_URI]
        )


FORMS: Sequence[Run] = (
    *(mod_shib, mod_auth_mellon, python3_saml, unsolicited_response),
    *(address_template, mod_auth_openidc, pylti1p3),
)


@pytest.fixture(scope="module")
def store() -> str:
    """What a supplier's software takes does not hang on where sessions lie."""
    return "sqlite"


@pytest.fixture(scope="module")
def hub(gateway: Gateway) -> Iterator[Hub]:
    with run_hub(gateway) as running:
        yield running


@pytest.fixture(scope="module", params=FORMS, ids=lambda run: run.__name__)
def software(hub: Hub, request: pytest.FixtureRequest) -> Iterator[Software]:
    with request.param(hub.gateway) as running:
        yield running


@dataclass(frozen=True, slots=True)
class Followed:
    """A link to the exercise, and a pupil of class 2B who arrived by it."""

    hub: Hub
    software: Software
    browser: Browser
    link: str
    material: str

    def assert_arrives(self, page: Page) -> None:
        there = f"{self.software.protected}{PLACE}&product={PRODUCT}"
        assert page.status == 200, page
        assert self.software.stands_at(page) == there

    def assert_refused(self, status: int, code: str) -> None:
        """By a page of ours; the supplier hears nothing."""
        before = len(self.browser.hops)
        page = self.browser.open(self.link)
        assert (page.status, code in page.words) == (status, True), page
        assert {hop.url for hop in self.browser.hops[before:]} == {self.link}

    @property
    def is_reported(self) -> bool:
        """Whether `ketenpoort link check` lists the link as broken."""
        found = self.hub.gateway.run_anyhow("link", "check", "--json")
        return self.link.rpartition("/")[2] in {each["code"] for each in json.loads(found)}


@pytest.fixture(scope="module")
def followed(hub: Hub, software: Software) -> Iterator[Followed]:
    gateway = hub.gateway
    material = software.publish(gateway, software.exercise)
    with open_catalogue(gateway) as catalogue, open_links(gateway) as book:
        exercise = catalogue.at_address(software.service, software.protected + PLACE)
        assert exercise
        link = keep(gateway, book, software.service, "", fragment_id=exercise.id)
    with hub.browser() as browser:
        page = hub.at_school(browser, browser.open(hinted(link)), PUPIL)
        pupil = Followed(hub, software, browser, link, material)
        pupil.assert_arrives(page)
        yield pupil


def test_product_is_told_cold_and_warm(followed: Followed) -> None:
    """By the software as by a person: the address with its product, byte for byte."""
    followed.assert_arrives(followed.browser.open(followed.link))


def test_other_class_has_the_material(followed: Followed) -> None:
    with open_database(followed.hub.gateway) as engine:
        licences = LicenceBook(engine)
        licences.add(SAML_SCHOOL, followed.material, "4H1")
        followed.assert_refused(403, "KP-309")
        licences.remove(SAML_SCHOOL, followed.material, None)
        licences.close()
    followed.assert_arrives(followed.browser.open(followed.link))


def test_place_that_is_gone_is_reported_until_it_is_back(followed: Followed) -> None:
    gateway, software = followed.hub.gateway, followed.software
    software.publish(gateway)
    followed.assert_refused(410, "KP-407")
    assert followed.is_reported
    software.publish(gateway, software.exercise)
    assert not followed.is_reported
    followed.assert_arrives(followed.browser.open(followed.link))
