"""A gateway with its parties, all invented, for what attackers try."""

import contextlib
import json
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from gateway.errors import GatewayError
from tests.actors.browser import Browser, Page
from tests.actors.keys import KeyPair, new_rsa_key
from tests.actors.people import PUPIL, TEACHER, Person
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import Program
from tests.parts.registration import add_link, add_saml_service, add_supplier

SESSION_COOKIE = "kp_session"
TARGET = "http://supplier.test/boek/"
PORTAL = "http://portal.school.test/start/"
# What a page for people never shows: where in which program it went wrong.
INSIDE = re.compile(r"Traceback|\.py\b|\bline \d+|lxml|onelogin|xmlsec|gateway\.")
# Name -> BRIN and what the school signs.
SCHOOLS = {
    "school": ("99XA", "assertion"),
    "other-school": ("99XB", "assertion"),
    "sealing-school": ("99XC", "response"),
    "weak-school": ("99XD", "assertion"),
}
SUPPLIERS = ("supplier", "open-supplier")
STOPS = tuple(f"http://{name}.test" for name in (*SCHOOLS, *SUPPLIERS, "portal.school"))


@dataclass(frozen=True, slots=True)
class School:
    """An identity provider, a pupil who logs in, and a victim whom an attacker wants to be."""

    idp: ScriptedSchool
    brin: str

    @property
    def pupil(self) -> Person:
        return replace(PUPIL, brin=self.brin)

    @property
    def victim(self) -> Person:
        return replace(TEACHER, brin=self.brin)


@dataclass(frozen=True, slots=True)
class House:
    """`supplier` signs its requests, as its metadata says; `open-supplier` need not.

    `services` has the ids of theirs; `link` is a deep link to TARGET at `supplier`.
    """

    gateway: Gateway
    program: Program
    schools: Mapping[str, School]
    suppliers: Mapping[str, ScriptedSupplier]
    services: Mapping[str, str]
    link: str

    @property
    def base(self) -> str:
        return self.gateway.base

    @property
    def school(self) -> School:
        return self.schools["school"]

    @property
    def supplier(self) -> ScriptedSupplier:
        return self.suppliers["supplier"]

    @property
    def open_supplier(self) -> ScriptedSupplier:
        return self.suppliers["open-supplier"]

    def browser(self) -> Browser:
        return Browser(STOPS)

    def log(self, event: str) -> list[dict[str, Any]]:
        """The audit lines of an event since the test began."""
        lines = self.program.read_log().splitlines()
        read = [json.loads(line) for line in lines if line.startswith("{")]
        return [line for line in read if line["event"] == event]

    def assert_refused(
        self, page: Page, error: type[GatewayError], detail: str = ""
    ) -> None:
        """`page` says so to people, and the last line of the log says why (`detail`, a part)."""
        assert page.status == error.status, page
        assert error.code in page.words, page
        assert (page.message, page.redirect) == (None, None)
        assert not INSIDE.search(page.text), page.text
        line = self.log("error")[-1]
        assert (line["code"], line["kind"]) == (error.code, error.__name__)
        assert line["reference"] in page.words
        assert line["detail"]
        assert detail in line["detail"], line
        assert "trace" not in line

    def assert_nobody_in(self, *browsers: Browser) -> None:
        """No answer was given, no session begun, and no person named in the log."""
        assert self.log("login.answered") == []
        for browser in browsers:
            assert SESSION_COOKIE not in browser.cookies.of(self.base)
        log = self.program.read_log()
        for person in (PUPIL, TEACHER):
            for personal in (*person.secrets, person.given_name, person.surname):
                assert personal not in log


@contextlib.contextmanager
def run_house(directory: Path) -> Iterator[House]:
    """Register all while nothing runs, which is quick, and serve."""
    gateway = Gateway(directory)
    weak = new_rsa_key("weak", bits=1024)
    services = {name: _add_service(gateway, name) for name in SUPPLIERS}
    for name in SCHOOLS:
        metadata = ScriptedSchool("", _base(name), _keys(name, weak)).metadata()
        _add_school(gateway, name, metadata, services["supplier"])
    link = add_link(gateway, services["supplier"], f"{TARGET}7?opgave=4")
    with run_gateway(gateway) as program:
        sp, idp = gateway.sp_metadata(), gateway.idp_metadata()
        schools = {
            name: School(ScriptedSchool(sp, _base(name), _keys(name, weak)), brin)
            for name, (brin, _) in SCHOOLS.items()
        }
        suppliers = {name: ScriptedSupplier(idp, _base(name)) for name in SUPPLIERS}
        yield House(gateway, program, schools, suppliers, services, link)


def _base(name: str) -> str:
    return f"http://{name}.test"


def _keys(name: str, weak: KeyPair) -> KeyPair | None:
    return weak if name == "weak-school" else None


def _add_service(gateway: Gateway, name: str) -> str:
    supplier = ScriptedSupplier("", _base(name))
    return add_saml_service(
        gateway,
        add_supplier(gateway, name),
        supplier.metadata(
            acs=[supplier.acs, f"{supplier.base}/second-acs"],
            signs_requests=name == "supplier",
            slo=f"{supplier.base}/slo",
        ),
        name=name,
        attributes={"givenName": "Aanspreken"},
        targets=[_base(name) + "/boek/"],
    )


def _add_school(gateway: Gateway, name: str, metadata: str, service: str) -> None:
    """Add a school that grants the service a given name, which shows who was let in."""
    brin, signed = SCHOOLS[name]
    file = gateway.directory / f"{name}.xml"
    file.write_text(metadata)
    options = ("--metadata", file, "--signed", signed, "--announce-return", PORTAL)
    gateway.ketenpoort("school", "add", "--brin", brin, "--name", name, "--town", "Dorp", *options)
    granted = ("--service", service, "--attribute", "givenName")
    gateway.ketenpoort("release", "grant", "--school", brin, *granted)
