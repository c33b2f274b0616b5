"""For the privacy officer: all that is shared with whom, why, since when, by whose word; to print
as the annex of the privacy covenant, or as CSV."""

import csv
import io
from collections.abc import Iterator
from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from gateway.core.model import Grants, Service
from gateway.core.sharing import Shared, overview
from gateway.web import languages
from gateway.web.console.desk import Administrator, ConsoleDesk
from gateway.web.times import day_of

_COLUMNS = ("leverancier", "dienst", "gegeven", "betekenis", "doel", "sinds", "door")


@dataclass(frozen=True, slots=True)
class Line:
    """One attribute that may reach one service."""

    attribute: str
    meaning: str
    purpose: str
    since: str
    by: str


@dataclass(frozen=True, slots=True)
class Overview:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_overview", __name__)
        pages.get("/school-console/overview")(self.show)
        pages.get("/school-console/overview.csv")(self.export)
        return pages

    def show(self) -> str:
        administrator = self.desk.administrator()
        return render_template(
            "school_console/overview.html",
            school=administrator.school,
            today=day_of(self.desk.parts.clock()),
            rows=list(self._rows(administrator)),
        )

    def export(self) -> Response:
        """RFC 4180; a cell that a spreadsheet would compute is kept a text."""
        administrator, text = self.desk.administrator(), io.StringIO()
        writer = csv.writer(text)
        writer.writerow(_COLUMNS)
        for service, supplier, _, lines in self._rows(administrator):
            for one in lines:
                cells = (supplier, service.name, one.attribute, one.meaning, one.purpose)
                writer.writerow(map(_plain, (*cells, one.since, one.by)))
        name = f"gedeeld-{administrator.school.brin}.csv"
        headers = {"Content-Disposition": f"attachment; filename={name}"}
        return Response(text.getvalue(), headers=headers, content_type="text/csv; charset=utf-8")

    def _rows(
        self, administrator: Administrator
    ) -> Iterator[tuple[Service, str, Grants, list[Line]]]:
        books, words = self.desk.books, self.desk.parts.vocabulary
        names = {supplier.id: supplier.name for supplier in books.suppliers.all()}
        given = books.grants.of_school(administrator.school.brin)
        for service, grants, sent in overview(books.services.all(), given, words):
            yield service, names[service.supplier_id], grants, [self._line(one) for one in sent]

    def _line(self, one: Shared) -> Line:
        meaning = self.desk.parts.vocabulary[one.attribute].meaning
        made = one.decision
        return Line(
            attribute=one.attribute,
            meaning=meaning[languages.chosen(request)],
            purpose=one.purpose,
            since=day_of(made.at) if made else "",
            by=made.by if made else "",
        )


def _plain(cell: str) -> str:
    return f"'{cell}" if cell[:1] in {"=", "+", "-", "@", "\t", "\r"} else cell
