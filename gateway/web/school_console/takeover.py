"""The links of a teacher who left go on with a colleague. Each of the two is known by a link that
the teacher made: nobody needs to see a name or a pseudonym."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.codes import normalise
from gateway.core.makers import mark_of
from gateway.core.model import Brin
from gateway.core.ports import Whereabouts
from gateway.errors import UnknownLink
from gateway.web.console.desk import Administrator, ConsoleDesk

_WRONG = 422
_SHOWN = 20
_TYPED = 200


@dataclass(frozen=True, slots=True)
class Maker:
    """A teacher by the links that were made; `typed` is what the administrator named one by."""

    typed: str
    person: str
    made: Sequence[Whereabouts]

    @property
    def titles(self) -> list[str]:
        return [_title(each) for each in self.made[:_SHOWN]]


@dataclass(frozen=True, slots=True)
class Takeover:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_takeover", __name__)
        pages.get("/school-console/links")(self.ask)
        pages.post("/school-console/links")(self.show)
        pages.post("/school-console/links/takeover")(self.take_over)
        return pages

    def ask(self) -> Response:
        self.desk.administrator()
        return _page({}, handed=None)

    def show(self) -> Response:
        """What would go on with whom, before anything does."""
        leaves, stays, faults = self._named(self.desk.administrator().school.brin)
        return _page(faults, leaves=leaves, stays=stays)

    def take_over(self) -> Response:
        administrator = self.desk.administrator()
        leaves, stays, faults = self._named(administrator.school.brin)
        if leaves is None or stays is None or faults:
            return _page(faults)
        return _page({}, handed=self._hand_over(administrator, leaves, stays))

    def _hand_over(self, administrator: Administrator, leaves: Maker, stays: Maker) -> int:
        """Recorded with the marks by which the API knows the two."""
        brin, parts = administrator.school.brin, self.desk.parts
        before, after = (mark_of(brin, each.person) for each in (leaves, stays))
        acts = self.desk.books.acts
        with acts.recording(administrator.actor, "links taken over", brin, before, after):
            count = parts.links.hand_over(brin, leaves.person, stays.person)
        parts.audit("links.taken_over", school=brin, links=count, by="console")
        return count

    def _named(self, school: Brin) -> tuple[Maker | None, Maker | None, dict[str, str]]:
        """The two of the form, and what is wrong with it by field."""
        leaves, stays = (self._maker(school, name) for name in ("leaves", "stays"))
        faults = {
            name: "unknown" for name, one in (("leaves", leaves), ("stays", stays)) if one is None
        }
        if leaves and stays and leaves.person == stays.person:
            faults = {"stays": "same"}
        return leaves, stays, faults

    def _maker(self, school: Brin, field: str) -> Maker | None:
        """None for a link of nobody at this school, whoever's it is."""
        typed, links = request.form.get(field, "").strip()[:_TYPED], self.desk.parts.links
        try:
            link = links.find(normalise(typed)).link
        except UnknownLink:
            return None
        if link.school != school or link.maker is None:
            return None
        return Maker(typed, link.maker, links.made_by(school, link.maker))


def _page(
    faults: dict[str, str],
    leaves: Maker | None = None,
    stays: Maker | None = None,
    handed: int | None = None,
) -> Response:
    page = render_template(
        "school_console/takeover.html",
        faults=faults,
        given=request.form,
        pair=None if faults or leaves is None or stays is None else (leaves, stays),
        handed=handed,
    )
    return make_response(page, _WRONG if faults else 200)


def _title(found: Whereabouts) -> str:
    return found.link.title or (found.fragment.title if found.fragment else found.link.code)
