"""The first page of a school's administrators: each service and what the school decided."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.model import Grants
from gateway.core.sharing import Share, for_schools, shared_with
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
        given = books.grants.of_school(administrator.school.brin)
        names = {supplier.id: supplier.name for supplier in books.suppliers.all()}
        rows = []
        for service in for_schools(books.services.all()):
            grants = given.get(service.id, Grants())
            shared = shared_with(service, grants, self.desk.parts.vocabulary)
            wishes = sum(one.share is Share.WISHED for one in shared)
            rows.append((service, names[service.supplier_id], grants, wishes))
        return render_template("school_console/home.html", school=administrator.school, rows=rows)
