"""As a new supplier would, from the demo's start page: Apache's two modules to a good report.

Issue 5, Done when 1: a first test login with the shown configuration in under ten minutes.
"""

import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import playwright.sync_api
import pytest
import requests
from playwright.sync_api import Page, expect

from demo.options import Ports
from gateway.setups import SECRET
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_xml import PERSISTENT
from tests.consoles.authenticator import give_passkeys
from tests.demo.whole import run_demo
from tests.interop.careless import run_careless
from tests.parts import apache
from tests.parts.apache_mellon import MellonSupplier
from tests.parts.apache_openidc import OpenidcSupplier
from tests.parts.effect import wait_for_changes
from tests.parts.gateway import Gateway
from tests.parts.process import free_port, run_directory

_LONGEST_SECONDS = 600
_CHECK_MS = 90_000


@dataclass(frozen=True, slots=True)
class Console:
    """The console of a supplier that was invited a moment ago, in its own browser."""

    page: Page
    gateway: str
    running: Gateway
    begun: float = field(default_factory=time.monotonic)

    def open(self, path: str) -> None:
        self.page.goto(self.gateway + path)

    def press(self, name: str) -> None:
        self.page.get_by_role("button", name=name).click()
        self.page.wait_for_load_state()

    def shown_for(self, service: str, software: str) -> str:
        """The configuration, to the letter."""
        self.open(f"/supplier/services/{service}/setup")
        self.page.get_by_label("Software").select_option(software)
        self.press("Show")
        return self.page.locator("pre code").inner_text()

    def log_in(self, protected: str) -> str:
        """As an invented teacher at the supplier's own page, asked once; what that page shows."""
        self.page.goto(protected)
        if self.page.url.startswith(self.gateway):
            self.page.get_by_role("button", name="A teacher").click()
        self.page.wait_for_url(protected)
        assert time.monotonic() - self.begun < _LONGEST_SECONDS, "Done when 1"
        return self.page.locator("body").inner_text()

    def report(self, service: str, target: str) -> dict[str, tuple[str, str]]:
        """By the name of each check its state, and what was got."""
        self.open(f"/supplier/services/{service}/check")
        self.page.locator("#target").fill(target)
        self.page.get_by_role("button", name="Start the check").click()
        self.page.wait_for_url("**/reports/*", timeout=_CHECK_MS)
        rows = self.page.locator(".findings > li").all()
        return {
            row.locator("strong").inner_text(): (
                row.locator(".state").inner_text(),
                row.locator("p").first.inner_text(),
            )
            for row in rows
        }

    def service(self) -> str:
        """The id in the address of the page of a service that was made a moment ago."""
        wait_for_changes(self.running)
        return self.page.url.partition("/supplier/services/")[2]


@pytest.fixture(scope="module")
def demo() -> Iterator[Ports]:
    with run_demo() as ports:
        yield ports


@pytest.fixture(scope="module")
def console(demo: Ports, chromium: playwright.sync_api.Browser) -> Iterator[Console]:
    """From the start page by its invitation, with a passkey."""
    addresses = demo.addresses()
    context = chromium.new_context(locale="en")
    page = context.new_page()
    give_passkeys(page)
    page.goto(addresses.start)
    page.locator('a[href*="/invitation/"]').nth(1).click()
    page.get_by_role("button", name="Make a passkey").click()
    page.wait_for_url("**/supplier")
    yield Console(page, addresses.gateway, Gateway(Path(), port=demo.gateway))
    context.close()


def test_mod_auth_openidc_from_the_start_page_to_a_green_report(console: Console) -> None:
    supplier, page = OpenidcSupplier(free_port()), console.page
    console.open("/supplier/new")
    page.locator("#client_name").fill("Rekenen")
    page.locator("#redirect_uris").fill(supplier.redirect_uri)
    page.locator("#initiate_login_uri").fill(supplier.initiate_login_uri)
    page.locator("#backchannel_logout_uri").fill(f"{supplier.redirect_uri}?logout=backchannel")
    console.press("Register the OpenID service")
    secret = page.locator("#secret").inner_text()
    page.get_by_role("link", name="I have it").click()
    service = console.service()
    shown = console.shown_for(service, "mod_auth_openidc")
    with run_directory("openidc") as directory:
        directives = f"ServerName {supplier.base}\n{shown.replace(SECRET, secret)}"
        directives += apache.write_protected_page(directory)
        with apache.run_apache("openidc", supplier.port, directory, ["auth_openidc"], directives):
            assert OpenidcSupplier.pseudonym(console.log_in(supplier.protected))
            found = console.report(service, supplier.protected)
    assert {name: state for name, (state, _) in found.items() if state != "Good"} == {}
    assert {"valid answer", "deep link", "logout", "refuses: wrong signature"} <= found.keys()


def test_mod_auth_mellon_from_the_start_page_to_a_green_report(
    console: Console, tmp_path: Path
) -> None:
    """A warning is left: it does not look at InResponseTo. Its metadata is given by its file, and
    by its address when it runs."""
    supplier, page = MellonSupplier(port := free_port(), f"http://127.0.0.1:{port}"), console.page
    own = mellon_metadata(supplier)
    (tmp_path / "sp.xml").write_text(own)
    console.open("/supplier/new")
    page.locator("#file").set_input_files(tmp_path / "sp.xml")
    console.press("Register the SAML service")
    service = console.service()
    shown = console.shown_for(service, "mod_auth_mellon")
    with run_directory("mellon") as directory:
        keys = rsa_key(supplier.base)
        idp = requests.get(f"{console.gateway}/saml/metadata", timeout=30).text
        files = {"sp.key": keys.key, "sp.crt": keys.certificate, "sp.xml": own, "idp.xml": idp}
        for name, text in files.items():
            (directory / name).write_text(text)
        text = shown.replace("/etc/apache2/mellon", str(directory))
        directives = f"ServerName {supplier.base}\nUseCanonicalName On\n{text}"
        directives += apache.write_protected_page(directory)
        with apache.run_apache("mellon", port, directory, ["auth_mellon"], directives):
            assert MellonSupplier.pseudonym(console.log_in(supplier.protected))
            console.open(f"/supplier/services/{service}/connection")
            page.locator("#address").fill(f"{supplier.base}/mellon/metadata")
            page.get_by_role("button", name="Take over this metadata").click()
            expect(page).to_have_url(f"{console.gateway}/supplier/services/{service}")
            found = console.report(service, supplier.protected)
    mended = {name: state for name, (state, _) in found.items() if state != "Good"}
    assert mended == {"refuses: wrong InResponseTo": "Works, mend it"}
    assert {"metadata", "valid answer", "deep link", "logout"} <= found.keys()


def mellon_metadata(supplier: MellonSupplier) -> str:
    keys = rsa_key(supplier.base)
    return sp_metadata(
        supplier.entity_id,
        [supplier.acs],
        [keys],
        encryption=[keys],
        slo=supplier.logout_address,
        name_id_format=PERSISTENT,
    )


def test_the_report_names_each_fault_of_a_broken_client(console: Console) -> None:
    """It accepts a wrong signature, ignores the audience, and takes an answer twice."""
    page = console.page
    metadata = requests.get(f"{console.gateway}/saml/metadata", timeout=30).text
    with run_careless() as careless:
        client = careless.client("wrong signature, wrong audience, replay", metadata)
        console.open("/supplier/new")
        page.locator("#text").fill(client.metadata)
        page.locator("input[value=entree]").check()
        console.press("Register the SAML service")
        found = console.report(console.service(), client.target)
    let_in = {name for name, (_, got) in found.items() if got.startswith("LET IN")}
    broken = {"refuses: wrong signature", "refuses: wrong audience", "refuses: replay"}
    assert broken <= let_in, found
    assert {name for name, (state, _) in found.items() if state == "Wrong"} == let_in, found
    assert found["valid answer"][0] == "Good"
