"""Searching and browsing what the school switched on: `/materials`."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from gateway.core.materials import Fragment, Narrowing
from gateway.core.portal import with_picker
from gateway.errors import UnknownMaterial
from gateway.web.teacher.desk import Desk, Teacher
from gateway.web.teacher.form import plain

_FOUND = 40
_PAGE = 40
_PICKED = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a teacher looks for."""

    words: str
    subject: str
    level: str
    page: int

    @property
    def narrows(self) -> dict[str, str]:
        """The narrowing as fields of an address."""
        fields = {"subject": self.subject, "level": self.level}
        return {name: value for name, value in fields.items() if value}

    @property
    def shown(self) -> range:
        """The page, as places in all that fits."""
        return range(self.page * _PAGE, (self.page + 1) * _PAGE)

    def narrowing(self, teacher: Teacher) -> Narrowing:
        services = frozenset(teacher.services)
        return Narrowing(services, subject=self.subject or None, level=self.level or None)


@dataclass(frozen=True, slots=True)
class Branch:
    """A part of a material, with the parts below it."""

    fragment: Fragment
    parts: Sequence[Fragment] = ()


@dataclass(frozen=True, slots=True)
class Materials:
    desk: Desk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("materials", __name__)
        pages.get("/materials")(self.search)
        pages.get("/materials/picked")(self.picked)
        pages.get("/materials/<material_id>")(self.show)
        pages.get("/materials/<material_id>/<fragment_id>")(self.show)
        return pages

    def search(self) -> str:
        teacher = self.desk.teacher()
        asked, catalogue = _asked(), self.desk.parts.catalogue
        narrowing = asked.narrowing(teacher)
        page = range(0) if asked.words else asked.shown
        found = catalogue.search(asked.words, narrowing, _FOUND + 1) if asked.words else []
        overview = catalogue.overview(narrowing, page)
        return render_template(
            "teacher/materials.html",
            asked=asked,
            overview=overview,
            found=found[:_FOUND],
            services=teacher.services,
            with_picker=with_picker(teacher.services.values()),
            more=len(found) > _FOUND,
            next_page=asked.page + 1 if asked.shown.stop < overview.total else None,
        )

    def picked(self) -> str:
        """`?fragment=`, for each that the teacher just picked at a service."""
        teacher = self.desk.teacher()
        ids = list(dict.fromkeys(map(plain, request.args.getlist("fragment"))))[:_PICKED]
        fragments = [self.desk.parts.catalogue.fragment(each)[1] for each in ids]
        services = {each.service_id: teacher.service(each.service_id) for each in fragments}
        return render_template("teacher/picked.html", fragments=fragments, services=services)

    def show(self, material_id: str, fragment_id: str = "") -> str:
        """A material, or a part of it, with two layers of what is below."""
        teacher = self.desk.teacher()
        catalogue = self.desk.parts.catalogue
        material = catalogue.material(plain(material_id))
        service = teacher.service(material.service_id)
        path = catalogue.path_to(plain(fragment_id) or material.root_id)
        here = path[-1] if path else None
        if here is None or here.material_id != material.id or here.gone_at is not None:
            raise UnknownMaterial(f"fragment {fragment_id[:40]!r}")
        below = catalogue.parts_of(here.id)
        return render_template(
            "teacher/material.html",
            material=material,
            service=service,
            path=path,
            here=here,
            branches=[Branch(each, catalogue.parts_of(each.id)) for each in below],
        )


def _asked() -> Asked:
    def given(name: str) -> str:
        return plain(request.args.get(name, "")).strip()[:100]

    page = request.args.get("page", 0, type=int)
    return Asked(given("q"), given("subject"), given("level"), min(max(page, 0), 10_000))
