"""Who the administrators of a school are: by name, each invited once, or by an entitlement that
the school asserts."""

from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request

from gateway.core.staff import INVITATION_SECONDS, Invitation, Role, invitation_digest
from gateway.errors import BadInput
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect

_NAME_LENGTH = 60
_ENTITLEMENT_LENGTH = 256


@dataclass(frozen=True, slots=True)
class Administrators:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_administrators", __name__)
        pages.get("/school-console/administrators")(self.show)
        pages.post("/school-console/administrators")(self.invite)
        pages.post("/school-console/administrators/dismiss")(self.dismiss)
        pages.post("/school-console/administrators/entitlement")(self.entitle)
        return pages

    def show(self) -> str:
        administrator = self.desk.administrator()
        return self._page(administrator.school.brin, administrator.person, None)

    def invite(self) -> str:
        """The address is shown this once: we keep a digest of it."""
        administrator, parts = self.desk.administrator(), self.desk.parts
        name = " ".join(request.form.get("name", "").split())[:_NAME_LENGTH]
        if not name:
            raise BadInput("an invitation without a name")
        brin, token, now = administrator.school.brin, parts.random(32), int(parts.clock())
        invitation = Invitation(Role.ADMINISTRATOR, name, brin, now + INVITATION_SECONDS)
        with self.desk.books.acts.recording(administrator.actor, "invited", brin, None, name):
            self.desk.books.staff.invite(invitation_digest(token), invitation)
        address = f"{parts.settings.base_url}/invitation/{token}"
        return self._page(brin, administrator.person, address)

    def dismiss(self) -> Response:
        """Not oneself: so that the last one can not shut the door behind."""
        administrator, books = self.desk.administrator(), self.desk.books
        brin, person = administrator.school.brin, request.form.get("person", "")
        known = {who: name for who, name, _ in books.staff.administrators(brin)}
        if person not in known or person == administrator.person:
            raise BadInput("no such administrator, or oneself")
        actor = administrator.actor
        with books.acts.recording(actor, "administrator dismissed", brin, known[person], None):
            books.staff.dismiss_administrator(brin, person)
        return redirect("/school-console/administrators", 303)

    def entitle(self) -> Response:
        administrator, books = self.desk.administrator(), self.desk.books
        school = books.schools.find(administrator.school.brin)
        value = request.form.get("entitlement", "").strip()[:_ENTITLEMENT_LENGTH] or None
        before = school.admin_entitlement
        with books.acts.recording(
            administrator.actor, "entitlement set", school.brin, before, value
        ):
            books.schools.replace(replace(school, admin_entitlement=value))
        return redirect("/school-console/administrators", 303)

    def _page(self, brin: str, person: str, address: str | None) -> str:
        return render_template(
            "school_console/administrators.html",
            administrators=self.desk.books.staff.administrators(brin),
            me=person,
            entitlement=self.desk.books.schools.find(brin).admin_entitlement,
            address=address,
        )
