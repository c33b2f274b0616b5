"""Learning materials: what a service publishes, and what is kept of it.

A service publishes `Publication`s, each a whole: a material with its tree of fragments. Every
way in (JSON, CSV, NL-LOM, course structure, LTI Deep Linking) ends in that form, and
`core.publishing` says what is wrong with it. A fragment keeps its id as long as the service
names it by the same key, wherever it moves.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

PICKS = "lti-picks"
"""The key of the material that holds what teachers picked at a service (LTI Deep Linking). The
service does not publish it, so what it publishes does not end it; and it is listed nowhere: what
a teacher picked is for those who have a link to it."""


@dataclass(frozen=True, slots=True)
class Objective:
    """A learning objective; `identifier` is its address or id in a vocabulary, if it has one."""

    title: str
    identifier: str | None = None


@dataclass(frozen=True, slots=True)
class PublishedFragment:
    """A place in a material as its service describes it.

    `key` names it for ever within the material (an assignable unit's id); `kind` is a word such
    as chapter, paragraph, exercise; `locator` is its address, None for a mere heading; `custom`
    are LTI parameters; `activity_type` is the course structure's (Oefening, Theorie, ...).
    `product` is that of the part and all below it, where it is another than what is above says.
    """

    key: str
    title: str
    kind: str = "part"
    locator: str | None = None
    activity_type: str | None = None
    objectives: tuple[Objective, ...] = ()
    custom: Mapping[str, str] = field(default_factory=dict)
    product: str | None = None
    parts: tuple["PublishedFragment", ...] = ()


@dataclass(frozen=True, slots=True)
class Publication:
    """A material as its service describes it: `key` is its ISBN, EAN or product id.

    `access_link` is the product's *toegangslink*, whose first use activates the licence; `product`
    is what a deep link tells the supplier in `?product=`. `cover` is an address. Levels, subjects
    and languages (BCP 47) are plain words, as people search for them; `years` are school years.
    """

    key: str
    title: str
    isbn: str | None = None
    product: str | None = None
    description: str = ""
    subjects: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    cover: str | None = None
    access_link: str | None = None
    objectives: tuple[Objective, ...] = ()
    parts: tuple[PublishedFragment, ...] = ()


@dataclass(frozen=True, slots=True)
class Material:
    """A material as kept. `id` is ours; a material has a fragment of its own, `root_id`, so
    that a link may lead to the whole (its access link)."""

    id: str
    service_id: str
    key: str
    title: str
    root_id: str
    isbn: str | None = None
    product: str | None = None
    description: str = ""
    subjects: tuple[str, ...] = ()
    levels: tuple[str, ...] = ()
    years: tuple[int, ...] = ()
    languages: tuple[str, ...] = ()
    cover: str | None = None

    @property
    def is_listed(self) -> bool:
        """Whether people are shown it; what teachers picked is behind its links alone."""
        return self.key != PICKS


@dataclass(frozen=True, slots=True)
class Fragment:
    """A place in a material as kept. `gone_at`: when the service no longer published it.
    `product`: its own or the nearest above; None where that is the material's."""

    id: str
    material_id: str
    service_id: str
    parent_id: str | None
    position: int
    key: str
    title: str
    kind: str
    locator: str | None = None
    activity_type: str | None = None
    objectives: tuple[Objective, ...] = ()
    custom: Mapping[str, str] = field(default_factory=dict)
    gone_at: int | None = None
    product: str | None = None


@dataclass(frozen=True, slots=True)
class Disappeared:
    """A fragment that a publication no longer has, with how many links led to it."""

    fragment: Fragment
    links: int


@dataclass(frozen=True, slots=True)
class Moved:
    """A fragment that went, and the one in another material whose it is now: its links follow."""

    fragment: Fragment
    to: Fragment
    links: int


@dataclass(frozen=True, slots=True)
class PublishReport:
    """What a publication changed. Links of what `moved` lead there, so that none is left at what
    disappeared."""

    materials: int
    added: int
    changed: int
    kept: int
    disappeared: tuple[Disappeared, ...]
    moved: tuple[Moved, ...] = ()


@dataclass(frozen=True, slots=True)
class Found:
    """A hit of the search: the fragment, its material, and the titles on the way to it."""

    material: Material
    fragment: Fragment
    path: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Overview:
    """A page of the materials that something is narrowed to, by title, with how many there are;
    and the subjects, levels and years that it can be narrowed to."""

    materials: Sequence[Material]
    total: int
    subjects: Sequence[str]
    levels: Sequence[str]
    years: Sequence[int]


@dataclass(frozen=True, slots=True)
class Narrowing:
    """What a search is held to; nothing named is no narrowing. `services`: those that the
    person's school switched on."""

    services: frozenset[str] | None = None
    subject: str | None = None
    level: str | None = None
    year: int | None = None
