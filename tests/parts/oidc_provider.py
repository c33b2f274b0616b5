"""An OpenID school: oidc-provider from npm, on Node.js."""

import contextlib
import json
import secrets
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tests.actors.browser import Browser, Page
from tests.actors.people import OIDC_PUPIL, OIDC_TEACHER, PASSWORD, Person
from tests.parts.process import answers, free_port, run_directory, run_program

PROGRAM = Path(__file__).with_name("oidc_provider.mjs")
DISCOVERY = "/.well-known/openid-configuration"


@dataclass(frozen=True, slots=True)
class OidcProviderSchool:
    """An OpenID provider with one client; it is known by its address before it runs."""

    port: int = field(default_factory=free_port)
    client_id: str = "ketenpoort"
    client_secret: str = field(default_factory=lambda: secrets.token_urlsafe(32))

    @property
    def issuer(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    def login(self, browser: Browser, page: Page, person: Person) -> Page:
        """Fill in the login form at which `page` stands, and go on."""
        assert page.url.startswith(self.issuer), page
        return browser.submit(page, {"username": person.uid, "password": PASSWORD})


@contextlib.contextmanager
def run_oidc_provider(
    school: OidcProviderSchool,
    redirect_uri: str,
    *,
    people: Sequence[Person] = (OIDC_PUPIL, OIDC_TEACHER),
    claims_in_id_token: bool = False,
) -> Iterator[None]:
    """Run `school`. Claims stand at its userinfo endpoint, and in the id_token if so asked."""
    configuration = {
        "issuer": school.issuer,
        "port": school.port,
        "client": {
            "client_id": school.client_id,
            "client_secret": school.client_secret,
            "redirect_uris": [redirect_uri],
        },
        "people": {person.uid: person.claims() for person in people},
        "password": PASSWORD,
        "claimsInIdToken": claims_in_id_token,
    }
    command = ["node", PROGRAM, json.dumps(configuration)]
    with (
        run_directory("oidc-provider") as directory,
        run_program(
            "oidc-provider",
            command,
            log=directory / "log",
            ready=answers(school.issuer + DISCOVERY),
        ),
    ):
        yield
