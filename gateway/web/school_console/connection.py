"""How a school signs in, as its administrators look at it: what of it we hold, what their own
login brought, and what is missing. A new login here is the test."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.arrived import arrived
from gateway.core.expiry import EndOf, step_of
from gateway.core.model import Connection
from gateway.core.ports import SchoolDescriptions
from gateway.core.sharing import for_schools
from gateway.errors import NotFound, RegistrationRefused
from gateway.web import languages
from gateway.web.console.desk import Administrator, ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.school_console.sent import sent_text
from gateway.web.times import day_of

_WRONG = 422
_INSTITUTION = 4  # of a BRIN; what follows is a branch
_DIGEST = 16


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
    descriptions: SchoolDescriptions

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_connection", __name__)
        pages.get("/school-console/connection")(self.show)
        pages.post("/school-console/connection")(self.renew)
        return pages

    def show(self) -> Response:
        return self._page(self.desk.administrator(), "")

    def renew(self) -> Response:
        """With both keys in it during a rollover; what is wrong is shown, and nothing changes."""
        administrator, books = self.desk.administrator(), self.desk.books
        before = books.connections.find(administrator.school.connection_id)
        if not self._is_ours_to_change(administrator, before):
            raise NotFound("a login that is not changed here")
        try:
            after = self.descriptions.renewed(before, sent_text().encode())
        except RegistrationRefused as error:
            return self._page(administrator, error.detail)
        recorded = _recorded(before), _recorded(after)
        with books.acts.recording(
            administrator.actor, "metadata renewed", administrator.school.brin, *recorded
        ):
            books.connections.replace(after)
        return redirect("/school-console/connection?kept", 303)

    def _is_ours_to_change(self, administrator: Administrator, connection: Connection) -> bool:
        """Not one that is read from an address, nor one that other schools sign in by too."""
        own = administrator.school.brin[:_INSTITUTION]
        schools = self.desk.parts.registry.schools_of(connection.id)
        alone = all(each.brin.startswith(own) for each in schools)
        return connection.protocol == "saml" and "feed" not in connection.config and alone

    def _page(self, administrator: Administrator, problem: str) -> Response:
        books = self.desk.books
        connection = books.connections.find(administrator.school.connection_id)
        services = for_schools(books.services.all())
        vocabulary = self.desk.parts.vocabulary
        came, missing = arrived(administrator.identity, services, vocabulary)
        page = render_template(
            "school_console/connection.html",
            school=administrator.school,
            connection=connection,
            certificates=self._signs(connection),
            came=came,
            missing=missing,
            chosen=languages.chosen(request),
            base=self.desk.parts.settings.base_url,
            changes=self._is_ours_to_change(administrator, connection),
            kept="kept" in request.args,
            problem=problem,
            given=request.form.get("text", ""),
        )
        return make_response(page, _WRONG if problem else 200)

    def _signs(self, connection: Connection) -> Sequence[Signs]:
        """Each that we accept; in a change of keys there are two."""
        held = connection.config.get("signing_certificates") or ()
        assert isinstance(held, list | tuple)
        now = self.desk.parts.clock()
        ends = [self.end_of(str(each)) for each in held]
        return [
            Signs(day_of(end), step_of(end, now) is not None) for end in ends if end is not None
        ]


def _recorded(connection: Connection) -> dict[str, object]:
    """What changes in a rollover: the keys by their digests, and where people are sent."""
    held = connection.config.get("signing_certificates") or ()
    assert isinstance(held, list | tuple)
    digests = [hashlib.sha256(str(each).encode()).hexdigest()[:_DIGEST] for each in held]
    return {"keys": digests, "single_sign_on": connection.config.get("single_sign_on")}
