"""The application in this process, with one person of each role signed in: no server, no browser.

What a cookie would prove is put into the stores as a login does; how one comes to be signed in is
tested elsewhere.
"""

import hashlib
import time
from dataclasses import dataclass
from pathlib import Path

from flask import Flask
from werkzeug.test import Client, TestResponse

from gateway.app import create_app, make_parts
from gateway.core.model import (
    Affiliation,
    Brin,
    Connection,
    Identity,
    School,
    Service,
    Supplier,
)
from gateway.core.staff import Invitation, Passkey, Staff, invitation_digest
from gateway.core.staff import Role as StaffRole
from gateway.install import prepare
from gateway.services import Parts
from gateway.settings import load_settings
from gateway.store.repositories import Repositories, open_repositories
from tests.consoles.roles import Role

BASE = "http://localhost:8080"
SCHOOL = Brin("99XA")
SERVICE = "service-one"
SUPPLIER, OTHER = Supplier("supplier-one", "Wilg", 1), Supplier("supplier-two", "Berk", 1)
PEOPLE = {
    Role.PUPIL: Affiliation.STUDENT,
    Role.TEACHER: Affiliation.EMPLOYEE,
    Role.ADMINISTRATOR: Affiliation.EMPLOYEE,
}
STAFF = {
    Role.DEVELOPER: (StaffRole.DEVELOPER, SUPPLIER.id),
    Role.OWNER: (StaffRole.OWNER, SUPPLIER.id),
    Role.RIVAL: (StaffRole.OWNER, OTHER.id),
    Role.OPERATOR: (StaffRole.OPERATOR, None),
}


@dataclass(frozen=True, slots=True)
class AtRest:
    app: Flask
    parts: Parts
    books: Repositories

    def client(self, role: Role) -> Client:
        """A browser in which somebody of this role is signed in."""
        client = self.app.test_client()
        if role in PEOPLE:
            client.set_cookie("kp_session", self._session(role), domain="localhost")
        if role in STAFF:
            client.set_cookie("kp_staff", self._staff_session(role), domain="localhost")
        return client

    def ask(self, role: Role, method: str, path: str) -> TestResponse:
        """A request of this role, a form with a good token and nothing else in it."""
        client, form = self.client(role), {}
        if method != "GET":
            form = {"csrf_token": _form_token(client)}
        return client.open(path, method=method, data=form, base_url=BASE)

    def _session(self, role: Role) -> str:
        secret, session = self.parts.sessions.begin(identity_of(role), None)
        self.parts.state.put_all([self.parts.sessions.record(session)])
        return secret

    def _staff_session(self, role: Role) -> str:
        secret = f"secret of the {role}"
        key = f"staff:{hashlib.sha256(secret.encode()).hexdigest()}"
        self.parts.state.put(key, staff_id(role).encode(), 3600)
        return secret


def make(directory: Path) -> AtRest:
    settings = load_settings({"KETENPOORT_BASE_URL": BASE, "KETENPOORT_DATA_DIR": str(directory)})
    engine = prepare(settings)
    books = open_repositories(engine)
    _register(books)
    at_rest = AtRest(create_app(settings), make_parts(settings, engine), books)
    _invite(at_rest)
    return at_rest


def identity_of(role: Role) -> Identity:
    return Identity(
        school=SCHOOL,
        connection_id="connection-one",
        subject=role,
        national_eckid=None,
        affiliations=(PEOPLE[role],),
        attributes={},
        authenticated_at=int(time.time()),
        authn_context="urn:oasis:names:tc:SAML:2.0:ac:classes:Password",
    )


def staff_id(role: Role) -> str:
    return f"stf-{role.name.lower()}"


def _register(books: Repositories) -> None:
    books.suppliers.add(SUPPLIER)
    books.suppliers.add(OTHER)
    books.services.add(
        Service(
            id=SERVICE,
            supplier_id=SUPPLIER.id,
            protocol="oidc",
            identifier="client-one",
            name="Lezen bij Wilg",
            config={"redirect_uris": ["https://wilg.test/callback"]},
            targets=("https://wilg.test/",),
        )
    )
    books.connections.add(Connection("connection-one", "oidc", "https://idp.test", {}))
    books.schools.add(School(SCHOOL, "Esdoorn College", "Voorbeelddam", "connection-one"))


def _invite(at_rest: AtRest) -> None:
    """Each member of staff has a key; one of the school's people is its administrator."""
    now, staff = int(time.time()), at_rest.books.staff
    for role, (kind, supplier_id) in STAFF.items():
        digest, member = invitation_digest(role), staff_id(role)
        staff.invite(digest, Invitation(kind, role, supplier_id, now + 60))
        key = Passkey(f"key-{member}", member, b"", 0, "key", now)
        assert staff.join(digest, Staff(member, kind, role, supplier_id, now), key, now)
    digest = invitation_digest("administrator")
    staff.invite(digest, Invitation(StaffRole.ADMINISTRATOR, "Ans", SCHOOL, now + 60))
    person = at_rest.parts.pseudonyms.of_gateway(identity_of(Role.ADMINISTRATOR))
    assert staff.name_administrator(digest, SCHOOL, person, now)


def _form_token(client: Client) -> str:
    page = client.get("/logout", base_url=BASE).text
    return page.partition('name="csrf_token" value="')[2].partition('"')[0]
