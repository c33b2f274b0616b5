"""The operator's own staff: who, invited by whom, shut out at once."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from gateway.core.staff import INVITATION_SECONDS, Invitation, Role, invitation_digest
from gateway.errors import BadInput
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.replies import redirect

_NAME_LENGTH = 60


@dataclass(frozen=True, slots=True)
class People:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_people", __name__)
        pages.get("/operator/people")(self.list)
        pages.post("/operator/people")(self.invite)
        pages.post("/operator/people/withdraw")(self.withdraw)
        return pages

    def list(self) -> str:
        return self._page(self.desk.operator().id, None)

    def invite(self) -> str:
        """The address is shown this once: we keep a digest of it."""
        staff, parts, books = self.desk.operator(), self.desk.parts, self.desk.books
        name = " ".join(request.form.get("name", "").split())[:_NAME_LENGTH]
        if not name:
            raise BadInput("an invitation without a name")
        token, expires = parts.random(32), int(parts.clock()) + INVITATION_SECONDS
        invitation = Invitation(Role.OPERATOR, name, None, expires)
        with books.acts.recording(actor_of(staff), "invited", "operator", None, name):
            books.staff.invite(invitation_digest(token), invitation)
        return self._page(staff.id, f"{parts.settings.base_url}/invitation/{token}")

    def withdraw(self) -> Response:
        """Not oneself: so that the last one can not shut the door behind."""
        staff, books = self.desk.operator(), self.desk.books
        known = {one.id: one for one in books.staff.of(None)}
        leaver = known.get(request.form.get("staff", ""))
        if leaver is None or leaver.id == staff.id:
            raise BadInput("no such member of staff, or oneself")
        with books.acts.recording(actor_of(staff), "staff left", leaver.id, leaver.name, None):
            books.staff.leave(leaver.id, int(self.desk.parts.clock()))
        return redirect("/operator/people", 303)

    def _page(self, me: str, address: str | None) -> str:
        people = self.desk.books.staff.of(None)
        return render_template("operator/people.html", people=people, me=me, address=address)
