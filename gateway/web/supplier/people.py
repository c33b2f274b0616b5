"""Who works for a supplier, and the tokens of its software."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.api_tokens import (
    MOST_DAYS,
    SCOPES,
    USUAL_DAYS,
    ApiToken,
    ApiTokens,
    Owner,
    Terms,
    new_token,
)
from gateway.core.model import Supplier
from gateway.core.staff import (
    INVITATION_SECONDS,
    OF_SUPPLIER,
    Invitation,
    Role,
    Staff,
    invitation_digest,
)
from gateway.errors import BadInput, NotFound, RegistrationRefused
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.replies import redirect
from gateway.web.supplier.new import shown_once
from gateway.web.supplier.words import SCOPE_WORDS
from gateway.web.times import day_of

_NAME_LENGTH = 60
_WRONG = 422
_SECRET_BYTES = 32
_ID_BYTES = 9


@dataclass(frozen=True, slots=True)
class People:
    """Owners invite and withdraw; all of the staff make tokens, which an owner sees too."""

    desk: ConsoleDesk
    tokens: ApiTokens

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_people", __name__)
        pages.get("/supplier/people")(self.show)
        pages.post("/supplier/people/invite")(self.invite)
        pages.post("/supplier/people/withdraw")(self.withdraw)
        pages.post("/supplier/tokens")(self.new_token)
        pages.post("/supplier/tokens/revoke")(self.revoke)
        return pages

    def show(self) -> Response:
        return self._page(*self.desk.supplier_staff())

    def _page(self, staff: Staff, supplier: Supplier, *, misses: bool = False) -> Response:
        """`misses`: a token was asked for without a use or an end."""
        book = self.desk.books.staff
        people = [(each, len(book.keys_of(each.id))) for each in book.of(supplier.id)]
        tokens = self.tokens.of(Owner.SUPPLIER, supplier.id)
        page = render_template(
            "supplier/people.html",
            staff=staff,
            misses=misses,
            name=request.form.get("token_name", ""),
            people=people,
            owner=staff.role is Role.OWNER,
            tokens=[_shown(each) for each in tokens if not each.revoked_at],
            now=self.desk.parts.clock(),
            scopes=[(scope, SCOPE_WORDS[scope]) for scope in SCOPES[Owner.SUPPLIER]],
            days=(USUAL_DAYS, MOST_DAYS),
        )
        return make_response(page, _WRONG if misses else 200)

    def invite(self) -> Response:
        """The address is shown this once; who has it makes a key. Raises NotYours."""
        staff, supplier = self.desk.owner()
        name, role = _name_given("name"), request.form.get("role", "")
        if role not in OF_SUPPLIER:
            raise BadInput("no role of a supplier")
        token, parts = self.desk.parts.random(_SECRET_BYTES), self.desk.parts
        invitation = Invitation(
            Role(role), name, supplier.id, int(parts.clock()) + INVITATION_SECONDS
        )
        with self.desk.books.acts.recording(actor_of(staff), "invited", supplier.id, None, name):
            self.desk.books.staff.invite(invitation_digest(token), invitation)
        address = f"{parts.settings.base_url}/invitation/{token}"
        page = render_template("supplier/invitation.html", name=name, address=address)
        return make_response(page)

    def withdraw(self) -> Response:
        """Raises NotYours, and BadInput for oneself: somebody must stay."""
        staff, supplier = self.desk.owner()
        other = self._of(supplier.id, request.form.get("staff", ""))
        if other.id == staff.id:
            raise BadInput("an owner does not withdraw themselves")
        with self.desk.books.acts.recording(
            actor_of(staff), "withdrawn", other.id, other.name, None
        ):
            self.desk.books.staff.leave(other.id, int(self.desk.parts.clock()))
        return redirect("/supplier/people", 303)

    def new_token(self) -> Response:
        staff, supplier = self.desk.supplier_staff()
        parts, acts = self.desk.parts, self.desk.books.acts
        token_id, terms = f"tok-{parts.random(_ID_BYTES)}", _terms_given()
        try:
            token, text = new_token(token_id, Owner.SUPPLIER, supplier.id, terms, parts.clock())
        except RegistrationRefused:
            return self._page(staff, supplier, misses=True)
        made = {"name": token.name, "scopes": list(token.scopes), "until": token.expires_at}
        with acts.recording(actor_of(staff), "token made", token.id, None, made):
            self.tokens.add(token)
        return shown_once("", "", text)

    def revoke(self) -> Response:
        staff, supplier = self.desk.supplier_staff()
        token_id = request.form.get("token", "")
        own = {token.id for token in self.tokens.of(Owner.SUPPLIER, supplier.id)}
        if token_id not in own:
            raise NotFound("a token of another supplier")
        actor, now = actor_of(staff), int(self.desk.parts.clock())
        with self.desk.books.acts.recording(actor, "token revoked", token_id, None, None):
            self.tokens.revoke(Owner.SUPPLIER, token_id, now)
        return redirect("/supplier/people", 303)

    def _of(self, supplier_id: str, staff_id: str) -> Staff:
        for one in self.desk.books.staff.of(supplier_id):
            if one.id == staff_id:
                return one
        raise NotFound("nobody of this supplier")


def _shown(token: ApiToken) -> tuple[ApiToken, str, str]:
    return token, day_of(token.created_at), day_of(token.expires_at)


def _terms_given() -> Terms:
    days = request.form.get("days", USUAL_DAYS, int)
    return Terms(_name_given("token_name"), request.form.getlist("scope"), days)


def _name_given(field: str) -> str:
    name = " ".join(request.form.get(field, "").split())[:_NAME_LENGTH]
    if not name or not name.isprintable():
        raise BadInput("without a name")
    return name
