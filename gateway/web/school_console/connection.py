"""How a school signs in, as its administrators look at it: what of it we hold, what their own
login brought, and what is missing. A new login here is the test."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from gateway.core.arrived import arrived
from gateway.core.expiry import EndOf, step_of
from gateway.core.model import Connection
from gateway.core.sharing import for_schools
from gateway.web import languages
from gateway.web.console.desk import ConsoleDesk
from gateway.web.times import day_of


@dataclass(frozen=True, slots=True)
class Signs:
    """A certificate that the school signs with: its last day, and whether that is soon."""

    until: str
    is_near: bool


@dataclass(frozen=True, slots=True)
class SchoolSignIn:
    """`end_of` says when a certificate ends."""

    desk: ConsoleDesk
    end_of: EndOf

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_connection", __name__)
        pages.get("/school-console/connection")(self.show)
        return pages

    def show(self) -> str:
        administrator, books = self.desk.administrator(), self.desk.books
        connection = books.connections.find(administrator.school.connection_id)
        services = for_schools(books.services.all())
        vocabulary = self.desk.parts.vocabulary
        came, missing = arrived(administrator.identity, services, vocabulary)
        return render_template(
            "school_console/connection.html",
            school=administrator.school,
            connection=connection,
            certificates=self._signs(connection),
            came=came,
            missing=missing,
            chosen=languages.chosen(request),
            base=self.desk.parts.settings.base_url,
        )

    def _signs(self, connection: Connection) -> Sequence[Signs]:
        """Each that we accept; in a change of keys there are two."""
        held = connection.config.get("signing_certificates") or ()
        assert isinstance(held, list | tuple)
        now = self.desk.parts.clock()
        ends = [self.end_of(str(each)) for each in held]
        return [
            Signs(day_of(end), step_of(end, now) is not None) for end in ends if end is not None
        ]
