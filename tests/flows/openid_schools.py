"""Schools at one scripted OpenID provider, registered at a hub's gateway."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.actors.browser import Browser, Page
from tests.actors.oidc_client import Attempt
from tests.actors.people import OIDC_PUPIL, OIDC_SCHOOL
from tests.actors.scripted_openid_school import (
    CLIENT_ID,
    CLIENT_SECRET,
    Lies,
    ScriptedOpenIdSchool,
    run_openid_school,
)
from tests.flows.hub import Hub
from tests.parts.effect import wait_for_school
from tests.parts.process import free_port

TENANT_SCHOOL, DOMAIN_SCHOOL, DOWN_SCHOOL, KEYS_SCHOOL = "99XG", "99XH", "99XJ", "99XK"


@dataclass(frozen=True, slots=True)
class Schools:
    """The hub and the provider, at which four schools have an issuer each."""

    hub: Hub
    provider: ScriptedOpenIdSchool

    def ask(
        self, browser: Browser, brin: str = OIDC_SCHOOL, **changes: str
    ) -> tuple[Attempt, Page]:
        """Begin at the client; the page that leads to the school."""
        attempt = self.hub.client.begin(school=brin, **changes)
        return attempt, browser.open(attempt.url)

    def answer(self, page: Page, lies: Lies | None = None) -> str:
        """The address with which the school sends the browser back."""
        asked = self.provider.read_request(page.redirect.url)
        return self.provider.answer(asked, OIDC_PUPIL, lies)

    def login(self, browser: Browser, lies: Lies | None = None, brin: str = OIDC_SCHOOL) -> Page:
        _, page = self.ask(browser, brin)
        return browser.open(self.answer(page, lies), initiator=self.provider.base)


@contextlib.contextmanager
def run_schools(hub: Hub) -> Iterator[Schools]:
    """Serve the provider and register its schools; one more is registered and down."""
    with run_openid_school() as provider:
        secret = hub.gateway.directory / "school-secret"
        secret.write_text(CLIENT_SECRET)
        secret.chmod(0o600)
        issuers = {
            OIDC_SCHOOL: [provider.issuer("gewoon")],
            TENANT_SCHOOL: [provider.issuer("tenant"), "--tenant", "onze-tenant"],
            DOMAIN_SCHOOL: [provider.issuer("domein"), "--hosted-domain", "meidoorn.test"],
            KEYS_SCHOOL: [provider.issuer("sleutels")],
            DOWN_SCHOOL: [f"http://127.0.0.1:{free_port()}"],
        }
        for brin, (issuer, *options) in issuers.items():
            hub.gateway.ketenpoort(
                "school", "add", "--brin", brin, "--name", f"School {brin}", "--town", "Testerveen",
                "--oidc", "--issuer", issuer, "--client-id", CLIENT_ID,
                "--client-secret-file", secret, *options,
            )  # fmt: skip
        for brin in issuers:
            wait_for_school(hub.gateway, brin)
        yield Schools(hub, provider)
