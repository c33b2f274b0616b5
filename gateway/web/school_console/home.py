"""The first page of a school's administrators: each service and what the school decided."""

from dataclasses import dataclass

from flask import Blueprint, render_template

from gateway.core.expiry import EndOf, certificate_ends, expiring
from gateway.core.model import Grants
from gateway.core.sharing import Share, for_schools, shared_with
from gateway.web.console.desk import ConsoleDesk
from gateway.web.times import day_of


@dataclass(frozen=True, slots=True)
class Home:
    desk: ConsoleDesk
    end_of: EndOf

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
        connection = books.connections.find(administrator.school.connection_id)
        ends = certificate_ends(connection, self.end_of)
        return render_template(
            "school_console/home.html",
            school=administrator.school,
            ending=[
                day_of(found.expiry.until)
                for found in expiring(connection, ends, self.desk.parts.clock())
            ],
            rows=rows,
        )
