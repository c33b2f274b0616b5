"""Searching and browsing what the school switched on: `/materials`."""

from collections.abc import Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from gateway.core.materials import Found, Fragment, Narrowing
from gateway.core.portal import with_picker
from gateway.errors import UnknownMaterial
from gateway.web.teacher.desk import Desk, Teacher
from gateway.web.teacher.form import plain

_PAGE, _PAGES = 40, 10_000
_PAGES_FOUND = 5
"""What stands further down is found by another word sooner than by reading on."""
_PICKED = 50


@dataclass(frozen=True, slots=True)
class Asked:
    """What a teacher looks for."""

    words: str
    subject: str
    level: str
    year: int | None
    page: int

    @property
    def fields(self) -> dict[str, str | int]:
        """All but the page, as fields of an address."""
        fields = {"q": self.words, "subject": self.subject, "level": self.level, "year": self.year}
        return {name: value for name, value in fields.items() if value}

    @property
    def shown(self) -> range:
        """The page, as places in all that fits."""
        return range(self.page * _PAGE, (self.page + 1) * _PAGE)

    def narrowing(self, teacher: Teacher) -> Narrowing:
        services = frozenset(teacher.services)
        return Narrowing(services, self.subject or None, self.level or None, self.year)


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
        found = self._found(asked, narrowing)
        overview = catalogue.overview(narrowing, range(0) if asked.words else asked.shown)
        total = len(found) if asked.words else overview.total
        return render_template(
            "teacher/materials.html",
            asked=asked,
            overview=overview,
            found=found[asked.shown.start : asked.shown.stop],
            services=teacher.services,
            with_picker=with_picker(teacher.services.values()),
            next_page=asked.page + 1 if asked.shown.stop < total else None,
        )

    def _found(self, asked: Asked, narrowing: Narrowing) -> Sequence[Found]:
        """The best hits to the end of the page, and one more where there may be a next."""
        if not asked.words:
            return ()
        limit = min(asked.shown.stop + 1, _PAGE * _PAGES_FOUND)
        return self.desk.parts.catalogue.search(asked.words, narrowing, limit)

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

    page, year = (request.args.get(name, 0, type=int) for name in ("page", "year"))
    words, subject, level = map(given, ("q", "subject", "level"))
    last = (_PAGES_FOUND if words else _PAGES) - 1
    return Asked(words, subject, level, year or None, min(max(page, 0), last))
