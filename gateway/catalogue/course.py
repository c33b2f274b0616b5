"""A course of cmi5 as SEM and Edu-V use it: what its two forms, XML and JSON, have in common."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice

from gateway.catalogue.reading import Faults, Reading
from gateway.catalogue.words import Wording, in_dutch, unique
from gateway.core.materials import Objective, Publication, PublishedFragment
from gateway.core.publishing import MOST_OF_A_LIST

_BLOCKS = ("chapter", "paragraph")
_EXERCISES = {"oefening", "assignment", "test"}


@dataclass(frozen=True, slots=True)
class Node:
    """A block or, when it has a `url`, an assignable unit; its `id` never changes."""

    place: str
    id: str
    title: tuple[Wording, ...]
    url: str | None = None
    activity_type: str | None = None
    entitlement: str | None = None
    objectives: tuple[str, ...] = ()
    parts: tuple["Node", ...] = ()


@dataclass(frozen=True, slots=True)
class Course:
    """`objectives` are titles by id. `stream_code` names the course over all its versions, `id`
    perhaps one version (course.v1.yaml)."""

    place: str
    id: str
    title: tuple[Wording, ...]
    description: tuple[Wording, ...]
    objectives: Mapping[str, str]
    parts: tuple[Node, ...]
    stream_code: str | None = None
    image: str | None = None
    subjects: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    years: tuple[int, ...] = ()


def reading_of(course: Course, faults: Faults) -> Reading:
    """The course as a material; raises ContentRefused with the place of each fault."""
    title = in_dutch(course.title)
    for name, value in (("id", course.id), ("title", title)):
        if not value:
            faults.add(course.place, f"it has no {name}")
    for node in _all(course.parts):
        _check(node, course, faults)
    faults.refuse_any()
    products = {node.entitlement for node in _all(course.parts)} - {None}
    product = products.pop() if len(products) == 1 else None
    publication = Publication(
        key=course.stream_code or course.id,
        title=title,
        product=product,
        description=in_dutch(course.description),
        languages=unique(each.language for each in course.title if each.language),
        subjects=course.subjects,
        levels=course.levels,
        years=course.years,
        cover=course.image,
        objectives=_of_none(course),
        parts=tuple(_fragment(each, course.objectives, product, 0) for each in course.parts),
    )
    places = {node.id: node.place for node in _all(course.parts)}
    return Reading((publication,), (course.place,), (places,))


def _all(nodes: tuple[Node, ...]) -> Iterator[Node]:
    for node in nodes:
        yield node
        yield from _all(node.parts)


def _of_none(course: Course) -> tuple[Objective, ...]:
    """The objectives that no unit names are those of the course."""
    named = {each for node in _all(course.parts) for each in node.objectives}
    own = (Objective(text, each) for each, text in course.objectives.items() if each not in named)
    return tuple(islice(own, MOST_OF_A_LIST))


def _check(node: Node, course: Course, faults: Faults) -> None:
    if not node.id:
        faults.add(node.place, "it has no id")
    if not in_dutch(node.title):
        faults.add(node.place, "it has no title")
    for identifier in node.objectives:
        if identifier not in course.objectives:
            faults.add(node.place, f"the course has no objective {identifier[:80]}")


def _fragment(
    node: Node, titles: Mapping[str, str], product: str | None, depth: int
) -> PublishedFragment:
    """`product` is the course's, when all units have the same."""
    return PublishedFragment(
        key=node.id,
        title=in_dutch(node.title),
        kind=_kind(node, depth),
        locator=node.url,
        activity_type=node.activity_type,
        objectives=tuple(Objective(titles[each], each) for each in unique(node.objectives)),
        product=node.entitlement if node.entitlement != product else None,
        parts=tuple(_fragment(each, titles, product, depth + 1) for each in node.parts),
    )


def _kind(node: Node, depth: int) -> str:
    if node.url is None:
        return _BLOCKS[min(depth, len(_BLOCKS) - 1)]
    return "exercise" if (node.activity_type or "").lower() in _EXERCISES else "page"
