"""Making a link: `/links/new`, and `/share` for a supplier's own page."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.codes import free_code
from gateway.core.links import is_target
from gateway.core.materials import Fragment, Material
from gateway.core.model import Link, Service
from gateway.core.resolve import fragment_at
from gateway.errors import UnknownMaterial, UnregisteredAddress
from gateway.web.replies import redirect
from gateway.web.teacher.desk import Desk, Teacher
from gateway.web.teacher.form import LinkForm, plain

_WRONG = 422


@dataclass(frozen=True, slots=True)
class Goal:
    """What a new link will lead to: a fragment, or an address of a service."""

    service: Service
    target: str
    fragment: Fragment | None = None
    material: Material | None = None

    @property
    def fields(self) -> dict[str, str]:
        """As fields of an address or a form."""
        if self.fragment:
            return {"fragment": self.fragment.id}
        return {"service": self.service.id, "target": self.target}

    @property
    def options_address(self) -> str:
        return "/links/new?" + urlencode(self.fields)


@dataclass(frozen=True, slots=True)
class Making:
    desk: Desk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("making", __name__)
        pages.get("/links/new")(self.ask)
        pages.post("/links/new")(self.make)
        pages.get("/share")(self.share)
        return pages

    def ask(self) -> Response:
        """`?copy=CODE` begins with what another link of this teacher has."""
        teacher = self.desk.teacher()
        form = LinkForm.new(self.desk.parts.clock(), teacher.visitor.groups)
        if code := request.args.get("copy"):
            link = self.desk.own_link(teacher, code).link
            return self._form(teacher, self._goal_of(teacher, link), _copied(link, form))
        return self._form(teacher, self._goal(teacher, request.args), form)

    def make(self) -> Response:
        teacher, parts = self.desk.teacher(), self.desk.parts
        goal = self._goal(teacher, request.form)
        form = LinkForm.read(request.form, teacher.visitor.groups, parts.clock())
        if form.faults:
            return self._form(teacher, goal, form)
        blank = Link(
            code=free_code(parts.links, parts.random),
            service_id=goal.service.id,
            target=goal.target,
            created_at=int(parts.clock()),
            fragment_id=goal.fragment.id if goal.fragment else None,
            school=teacher.visitor.school,
            maker=teacher.visitor.own_id,
        )
        parts.links.add(form.changed(blank, teacher.visitor))
        parts.audit("link.made", service=goal.service.id, school=teacher.visitor.school)
        return redirect(f"/links/{blank.code}?new=1", 303)

    def share(self) -> Response:
        """A supplier's page leads here with `service` and `target`: one click makes the link."""
        teacher = self.desk.teacher()
        goal = self._goal(teacher, request.args)
        form = LinkForm.new(self.desk.parts.clock())
        title = plain(request.args.get("title", "")).strip()[:100]
        form = replace(form, title="" if goal.fragment else title)
        return make_response(render_template("teacher/share.html", goal=goal, form=form))

    def _goal(self, teacher: Teacher, given: Mapping[str, str]) -> Goal:
        """Raises UnknownMaterial, UnregisteredAddress, ServiceNotForSchool."""
        if fragment_id := given.get("fragment"):
            return self._to_fragment(teacher, plain(fragment_id))
        service = teacher.service(given.get("service", ""))
        target = given.get("target", "")
        if not is_target(service, target):
            raise UnregisteredAddress(f"a link's target at service {service.id}")
        found = fragment_at(self.desk.parts.catalogue, service, target)
        return self._to_fragment(teacher, found.id) if found else Goal(service, target)

    def _to_fragment(self, teacher: Teacher, fragment_id: str) -> Goal:
        material, fragment = self.desk.parts.catalogue.fragment(fragment_id)
        service = teacher.service(fragment.service_id)
        if fragment.gone_at is not None or fragment.locator is None:
            raise UnknownMaterial(f"fragment {fragment.id} can not be opened")
        if not is_target(service, fragment.locator):
            raise UnregisteredAddress(f"fragment {fragment.id} of service {service.id}")
        return Goal(service, fragment.locator, fragment, material)

    def _goal_of(self, teacher: Teacher, link: Link) -> Goal:
        if link.fragment_id:
            return self._to_fragment(teacher, link.fragment_id)
        return self._goal(teacher, {"service": link.service_id, "target": link.target})

    def _form(self, teacher: Teacher, goal: Goal, form: LinkForm) -> Response:
        page = render_template(
            "teacher/new_link.html", goal=goal, form=form, groups=sorted(teacher.visitor.groups)
        )
        return make_response(page, _WRONG if form.faults else 200)


def _copied(link: Link, fresh: LinkForm) -> LinkForm:
    """As the other link, for the time of a new one."""
    return replace(LinkForm.of(link), begin=fresh.begin, end=fresh.end)
