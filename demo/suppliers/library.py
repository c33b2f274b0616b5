"""What all suppliers are apart from their protocol: pages to read, and a memory of who came."""

from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from datetime import UTC, datetime
from typing import NamedTuple
from urllib.parse import urlencode

from flask import Flask, abort, redirect, render_template, request, session
from werkzeug import Response

from demo.federation import Exercise, Place, Supplier
from demo.web import Party, application

BeginLogin = Callable[[str], Response]

# What the gateway says of a teacher: Entree Federatie's word, and that of LTI.
TEACHERS = {"employee", "Instructor"}


@dataclass(frozen=True, slots=True)
class Visitor:
    """All that a supplier learned about a person at a login."""

    pseudonym: str
    attributes: dict[str, list[str]]
    at: str

    @property
    def teaches(self) -> bool:
        return any(TEACHERS & set(values) for values in self.attributes.values())


class Task(NamedTuple):
    """An exercise and where it is."""

    place: Place
    exercise: Exercise

    @property
    def path(self) -> str:
        return self.place.material.path(self.place.paragraph.number, self.exercise.number)

    @property
    def title(self) -> str:
        return self.exercise.name


class Library:
    """The supplier's site; `begin_login` sends a visitor away to log in and come back."""

    def __init__(
        self,
        supplier: Supplier,
        address: str,
        begin_login: BeginLogin,
        share_address: str | None,
    ) -> None:
        self._supplier = supplier
        self._address = address
        self._begin_login = begin_login
        self._share_address = share_address
        self._last: Visitor | None = None

    @property
    def paragraphs(self) -> str:
        """The rule of their addresses."""
        slugs = ", ".join(material.slug for material in self._supplier.materials)
        return f"/<any({slugs}):slug>/<number>"

    @property
    def exercises(self) -> str:
        """The rule of their addresses."""
        return f"{self.paragraphs}/<int:exercise>"

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
        return self.page("home.html")

    def account(self) -> str | Response:
        return self.page("account.html") if self.visitor() else self._login_and_return()

    def lesson(self, slug: str, number: str) -> str | Response:
        place = self._supplier.place(slug, number) or abort(404)
        if self.visitor() is None:
            return self._login_and_return()
        return self.page("lesson.html", place=place)

    def open(self, slug: str, number: str, exercise: int) -> str | Response:
        task = self.task(slug, number, exercise)
        return self._login_and_return() if self.visitor() is None else self.exercise(task)

    def exercise(self, task: Task, outcome: Sequence[tuple[str, str]] = ()) -> str:
        """Its page; `outcome` is what came of an answer, each in Dutch and in English."""
        return self.page("lesson.html", place=task.place, task=task, outcome=outcome)

    def tasks(self) -> Sequence[Task]:
        return [
            Task(Place(material, chapter, paragraph), exercise)
            for material in self._supplier.materials
            for chapter in material.chapters
            for paragraph in chapter.paragraphs
            for exercise in paragraph.exercises
        ]

    def task(self, slug: str, number: str, exercise: int) -> Task:
        """Raises NotFound."""
        place = self._supplier.place(slug, number) or abort(404)
        return Task(place, place.paragraph.exercise(exercise) or abort(404))

    def who_am_i(self) -> dict[str, object]:
        visitor = self.visitor() or abort(401)
        return asdict(visitor)

    def learned(self) -> dict[str, object]:
        """The last visitor, for the start page of the demo; a real supplier has no such address."""
        return asdict(self._last) if self._last else {}

    def logout(self) -> Response:
        session.clear()
        return redirect("/", 303)

    def visitor(self) -> Visitor | None:
        known = session.get("visitor")
        return Visitor(**known) if known else None

    def share(self, title: str) -> str | None:
        """Where a teacher makes a link to the page shown, at the gateway (docs/teacher.md)."""
        visitor = self.visitor()
        if self._share_address is None or visitor is None or not visitor.teaches:
            return None
        values = {"target": self._address + request.path, "title": title}
        return f"{self._share_address}&{urlencode(values)}"

    def _login_and_return(self) -> Response:
        """Log in first, then come back to exactly this address, query included."""
        query = request.query_string.decode()
        return self._begin_login(self._address + request.path + (query and f"?{query}"))

    def page(self, template: str, **values: object) -> str:
        return render_template(
            template, supplier=self._supplier, visitor=self.visitor(), share=self.share, **values
        )


def open_library(
    supplier: Supplier, address: str, begin_login: BeginLogin, share_address: str | None = None
) -> tuple[Flask, Library]:
    """The app of a supplier with its pages; the protocol's own addresses are added to it."""
    role = (f"demo-leverancier · {supplier.service}", f"demo supplier · {supplier.service}")
    party = Party("supplier", supplier.name, role)
    app = application(party, f"demo_supplier_{supplier.protocol}")
    library = Library(supplier, address, begin_login, share_address)
    app.add_url_rule("/", view_func=library.home)
    app.add_url_rule("/account", view_func=library.account)
    app.add_url_rule(library.paragraphs, view_func=library.lesson)
    app.add_url_rule(library.exercises, view_func=library.open)
    app.add_url_rule("/whoami", view_func=library.who_am_i)
    app.add_url_rule("/learned", view_func=library.learned)
    app.add_url_rule("/logout", view_func=library.logout, methods=["POST"])
    return app, library
