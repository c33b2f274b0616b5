"""A link for others to see: QR code, a sheet to print, the projector."""

import io
from dataclasses import dataclass
from urllib.parse import urlsplit

import segno
from flask import Blueprint, Response, render_template

from gateway.web.teacher.desk import Desk
from gateway.web.teacher.mine import Row, row_of


@dataclass(frozen=True, slots=True)
class Showing:
    desk: Desk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("showing_links", __name__)
        pages.get("/links/<code>/qr.svg")(self.qr)
        pages.get("/links/<code>/print")(self.sheet)
        pages.get("/links/<code>/show")(self.project)
        return pages

    def qr(self, code: str) -> Response:
        """The address as a QR code (ISO/IEC 18004), dark on light with its quiet zone."""
        return Response(qr_svg(self._row(code).address), content_type="image/svg+xml")

    def sheet(self, code: str) -> str:
        row = self._row(code)
        return render_template("teacher/print.html", row=row, short_address=self._short_address())

    def project(self, code: str) -> str:
        row = self._row(code)
        return render_template("teacher/project.html", row=row, short_address=self._short_address())

    def _row(self, code: str) -> Row:
        return row_of(self.desk, self.desk.own_link(self.desk.teacher(), code))

    def _short_address(self) -> str:
        """Where a code is typed, as people type it."""
        return urlsplit(self.desk.parts.settings.base_url).netloc + "/d"


def qr_svg(address: str) -> bytes:
    picture = io.BytesIO()
    code = segno.make(address, error="m", micro=False)
    code.save(picture, kind="svg", border=4, dark="#000", light="#fff", omitsize=True)
    return picture.getvalue()
