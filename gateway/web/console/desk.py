"""Who is at work in a console, and what that person may see: the one place that decides it."""

import hashlib
from dataclasses import dataclass
from urllib.parse import urlencode

from flask import Response, abort, request

from gateway.core.model import Identity, School, Service, Supplier
from gateway.core.ports import Books
from gateway.core.staff import OF_SUPPLIER, Role, Staff
from gateway.errors import NotAnAdministrator, NotFound, NotYours, RegistrationRefused
from gateway.services import Parts
from gateway.web.cookies import Cookies
from gateway.web.replies import redirect
from gateway.web.signed_in import SignIn, to_sign_in

STAFF_SECONDS = 8 * 3600
_ENTITLEMENT = "eduPersonEntitlement"


@dataclass(frozen=True, slots=True)
class Administrator:
    """An administrator of a school at work; `person` is the gateway's own pseudonym."""

    person: str
    school: School
    identity: Identity

    @property
    def actor(self) -> str:
        """How the record of acts names who did it."""
        return f"school {self.school.brin} {self.person[:16]}"


@dataclass(frozen=True, slots=True)
class ConsoleDesk:
    """What all consoles need. Its methods lead a stranger to sign in, and refuse who may not."""

    parts: Parts
    books: Books
    cookies: Cookies
    sign_in: SignIn

    def begin(self, staff: Staff) -> str:
        """A session at the consoles; the secret for its cookie."""
        secret = self.parts.random(32)
        self.parts.state.put(_key(secret), staff.id.encode(), STAFF_SECONDS)
        return secret

    def end(self) -> None:
        if secret := self.cookies.staff(request):
            self.parts.state.remove(_key(secret))

    def present(self) -> Staff | None:
        """Who is signed in here, read anew each time: who has left is out at once."""
        secret = self.cookies.staff(request)
        found = self.parts.state.get(_key(secret)) if secret else None
        return self.books.staff.find(found.decode()) if found else None

    def staff(self) -> Staff:
        return self.present() or abort(to_staff(_here()))

    def operator(self) -> Staff:
        """Raises NotYours for a supplier's staff."""
        staff = self.staff()
        if staff.role is not Role.OPERATOR:
            raise NotYours("the operator's console")
        return staff

    def supplier_staff(self) -> tuple[Staff, Supplier]:
        """Who works for a supplier, and for which. Raises NotYours for the operator's staff."""
        staff = self.staff()
        if staff.role not in OF_SUPPLIER or staff.supplier_id is None:
            raise NotYours("a supplier's console")
        return staff, self.books.suppliers.find(staff.supplier_id)

    def owner(self) -> tuple[Staff, Supplier]:
        """Who may also say who else works for the supplier; raises NotYours."""
        staff, supplier = self.supplier_staff()
        if staff.role is not Role.OWNER:
            raise NotYours("for the owners of a supplier")
        return staff, supplier

    def own_service(self, service_id: str) -> tuple[Staff, Service]:
        """A service of the supplier whose staff is here. Another's is not there: raises
        NotFound."""
        staff, supplier = self.supplier_staff()
        try:
            service = self.books.services.find(service_id)
        except RegistrationRefused as error:
            raise NotFound("no such service") from error
        if service.supplier_id != supplier.id:
            raise NotFound("a service of another supplier")
        return staff, service

    def administrator(self) -> Administrator:
        """Raises NotAnAdministrator for all others of a school."""
        session = self.sign_in.dispatcher.session(request)
        if session is None:
            abort(to_sign_in(_here(), request.args.get("school")))
        identity = session.identity
        person = self.parts.pseudonyms.of_gateway(identity)
        school = self.books.schools.find(identity.school)
        entitled = school.admin_entitlement
        if entitled and entitled in identity.attributes.get(_ENTITLEMENT, ()):
            return Administrator(person, school, identity)
        if self.books.staff.is_administrator(school.brin, person):
            return Administrator(person, school, identity)
        raise NotAnAdministrator(f"school {school.brin}")


def actor_of(staff: Staff) -> str:
    """How the record of acts names a member of staff."""
    return f"{staff.role} {staff.id}"


def to_staff(path: str) -> Response:
    """Sign in with a passkey first, then come back to this path."""
    return redirect("/staff?" + urlencode({"to": path}))


def _here() -> str:
    """The page asked for; a form can not be sent again, so its console's first page."""
    if request.method != "GET":
        return "/" + request.path.split("/")[1]
    query = request.query_string.decode("ascii", "ignore")
    return request.path + (f"?{query}" if query else "")


def _key(secret: str) -> str:
    return f"staff:{hashlib.sha256(secret.encode()).hexdigest()}"
