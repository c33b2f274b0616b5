"""The pages of suppliers in every state, with the real blueprints on a store of their own."""

import tempfile
from dataclasses import dataclass, replace
from pathlib import Path

from flask import Flask, Request

from gateway.app import make_parts
from gateway.core import test_school
from gateway.core.about import About, with_about
from gateway.core.api_tokens import SCOPES, Owner
from gateway.core.feeds import Feed, Reach
from gateway.core.findings import Finding, Outcome, Report
from gateway.core.model import Ask, Service, Standing, Supplier
from gateway.core.staff import Invitation, Passkey, Role, Staff, invitation_digest
from gateway.install import prepare
from gateway.settings import load_settings
from gateway.store.repositories import Repositories, open_repositories
from gateway.trust.pictures import logo
from gateway.web.console.desk import ConsoleDesk
from gateway.web.supplier import supplier_pages
from gateway.web.supplier.words import OUTCOMES, SCOPE_WORDS
from providers import SUPPLIER_PROTOCOLS
from providers.checking import IntegrationCheck, Published
from providers.registrar import ServiceRegistrar
from tests.pages.rendered import add_rendered

NOW = 1_795_500_000  # 24 November 2026
SUPPLIER = Supplier("linde", "Uitgeverij De Linde", key_version=1)
STAFF = Staff("stf-noor", Role.OWNER, "Noor", SUPPLIER.id, NOW)
CONFIG = {
    "redirect_uris": ["https://rekenrijk.linde.example/callback"],
    "post_logout_redirect_uris": ["https://rekenrijk.linde.example/tot-ziens"],
    "secret_hash": "x",
}
OPENID = Service(
    "svc-rekenrijk",
    SUPPLIER.id,
    "oidc",
    "svc-rekenrijk",
    "Rekenrijk",
    CONFIG,
    asks=(Ask("givenName", "Aanspreken in de les"),),
    targets=("https://rekenrijk.linde.example/",),
    standing=Standing.PENDING,
)
SAML = replace(
    OPENID,
    id="svc-taalwijs",
    protocol="saml",
    identifier="https://taalwijs.linde.example/saml/metadata",
    name="Taalwijs voor de bovenbouw van het voortgezet onderwijs",
    config={
        "entity_id": "https://taalwijs.linde.example/saml/metadata",
        "assertion_consumers": [
            {
                "binding": "urn:oasis:names:tc:SAML:2.0:bindings:HTTP-POST",
                "location": "https://taalwijs.linde.example/saml/acs",
                "default": True,
            }
        ],
        "profile": "saml2int",
        "feed": "feed-1",
    },
)
FEED = Feed(
    "feed-1",
    "https://lezen.linde.example/metadata",
    Reach.PARTY,
    checked_at=NOW,
    fetched_at=NOW - 86_400,
    problem="https://lezen.linde.example/metadata answers with status 503",
)
ABOUT = About(
    "Oefenen met taal.", "Practising language.", "help@linde.example", "https://a.example/"
)
RETURNED = replace(SAML, standing=Standing.RETURNED)
FINDINGS = (
    Finding("start of login", Outcome.OK, "a good request", "a request of this service"),
    Finding(
        "refuses: wrong audience",
        Outcome.FAIL,
        "LET IN: the person is signed in by an answer that nobody may accept",
        "the answer is refused",
        "Compare the audience with your own entityID or client_id.",
    ),
    Finding("logout", Outcome.WARN, "no address for logout is registered", "signed out"),
)
_PATH = f"/supplier/services/{OPENID.id}"
STATES = {
    "supplier": "/supplier",
    "supplier, nothing yet": "/supplier/nothing",
    "supplier, new": "/supplier/new",
    "supplier, new, refused": "/supplier/refused",
    "supplier, secret": "/supplier/secret",
    "supplier, tool address": "/supplier/tool-address",
    "supplier, service": _PATH,
    "supplier, service sent back": f"/supplier/services/{RETURNED.id}",
    "supplier, texts": f"/supplier/services/{RETURNED.id}/about",
    "supplier, asks": f"{_PATH}/asks",
    "supplier, connection": f"{_PATH}/connection",
    "supplier, metadata": f"/supplier/services/{RETURNED.id}/connection",
    "supplier, sent": f"{_PATH}/sent",
    "supplier, setup": f"{_PATH}/setup",
    "supplier, check": f"{_PATH}/check",
    "supplier, checking": "/supplier/checking",
    "supplier, report": "/reports/good",
    "supplier, people": "/supplier/people",
    "supplier, token without a use": "/supplier/token-misses",
    "supplier, invitation": "/supplier/invitation",
    "test school": "/test-school",
    "test school, closed": "/test-school/closed",
}


@dataclass(frozen=True, slots=True)
class Always:
    """Somebody whose cookie is always there."""

    secret: str

    def staff(self, _request: Request) -> str:
        return self.secret


def add_to(site: Flask) -> None:
    """In a folder that is never used again."""
    directory = Path(tempfile.mkdtemp(prefix="supplier-site-"))
    environment = {"BASE_URL": "http://127.0.0.1:9", "DATA_DIR": str(directory)}
    settings = load_settings({f"KETENPOORT_{name}": text for name, text in environment.items()})
    engine = prepare(settings)
    books = open_repositories(engine)
    _fill(books)
    parts = replace(
        make_parts(settings, engine), clock=lambda: float(NOW), random=lambda size=16: "a" * size
    )
    opened = ConsoleDesk(parts, books, None, None)  # type: ignore[arg-type]
    desk = replace(opened, cookies=Always(opened.begin(STAFF)))  # type: ignore[arg-type]
    suppliers = {name: make(parts) for name, make in SUPPLIER_PROTOCOLS.items()}
    registrar = ServiceRegistrar(parts)
    checks = IntegrationCheck(parts, suppliers, Published(parts, registrar, books.feeds))
    for page in supplier_pages(desk, registrar, suppliers, checks, logo):
        site.register_blueprint(page)
    _add_rendered(site)


def _fill(books: Repositories) -> None:
    books.suppliers.add(SUPPLIER)
    books.feeds.save(FEED)
    books.services.add(OPENID)
    books.services.add(with_about(RETURNED, replace(ABOUT, returned="Er is nog geen helpdesk.")))
    books.reports.add(Report("good", OPENID.id, NOW, FINDINGS))
    for one in (STAFF, Staff("stf-bo", Role.DEVELOPER, "Bo", SUPPLIER.id, NOW + 1)):
        digest = invitation_digest(one.id)
        books.staff.invite(digest, Invitation(one.role, one.name, SUPPLIER.id, 2 * NOW))
        books.staff.join(digest, one, Passkey(one.id, one.id, b"key", 0, "Laptop", NOW), NOW)


def _add_rendered(site: Flask) -> None:
    """Pages that answer a form, or that another room leads to."""
    pages: dict[str, tuple[str, dict[str, object]]] = {
        "/supplier/nothing": ("supplier/home.html", {"supplier": SUPPLIER, "services": []}),
        "/supplier/refused": ("supplier/new.html", _refused()),
        "/supplier/secret": (
            "supplier/secret.html",
            {"service_id": OPENID.id, "client_id": OPENID.id, "secret": "a" * 43},
        ),
        "/supplier/tool-address": (
            "supplier/tool_address.html",
            {"address": "https://tool.example/register?registration_token=" + "a" * 200},
        ),
        "/supplier/checking": (
            "supplier/checking.html",
            {"service": OPENID, "findings": FINDINGS[:2], "outcomes": OUTCOMES},
        ),
        "/supplier/token-misses": ("supplier/people.html", _token_misses()),
        "/supplier/invitation": (
            "supplier/invitation.html",
            {"name": "Bo", "address": "https://poort.example/invitation/" + "a" * 43},
        ),
        "/test-school": (
            "test_school/people.html",
            {"service": OPENID, "flow": "f1", "people": test_school.PEOPLE},
        ),
        "/test-school/closed": (
            "test_school/closed.html",
            {
                "service": OPENID,
                "flow": "f1",
                "in_test": True,
                "code": "KP-524",
                "sign_in": "/staff",
            },
        ),
    }
    add_rendered(site, pages)


def _refused() -> dict[str, object]:
    wrong = Finding("metadata", Outcome.FAIL, "There is no entityID.", "", "Give an entityID.")
    return {
        "findings": [wrong],
        "outcomes": OUTCOMES,
        "profiles": {"saml2int": "saml2int"},
        "methods": ("client_secret_basic",),
        "form": {},
        "base": "https://poort.example",
    }


def _token_misses() -> dict[str, object]:
    """What was typed stands there still."""
    scopes = [(scope, SCOPE_WORDS[scope]) for scope in SCOPES[Owner.SUPPLIER]]
    shown: dict[str, object] = {"staff": STAFF, "owner": True, "people": [], "tokens": []}
    return {**shown, "misses": True, "name": "ons CMS", "scopes": scopes, "days": (365, 730)}
