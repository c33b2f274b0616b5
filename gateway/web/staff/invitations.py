"""Using an invitation, `/invitation/<token>`: a first passkey, a further one after a loss, or an
administrator of a school. The token stands in the path once; the page sends it nowhere else."""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, abort, make_response, render_template, request

from gateway.core.model import Identity
from gateway.core.ports import Passkeys
from gateway.core.staff import Invitation, Role, Staff, invitation_digest
from gateway.errors import InvitationRefused
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.replies import redirect
from gateway.web.signed_in import to_sign_in
from gateway.web.staff.challenges import Challenges
from gateway.web.staff.door import home_of, new_key


@dataclass(frozen=True, slots=True)
class Invitations:
    desk: ConsoleDesk
    passkeys: Passkeys
    challenges: Challenges

    def blueprint(self) -> Blueprint:
        pages = Blueprint("invitations", __name__)
        pages.get("/invitation/<token>")(self.show)
        pages.post("/invitation/<token>")(self.accept)
        return pages

    def show(self, token: str) -> Response:
        invitation = self._valid(token)
        if invitation.role is Role.ADMINISTRATOR:
            self._of_school(token, invitation)
            school = self.desk.parts.registry.school(invitation.party or "")
            page = render_template(
                "staff/administrator.html", school=school, token=token, name=invitation.name
            )
            return make_response(page)
        staff = self._staff(token, invitation)
        name, challenge = self.challenges.new()
        known = self.desk.books.staff.keys_of(staff.id)
        options = self.passkeys.to_register(staff, known, challenge)
        page = render_template(
            "staff/invited.html", staff=staff, token=token, challenge=name, options=options
        )
        return make_response(page)

    def accept(self, token: str) -> Response:
        invitation = self._valid(token)
        if invitation.role is Role.ADMINISTRATOR:
            return self._name_administrator(token, invitation)
        staff, books = self._staff(token, invitation), self.desk.books
        key = new_key(self.desk, self.passkeys, self.challenges, staff)
        digest, now = invitation_digest(token), int(self.desk.parts.clock())
        with books.acts.recording(actor_of(staff), "invitation used", staff.id, None, staff.name):
            if not books.staff.join(digest, staff, key, now):
                raise InvitationRefused("used a moment ago")
        response = redirect(home_of(staff), 303)
        self.desk.cookies.set_staff(response, self.desk.begin(staff))
        return response

    def _name_administrator(self, token: str, invitation: Invitation) -> Response:
        identity = self._of_school(token, invitation)
        books, brin = self.desk.books, identity.school
        person = self.desk.parts.pseudonyms.of_gateway(identity)
        digest, now = invitation_digest(token), int(self.desk.parts.clock())
        actor = f"school {brin} {person[:16]}"
        with books.acts.recording(actor, "administrator named", brin, None, invitation.name):
            if not books.staff.name_administrator(digest, brin, person, now):
                raise InvitationRefused("used a moment ago")
        return redirect("/school-console", 303)

    def _of_school(self, token: str, invitation: Invitation) -> Identity:
        """Who is signed in as one of the invited school; signs in there first."""
        session = self.desk.sign_in.dispatcher.session(request)
        if session is None:
            abort(to_sign_in(f"/invitation/{quote(token, safe='')}", invitation.party))
        if session.identity.school != invitation.party:
            raise InvitationRefused("for another school than that of who is signed in")
        return session.identity

    def _valid(self, token: str) -> Invitation:
        now = int(self.desk.parts.clock())
        found = self.desk.books.staff.invitation(invitation_digest(token), now)
        if found is None:
            raise InvitationRefused("used, expired or unknown")
        return found

    def _staff(self, token: str, invitation: Invitation) -> Staff:
        """Who is invited: somebody who is there, else somebody new, whose id is that of the
        invitation, so that the page and its answer mean the same."""
        if invitation.staff_id:
            found = self.desk.books.staff.find(invitation.staff_id)
            if found is None:
                raise InvitationRefused("for somebody who left")
            return found
        new_id = f"stf-{invitation_digest('id ' + token)[:16]}"
        now = int(self.desk.parts.clock())
        return Staff(new_id, invitation.role, invitation.name, invitation.party, now)
