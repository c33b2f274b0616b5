"""The first page of a supplier: its services and how far each has come."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.api_tokens import ApiToken, Owner
from gateway.core.expiry import Expiring, expiring, token_ends
from gateway.core.model import Service, Supplier
from gateway.core.ports import Registrar
from gateway.web.console.desk import ConsoleDesk
from gateway.web.supplier.service import standing_of
from gateway.web.supplier.words import STANDINGS
from gateway.web.times import day_of


@dataclass(frozen=True, slots=True)
class Home:
    desk: ConsoleDesk
    registrar: Registrar

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_home", __name__)
        pages.get("/supplier")(self.show)
        return pages

    def show(self) -> str:
        staff, supplier = self.desk.supplier_staff()
        services = [
            service
            for service in self.desk.books.services.all()
            if service.supplier_id == supplier.id
        ]
        return render_template(
            "supplier/home.html",
            staff=staff,
            supplier=supplier,
            warnings=[
                (address, found.party.name, found.expiry.what, day_of(found.expiry.until))
                for address, found in self._ending(supplier, services)
            ],
            services=[(each, STANDINGS[standing_of(each)]) for each in services],
        )

    def _ending(
        self, supplier: Supplier, services: Sequence[Service]
    ) -> Iterator[tuple[str, Expiring[Service] | Expiring[ApiToken]]]:
        """With the address of the page that mends it."""
        now = self.desk.parts.clock()
        for service in services:
            for found in expiring(service, self.registrar.expiries(service), now):
                yield f"/supplier/services/{service.id}/connection", found
        for token in self.desk.parts.api_tokens.of(Owner.SUPPLIER, supplier.id):
            for ending in expiring(token, token_ends(token), now):
                yield "/supplier/people", ending
