"""The first page of the operator: what waits for a decision."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.model import Standing
from gateway.web.console.desk import ConsoleDesk


@dataclass(frozen=True, slots=True)
class Home:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_home", __name__)
        pages.get("/operator")(self.show)
        return pages

    def show(self) -> str:
        self.desk.operator()
        services = self.desk.books.services.all()
        waiting = [service for service in services if service.standing is Standing.PENDING]
        names = {supplier.id: supplier.name for supplier in self.desk.books.suppliers.all()}
        return render_template("operator/home.html", waiting=waiting, names=names)
