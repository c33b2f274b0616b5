"""A gateway inside the test, with suppliers' staff signed in without a passkey's ceremony.

What a browser does with the pages is tested in Chromium; this is for what the pages do.
"""

import itertools
import re
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from flask import Flask
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.app import create_app, make_parts
from gateway.core.model import Service, Standing, Supplier
from gateway.core.staff import Invitation, Passkey, Role, Staff, invitation_digest
from gateway.install import prepare
from gateway.settings import Settings, load_settings
from gateway.store.registry import MemoryRegistry
from gateway.store.repositories import Repositories, open_repositories
from gateway.web.console.desk import ConsoleDesk
from gateway.web.cookies import Cookies

NOW = 1_800_000_000
_NUMBERS = itertools.count()
BASE = "http://127.0.0.1:9"
TOOL = "http://127.0.0.1:9999"
CALLBACK = f"{TOOL}/callback"


@dataclass(frozen=True, slots=True)
class House:
    settings: Settings
    app: Flask
    books: Repositories
    desk: ConsoleDesk

    def supplier(self, name: str) -> Supplier:
        made = Supplier(f"sup-{name.lower()}", f"Uitgeverij {name}", 1)
        self.books.suppliers.add(made)
        self.look()
        return made

    def staff(self, supplier: Supplier | None, role: Role = Role.OWNER) -> FlaskClient:
        """Somebody's browser, signed in at the console."""
        number = next(_NUMBERS)
        party = supplier.id if supplier else None
        one = Staff(f"stf-{number:04}", role, f"Kim {number}", party, NOW)
        self._join(one)
        browser = self.stranger()
        browser.set_cookie("kp_staff", self.desk.begin(one), domain="127.0.0.1")
        return browser

    def stranger(self) -> FlaskClient:
        return self.app.test_client()

    def add(self, service: Service) -> Service:
        self.books.services.add(service)
        self.look()
        return service

    def client(self, supplier: Supplier, standing: Standing, **more: Any) -> Service:
        """An OpenID client that is registered; its secret is `secret`."""
        number = len(self.books.services.all())
        name = f"svc-{number}"
        config = {"redirect_uris": [CALLBACK], "secret_hash": "x"}
        made = Service(
            name, supplier.id, "oidc", name, f"Rekenen {number}", config, standing=standing, **more
        )
        return self.add(made)

    def look(self) -> None:
        """The running gateway looks at what changed in its next request."""
        registry = self.app.before_request_funcs[None][0].__self__  # type: ignore[attr-defined]
        assert isinstance(registry, MemoryRegistry)
        registry._looked_at = 0

    def _join(self, one: Staff) -> None:
        digest = invitation_digest(one.id)
        self.books.staff.invite(digest, Invitation(one.role, one.name, one.supplier_id, 2 * NOW))
        key = Passkey(f"key-{one.id}", one.id, b"key", 0, "1", NOW)
        assert self.books.staff.join(digest, one, key, NOW)


def make_house(directory: Path, **settings: str) -> House:
    environment = {"BASE_URL": BASE, "DATA_DIR": str(directory), "ALLOW_LOOPBACK": "true"}
    given = {**environment, "RATE_LIMITS": "off", "LOG_LEVEL": "error", **settings}
    loaded = load_settings({f"KETENPOORT_{name}": value for name, value in given.items()})
    app = create_app(loaded)
    engine = prepare(loaded)
    books = open_repositories(engine)
    desk = ConsoleDesk(make_parts(loaded, engine), books, Cookies(loaded), None)  # type: ignore[arg-type]
    return House(loaded, app, books, desk)


def get(browser: FlaskClient, path: str, **more: Any) -> TestResponse:
    return browser.get(path.removeprefix(BASE), base_url=BASE, **more)


def post(
    browser: FlaskClient, path: str, page: TestResponse | None = None, **fields: Any
) -> TestResponse:
    """Send a form, with the token of the page that it stands on."""
    if page is not None:
        fields["csrf_token"] = token_of(page)
    return browser.post(path.removeprefix(BASE), base_url=BASE, data=fields)


def token_of(page: TestResponse) -> str:
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found, page.text
    return found[1]


def hidden(page: TestResponse, name: str) -> str:
    found = re.search(rf'name="{name}" value="([^"]*)"', page.text)
    assert found, page.text
    return found[1]
