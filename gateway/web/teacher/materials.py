"""Searching and browsing what the school switched on: `/materials`."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from flask import Blueprint, render_template, request

from gateway.core.materials import Found, Fragment, Material, Narrowing
from gateway.errors import UnknownMaterial
from gateway.web.teacher.desk import Desk, Teacher
from gateway.web.teacher.form import plain

_FOUND = 40
_PAGE = 40


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
        pages.get("/materials/<material_id>")(self.show)
        pages.get("/materials/<material_id>/<fragment_id>")(self.show)
        return pages

    def search(self) -> str:
        teacher = self.desk.teacher()
        asked = _asked()
        materials = self.desk.parts.catalogue.materials_of(teacher.services)
        fitting = [each for each in materials if _fits(each, asked)]
        shown = fitting[asked.page * _PAGE : (asked.page + 1) * _PAGE]
        found = self._found(teacher, asked) if asked.words else []
        return render_template(
            "teacher/materials.html",
            asked=asked,
            subjects=_words(each.subjects for each in materials),
            levels=_words(each.levels for each in materials),
            found=found[:_FOUND],
            materials=shown,
            services=teacher.services,
            more=len(found) > _FOUND,
            total=len(fitting),
            next_page=asked.page + 1 if (asked.page + 1) * _PAGE < len(fitting) else None,
        )

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

    def _found(self, teacher: Teacher, asked: Asked) -> Sequence[Found]:
        narrowing = Narrowing(
            services=frozenset(teacher.services),
            subject=asked.subject or None,
            level=asked.level or None,
        )
        return self.desk.parts.catalogue.search(asked.words, narrowing, _FOUND + 1)


def _asked() -> Asked:
    def given(name: str) -> str:
        return plain(request.args.get(name, "")).strip()[:100]

    page = request.args.get("page", 0, type=int)
    return Asked(given("q"), given("subject"), given("level"), min(max(page, 0), 10_000))


def _fits(material: Material, asked: Asked) -> bool:
    fits_subject = not asked.subject or asked.subject in material.subjects
    return fits_subject and (not asked.level or asked.level in material.levels)


def _words(lists: Iterable[Sequence[str]]) -> list[str]:
    return sorted({word for words in lists for word in words}, key=str.casefold)
