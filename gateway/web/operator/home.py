"""The first page of the operator: what waits for a decision, what ends soon, and whose logins fail
now."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.logins import Health, by_school, by_service
from gateway.core.model import Service, Standing
from gateway.errors import GatewayError
from gateway.web.console.desk import ConsoleDesk
from gateway.web.endings import Endings
from gateway.web.times import day_of

_HOUR = 3600
_SHOWN = 50


@dataclass(frozen=True, slots=True)
class Home:
    desk: ConsoleDesk
    endings: Endings

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_home", __name__)
        pages.get("/operator")(self.show)
        return pages

    def show(self) -> str:
        """Of this hour and the one before: the first Monday of the year in one look."""
        self.desk.operator()
        parts, books = self.desk.parts, self.desk.books
        this_hour = int(parts.clock()) // _HOUR * _HOUR
        counts = parts.ledger.logins(this_hour - _HOUR)
        services = books.services.all()
        return render_template(
            "operator/home.html",
            endings=[(each, day_of(each.until)) for each in self.endings.all()],
            waiting=[one for one in services if _waits(one)],
            names={supplier.id: supplier.name for supplier in books.suppliers.all()},
            schools=[(self._school(one), one) for one in by_school(counts)[:_SHOWN]],
            services=[(self._service(one), one) for one in by_service(counts)[:_SHOWN]],
        )

    def _school(self, health: Health) -> str:
        try:
            return self.desk.parts.registry.school(health.party).name
        except GatewayError:
            return health.party

    def _service(self, health: Health) -> str:
        try:
            return self.desk.parts.registry.service(health.party).name
        except GatewayError:
            return health.party


def _waits(service: Service) -> bool:
    """Whether its supplier asked for approval; one that is still being tried did not."""
    return service.standing is Standing.PENDING and "submitted" in service.about
