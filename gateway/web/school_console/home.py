"""The first page of a school's administrators: each service and what the school decided."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.model import Grants, Standing
from gateway.web.console.desk import ConsoleDesk


@dataclass(frozen=True, slots=True)
class Home:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_home", __name__)
        pages.get("/school-console")(self.show)
        return pages

    def show(self) -> str:
        administrator, books = self.desk.administrator(), self.desk.books
        decided = books.grants.of_school(administrator.school.brin)
        services = [
            (service, decided.get(service.id, Grants()))
            for service in books.services.all()
            if service.active and service.standing is Standing.APPROVED
        ]
        return render_template(
            "school_console/home.html", school=administrator.school, services=services
        )
