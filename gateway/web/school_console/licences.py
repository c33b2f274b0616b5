"""Licences at the school's console: which class groups may use which material, from a list."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template

from gateway.core.licence_list import LicenceFault, read_licences
from gateway.core.model import Brin
from gateway.web.console.desk import ConsoleDesk
from gateway.web.licence_changes import licensable, set_licences
from gateway.web.replies import redirect
from gateway.web.school_console.sent import sent_text

_WRONG = 422
_FAULTS = 20


@dataclass(frozen=True, slots=True)
class Licences:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_licences", __name__)
        pages.get("/school-console/licences")(self.show)
        pages.post("/school-console/licences")(self.replace)
        return pages

    def show(self) -> Response:
        return self._page(self.desk.administrator().school.brin, "", ())

    def replace(self) -> Response:
        """In place of all that was there; nothing changes when a line is wrong."""
        administrator, parts = self.desk.administrator(), self.desk.parts
        brin, text = administrator.school.brin, sent_text()
        read = read_licences(text, licensable(parts))
        if read.faults:
            return self._page(brin, text, read.faults[:_FAULTS])
        set_licences(parts, administrator.actor, brin, read.groups)
        return redirect("/school-console/licences", 303)

    def _page(self, brin: Brin, text: str, faults: Sequence[LicenceFault]) -> Response:
        parts = self.desk.parts
        groups = parts.licences.of_school(brin)
        rows = [(one, sorted(groups[one.id])) for one in licensable(parts) if one.id in groups]
        page = render_template("school_console/licences.html", rows=rows, text=text, faults=faults)
        return make_response(page, _WRONG if faults else 200)
