"""Who is signed in on a page of the gateway itself, and signing in for one: `/sign-in`."""

from dataclasses import dataclass
from urllib.parse import urlencode, urlsplit

from flask import Blueprint, Response, request

from gateway.core.access import groups_of
from gateway.core.model import Affiliation, Brin, Identity, PageRequest
from gateway.errors import UnregisteredAddress
from gateway.services import Services
from gateway.web.chooser import hinted_school
from gateway.web.flow import Dispatcher
from gateway.web.replies import redirect


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who is signed in, as our own pages know a person: `own_id` is the gateway's pseudonym."""

    own_id: str
    school: Brin
    roles: frozenset[Affiliation]
    groups: frozenset[str]

    @property
    def teaches(self) -> bool:
        """Whether the person may make links."""
        return bool(self.roles & {Affiliation.EMPLOYEE, Affiliation.STAFF})


@dataclass(frozen=True, slots=True)
class SignIn:
    services: Services
    dispatcher: Dispatcher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("sign_in", __name__)
        pages.get("/sign-in")(self.sign_in)
        return pages

    def sign_in(self) -> Response:
        """`?to=`: the page of ours to come to; `?school=` skips the chooser."""
        asked = PageRequest(own_path(request.args.get("to", "/")))
        return self.dispatcher.begin_here(request, asked, hinted_school(self.services))

    def visitor(self) -> Visitor | None:
        session = self.dispatcher.session(request)
        return self.visitor_of(session.identity) if session else None

    def visitor_of(self, identity: Identity) -> Visitor:
        return Visitor(
            own_id=self.services.parts.pseudonyms.of_gateway(identity),
            school=identity.school,
            roles=frozenset(identity.affiliations),
            groups=groups_of(identity),
        )


def to_sign_in(path: str, school: str | None = None) -> Response:
    """Sign in first, at the school if one is named, then come back to this path."""
    fields = {"to": path, "school": school} if school else {"to": path}
    return redirect("/sign-in?" + urlencode(fields))


def own_path(text: str) -> str:
    """A path of ours; raises UnregisteredAddress for all that could lead elsewhere."""
    parts = urlsplit(text)
    plain = text.isascii() and text.isprintable() and "\\" not in text
    if not plain or parts.scheme or parts.netloc or not text.startswith("/") or text[1:2] == "/":
        raise UnregisteredAddress("a sign-in for an address that is not ours")
    return text
