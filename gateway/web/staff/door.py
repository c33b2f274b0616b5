"""The door of the consoles, `/staff`: in with a passkey, one's own keys, out."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.ports import Passkeys
from gateway.core.staff import Passkey, Role, Staff
from gateway.errors import BadInput, PasskeyRefused
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.replies import redirect
from gateway.web.signed_in import own_path
from gateway.web.staff.challenges import Challenges
from gateway.web.times import day_of

_NAME_LENGTH = 60
_FEWEST_KEYS = 1


@dataclass(frozen=True, slots=True)
class Door:
    desk: ConsoleDesk
    passkeys: Passkeys
    challenges: Challenges

    def blueprint(self) -> Blueprint:
        pages = Blueprint("staff", __name__)
        pages.get("/staff")(self.show)
        pages.post("/staff")(self.enter)
        pages.post("/staff/leave")(self.leave)
        pages.get("/staff/keys")(self.keys)
        pages.post("/staff/keys")(self.add_key)
        pages.post("/staff/keys/remove")(self.remove_key)
        return pages

    def show(self) -> Response:
        """`?to=`: the page of ours to come to."""
        to = own_path(request.args.get("to", "/"))
        if (staff := self.desk.present()) and to == "/":
            return redirect(home_of(staff))
        name, challenge = self.challenges.new()
        page = render_template(
            "staff/sign_in.html",
            to=to,
            challenge=name,
            options=self.passkeys.to_sign_in(challenge),
        )
        return make_response(page)

    def enter(self) -> Response:
        to, credential = own_path(request.form.get("to", "/")), request.form.get("credential", "")
        challenge = self.challenges.take(request.form.get("challenge", ""))
        staff = self._proved(credential, challenge)
        self.desk.end()
        response = redirect(home_of(staff) if to == "/" else to, 303)
        self.desk.cookies.set_staff(response, self.desk.begin(staff))
        self.desk.parts.audit("staff.entered", staff=staff.id, role=staff.role)
        return response

    def leave(self) -> Response:
        self.desk.end()
        response = redirect("/staff", 303)
        self.desk.cookies.end_staff(response)
        return response

    def keys(self) -> str:
        staff = self.desk.staff()
        keys = self.desk.books.staff.keys_of(staff.id)
        name, challenge = self.challenges.new()
        options = self.passkeys.to_register(staff, keys, challenge)
        return render_template(
            "staff/keys.html", staff=staff, keys=keys, challenge=name, options=options
        )

    def add_key(self) -> Response:
        staff, books = self.desk.staff(), self.desk.books
        key = new_key(self.desk, self.passkeys, self.challenges, staff)
        with books.acts.recording(actor_of(staff), "key added", staff.id, None, key.name):
            books.staff.add_key(key)
        return redirect("/staff/keys", 303)

    def remove_key(self) -> Response:
        """The last one stays: without it nobody would come in again."""
        staff, books = self.desk.staff(), self.desk.books
        keys = {key.id: key for key in books.staff.keys_of(staff.id)}
        key = keys.get(request.form.get("key", ""))
        if key is None or len(keys) <= _FEWEST_KEYS:
            raise BadInput("no such key, or the last one")
        with books.acts.recording(actor_of(staff), "key removed", staff.id, key.name, None):
            books.staff.remove_key(staff.id, key.id)
        return redirect("/staff/keys", 303)

    def _proved(self, credential: str, challenge: bytes) -> Staff:
        books = self.desk.books
        key = books.staff.key(self.passkeys.named(credential))
        if key is None:
            raise PasskeyRefused("a key that is not registered")
        count = self.passkeys.proved(credential, key, challenge)
        staff = books.staff.find(key.staff_id)
        if staff is None:
            raise PasskeyRefused("the key of somebody who left")
        books.staff.key_used(key.id, count, day_of(self.desk.parts.clock()))
        return staff


def new_key(desk: ConsoleDesk, passkeys: Passkeys, challenges: Challenges, staff: Staff) -> Passkey:
    """The key that the form brings for a member of staff; raises PasskeyRefused."""
    challenge = challenges.take(request.form.get("challenge", ""))
    made = passkeys.registered(request.form.get("credential", ""), challenge)
    name = request.form.get("name", "").strip()[:_NAME_LENGTH] or "1"
    now = int(desk.parts.clock())
    return Passkey(made.id, staff.id, made.public_key, made.sign_count, name, now)


def home_of(staff: Staff) -> str:
    """The first page of somebody's console."""
    return "/operator" if staff.role is Role.OPERATOR else "/supplier"
