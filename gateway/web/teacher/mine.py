"""A teacher's own links: the list, one link with its uses a day, change, stop, go on."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.codes import shown
from gateway.core.days import days_before, last_day, today
from gateway.core.link_state import LinkState
from gateway.core.materials import Fragment, Material
from gateway.core.model import Link
from gateway.core.ports import Whereabouts
from gateway.errors import GatewayError
from gateway.web.replies import redirect
from gateway.web.teacher.desk import Desk, Teacher
from gateway.web.teacher.form import LinkForm

_WRONG = 422
_PAGE = 50
_WEEK = 7
_DAYS = 14


@dataclass(frozen=True, slots=True)
class Row:
    """A link as its teacher sees it. `begin` and `end` are the first and the last day."""

    link: Link
    state: LinkState
    code: str
    address: str
    name: str
    service_name: str
    begin: date | None
    end: date | None
    fragment: Fragment | None
    material: Material | None
    nearest: Fragment | None
    uses: int = 0


@dataclass(frozen=True, slots=True)
class Mine:
    desk: Desk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("my_links", __name__)
        pages.get("/links")(self.list)
        pages.get("/links/<code>")(self.show)
        pages.get("/links/<code>/edit")(self.ask)
        pages.post("/links/<code>/edit")(self.change)
        pages.post("/links/<code>/stop")(self.stop)
        pages.post("/links/<code>/resume")(self.resume)
        return pages

    def list(self) -> str:
        """A page, with the links that need a look before all others."""
        visitor, links = self.desk.teacher().visitor, self.desk.parts.links
        made = [row_of(self.desk, each) for each in links.made_by(visitor.school, visitor.own_id)]
        made.sort(key=lambda row: not row.state.is_broken)
        page = min(max(request.args.get("page", 0, type=int), 0), max(len(made) - 1, 0) // _PAGE)
        shown = made[page * _PAGE : (page + 1) * _PAGE]
        since = days_before(today(self.desk.parts.clock()), _WEEK)[0].isoformat()
        uses = links.uses([row.link.code for row in shown], since)
        return render_template(
            "teacher/links.html",
            rows=[replace(row, uses=_total(uses.get(row.link.code, {}))) for row in shown],
            broken=sum(row.state.is_broken for row in made),
            page=page,
            next_page=page + 1 if len(made) > (page + 1) * _PAGE else None,
        )

    def show(self, code: str) -> str:
        found = self.desk.own_link(self.desk.teacher(), code)
        uses = self.desk.parts.links.uses([code]).get(code, {})
        first = today(found.link.created_at)
        days = days_before(today(self.desk.parts.clock()), _DAYS)
        counts = [(day, uses.get(f"{day}", 0)) for day in reversed(days) if day >= first]
        return render_template(
            "teacher/link.html",
            row=replace(row_of(self.desk, found), uses=_total(uses)),
            counts=counts,
            most=max((count for _, count in counts), default=0),
            is_new="new" in request.args,
        )

    def ask(self, code: str) -> Response:
        teacher = self.desk.teacher()
        found = self.desk.own_link(teacher, code)
        return self._form(teacher, found, LinkForm.of(found.link))

    def change(self, code: str) -> Response:
        teacher, parts = self.desk.teacher(), self.desk.parts
        found = self.desk.own_link(teacher, code)
        form = LinkForm.read(request.form, _offered(teacher, found.link), parts.clock())
        if form.faults:
            return self._form(teacher, found, form)
        parts.links.replace(form.changed(found.link, teacher.visitor))
        self._record("link.changed", found.link)
        return redirect(f"/links/{code}", 303)

    def stop(self, code: str) -> Response:
        return self._set_stopped("link.stopped", code, int(self.desk.parts.clock()))

    def resume(self, code: str) -> Response:
        return self._set_stopped("link.resumed", code, None)

    def _set_stopped(self, event: str, code: str, at: int | None) -> Response:
        link = self.desk.own_link(self.desk.teacher(), code).link
        self.desk.parts.links.replace(replace(link, stopped_at=at))
        self._record(event, link)
        return redirect(f"/links/{code}", 303)

    def _record(self, event: str, link: Link) -> None:
        self.desk.parts.audit(event, service=link.service_id, school=str(link.school))

    def _form(self, teacher: Teacher, found: Whereabouts, form: LinkForm) -> Response:
        page = render_template(
            "teacher/edit_link.html",
            row=row_of(self.desk, found),
            form=form,
            groups=sorted(_offered(teacher, found.link)),
        )
        return make_response(page, _WRONG if form.faults else 200)


def row_of(desk: Desk, found: Whereabouts) -> Row:
    link, fragment = found.link, found.fragment
    return Row(
        link=link,
        state=desk.state(found),
        code=shown(link.code),
        address=f"{desk.parts.settings.base_url}/d/{link.code}",
        name=link.title or (fragment.title if fragment else link.target),
        service_name=_service_name(desk, link.service_id),
        begin=None if link.valid_from is None else today(link.valid_from),
        end=None if link.valid_until is None else last_day(link.valid_until),
        fragment=fragment,
        material=found.material,
        nearest=found.nearest,
    )


def _service_name(desk: Desk, service_id: str) -> str:
    try:
        return desk.parts.registry.service(service_id).name
    except GatewayError:
        return ""


def _offered(teacher: Teacher, link: Link) -> frozenset[str]:
    """The teacher's class groups, and those that the link is for already; none where the school
    tells none, so that they are typed."""
    groups = teacher.visitor.groups
    return groups | link.audience.groups if groups else groups


def _total(uses: Mapping[str, int]) -> int:
    return sum(uses.values())
