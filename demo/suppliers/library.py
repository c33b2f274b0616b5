"""What both suppliers are apart from their protocol: pages to read, and a memory of who came."""

from collections.abc import Callable
from dataclasses import asdict, dataclass
from datetime import UTC, datetime

from flask import Flask, abort, redirect, render_template, request, session
from werkzeug import Response

from demo.federation import Supplier
from demo.web import Party, application

BeginLogin = Callable[[str], Response]


@dataclass(frozen=True, slots=True)
class Visitor:
    """All that a supplier learned about a person at a login."""

    pseudonym: str
    attributes: dict[str, list[str]]
    at: str


class Library:
    """The supplier's site; `begin_login` sends a visitor away to log in and come back."""

    def __init__(self, supplier: Supplier, address: str, begin_login: BeginLogin) -> None:
        self._supplier = supplier
        self._address = address
        self._begin_login = begin_login
        self._last: Visitor | None = None

    def own(self, address: str) -> bool:
        """Whether a visitor may be sent there after a login: our own pages only."""
        return address.startswith(f"{self._address}/")

    def admit(self, pseudonym: str, attributes: dict[str, list[str]], target: str) -> Response:
        """Know the person whose login is checked, and open the target.

        The rest of the session stays, as another tab may have a login under way.
        """
        visitor = Visitor(pseudonym, attributes, datetime.now(UTC).isoformat())
        self._last = visitor
        session["visitor"] = asdict(visitor)
        return redirect(target if self.own(target) else f"{self._address}/", 303)

    def home(self) -> str:
        return self._page("home.html")

    def account(self) -> str | Response:
        return self._page("account.html") if self._visitor() else self._login_and_return()

    def lesson(self, number: str, exercise: int | None = None) -> str | Response:
        paragraph = self._supplier.paragraph(number) or abort(404)
        chosen = None if exercise is None else paragraph.exercise(exercise) or abort(404)
        if self._visitor() is None:
            return self._login_and_return()
        return self._page("lesson.html", paragraph=paragraph, exercise=chosen)

    def who_am_i(self) -> dict[str, object]:
        visitor = self._visitor() or abort(401)
        return asdict(visitor)

    def learned(self) -> dict[str, object]:
        """The last visitor, for the start page of the demo; a real supplier has no such address."""
        return asdict(self._last) if self._last else {}

    def logout(self) -> Response:
        session.clear()
        return redirect("/", 303)

    def _visitor(self) -> Visitor | None:
        known = session.get("visitor")
        return Visitor(**known) if known else None

    def _login_and_return(self) -> Response:
        """Log in first, then come back to exactly this address, query included."""
        query = request.query_string.decode()
        return self._begin_login(self._address + request.path + (query and f"?{query}"))

    def _page(self, template: str, **values: object) -> str:
        return render_template(template, supplier=self._supplier, visitor=self._visitor(), **values)


def open_library(
    supplier: Supplier, address: str, begin_login: BeginLogin
) -> tuple[Flask, Library]:
    """The app of a supplier with its pages; the protocol's own addresses are added to it."""
    role = (f"demo-leverancier · {supplier.service}", f"demo supplier · {supplier.service}")
    party = Party("supplier", supplier.name, role)
    app = application(party, f"demo_supplier_{supplier.protocol}")
    library = Library(supplier, address, begin_login)
    app.add_url_rule("/", view_func=library.home)
    app.add_url_rule("/account", view_func=library.account)
    app.add_url_rule(f"/{supplier.slug}/<number>", view_func=library.lesson, endpoint="paragraph")
    app.add_url_rule(f"/{supplier.slug}/<number>/<int:exercise>", view_func=library.lesson)
    app.add_url_rule("/whoami", view_func=library.who_am_i)
    app.add_url_rule("/learned", view_func=library.learned)
    app.add_url_rule("/logout", view_func=library.logout, methods=["POST"])
    return app, library
