"""The first page of a supplier: its services and how far each has come."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.expiry import expiring
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
        now = self.desk.parts.clock()
        return render_template(
            "supplier/home.html",
            staff=staff,
            supplier=supplier,
            warnings=[
                (found, day_of(found.expiry.until))
                for each in services
                for found in expiring(each, self.registrar.expiries(each), now)
            ],
            services=[(each, STANDINGS[standing_of(each)]) for each in services],
        )
