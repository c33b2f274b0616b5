"""One service of a supplier: how far it has come, and what we know of it."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template

from gateway.core import about
from gateway.core.model import Service
from gateway.core.ports import Registrar
from gateway.errors import BadInput
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.supplier import keeping
from gateway.web.supplier.words import FACTS, LACKING, STANDINGS


@dataclass(frozen=True, slots=True)
class ServicePage:
    desk: ConsoleDesk
    registrar: Registrar

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_service", __name__)
        pages.get("/supplier/services/<service_id>")(self.show)
        pages.post("/supplier/services/<service_id>/submit")(self.submit)
        return pages

    def show(self, service_id: str) -> str:
        _, service = self.desk.own_service(service_id)
        return render_template(
            "supplier/service.html",
            service=service,
            about=about.about_of(service),
            standing=STANDINGS[standing_of(service)],
            facts=[(FACTS[fact.name], fact.values) for fact in self.registrar.facts(service)],
            lacking=[LACKING[name] for name in about.lacking(service)],
        )

    def submit(self, service_id: str) -> Response:
        """Ask for approval; raises BadInput while something that people need is not there."""
        staff, service = self.desk.own_service(service_id)
        if about.lacking(service):
            raise BadInput("submitted while something is lacking")
        after = about.submitted(service, self.desk.parts.clock())
        keeping.change(self.desk, staff, "approval asked", service, after)
        return redirect(f"/supplier/services/{service.id}", 303)


def standing_of(service: Service) -> str:
    """The name of its state, for the supplier."""
    if not service.active:
        return "off"
    if service.standing == "pending" and about.about_of(service).submitted is None:
        return "test"
    return service.standing.value
