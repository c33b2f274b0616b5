"""Suppliers at the operator's: a new one, and an invitation for its first person."""

import secrets
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.model import Supplier
from gateway.core.staff import INVITATION_SECONDS, Invitation, Role, invitation_digest
from gateway.errors import BadInput, NotFound, RegistrationRefused
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.replies import redirect

_NAME_LENGTH = 120
_ID_BYTES = 8


@dataclass(frozen=True, slots=True)
class Parties:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_suppliers", __name__)
        pages.get("/operator/suppliers")(self.list)
        pages.post("/operator/suppliers")(self.add)
        pages.get("/operator/suppliers/<supplier_id>")(self.show)
        pages.post("/operator/suppliers/<supplier_id>/invite")(self.invite)
        return pages

    def list(self) -> str:
        self.desk.operator()
        suppliers = sorted(self.desk.books.suppliers.all(), key=lambda one: one.name.casefold())
        return render_template("operator/suppliers.html", suppliers=suppliers)

    def add(self) -> Response:
        """Its pseudonym domain begins here, under the newest key."""
        staff, books = self.desk.operator(), self.desk.books
        name = _named(request.form.get("name", ""))
        version = self.desk.parts.pseudonyms.newest_version()
        supplier = Supplier(f"sup-{secrets.token_hex(_ID_BYTES)}", name, version)
        with books.acts.recording(actor_of(staff), "supplier added", supplier.id, None, name):
            books.suppliers.add(supplier)
        return redirect(f"/operator/suppliers/{supplier.id}", 303)

    def show(self, supplier_id: str) -> Response:
        self.desk.operator()
        return self._page(self._found(supplier_id), None)

    def invite(self, supplier_id: str) -> Response:
        """The address is shown this once: we keep a digest of it."""
        staff, supplier = self.desk.operator(), self._found(supplier_id)
        parts, books = self.desk.parts, self.desk.books
        name, token = _named(request.form.get("name", "")), parts.random(32)
        expires = int(parts.clock()) + INVITATION_SECONDS
        invitation = Invitation(Role.OWNER, name, supplier.id, expires)
        with books.acts.recording(actor_of(staff), "invited", supplier.id, None, name):
            books.staff.invite(invitation_digest(token), invitation)
        return self._page(supplier, f"{parts.settings.base_url}/invitation/{token}")

    def _page(self, supplier: Supplier, address: str | None) -> Response:
        books = self.desk.books
        page = render_template(
            "operator/supplier.html",
            supplier=supplier,
            staff=books.staff.of(supplier.id),
            services=[one for one in books.services.all() if one.supplier_id == supplier.id],
            address=address,
        )
        return make_response(page)

    def _found(self, supplier_id: str) -> Supplier:
        try:
            return self.desk.books.suppliers.find(supplier_id)
        except RegistrationRefused as error:
            raise NotFound("no such supplier") from error


def _named(text: str) -> str:
    name = " ".join(text.split())[:_NAME_LENGTH]
    if not name:
        raise BadInput("without a name")
    return name
