"""The form of a link: what a teacher may set, read and checked."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from datetime import date
from typing import Self

from werkzeug.datastructures import MultiDict

from gateway.core.days import begin_of, end_of, last_day, latest_end, school_year_end, today
from gateway.core.model import Audience, Link
from gateway.web.signed_in import Visitor

TITLE_LENGTH = 120
NOTE_LENGTH = 500
CLASSES, CLASS_LENGTH = 20, 60
_FIRST_YEAR = 2000


def _(text: str) -> str:
    """Mark a text for the translators; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class LinkForm:
    """The fields as they were filled in, and by field what is wrong with them."""

    title: str = ""
    note: str = ""
    begin: str = ""
    end: str = ""
    audience: str = "all"
    groups: frozenset[str] = frozenset()
    previewed: bool = False
    faults: Mapping[str, str] = field(default_factory=dict)

    @classmethod
    def new(cls, now: float, groups: frozenset[str] = frozenset()) -> Self:
        """For the teacher's own classes, so that it stands on their start page; without any for
        everyone. Until the end of the school year."""
        end = school_year_end(today(now)).isoformat()
        return cls(end=end, audience="groups" if groups else "all", groups=groups)

    @classmethod
    def of(cls, link: Link) -> Self:
        audience = link.audience
        return cls(
            title=link.title,
            note=link.note,
            begin="" if link.valid_from is None else today(link.valid_from).isoformat(),
            end="" if link.valid_until is None else last_day(link.valid_until).isoformat(),
            audience="groups" if audience.groups else "school" if audience.school else "all",
            groups=audience.groups,
            previewed=link.previewed,
        )

    @classmethod
    def read(cls, sent: MultiDict[str, str], offered: frozenset[str], now: float) -> Self:
        """`offered` are the class groups that may be chosen; where the school told none, they are
        typed."""
        form = cls(
            title=" ".join(plain(sent.get("title", "")).split()),
            note=plain(sent.get("note", "")).strip(),
            begin=sent.get("begin", "").strip(),
            end=sent.get("end", "").strip(),
            audience=sent.get("audience", "all"),
            groups=offered & set(sent.getlist("group")) if offered else _typed(sent),
            previewed="previewed" in sent,
        )
        return replace(form, faults={name: text for name, text in form._check(today(now)) if text})

    def changed(self, link: Link, visitor: Visitor) -> Link:
        """The link as this form, which has no faults, sets it."""
        school = None if self.audience == "all" else visitor.school
        groups = self.groups if self.audience == "groups" else frozenset()
        return replace(
            link,
            title=self.title,
            note=self.note,
            valid_from=begin_of(date.fromisoformat(self.begin)) if self.begin else None,
            valid_until=end_of(date.fromisoformat(self.end)),
            audience=Audience(school, groups),
            previewed=self.previewed,
        )

    def _check(self, now: date) -> list[tuple[str, str | None]]:
        return [
            ("title", self._title_fault()),
            ("note", self._note_fault()),
            ("begin", self._begin_fault()),
            ("end", self._end_fault(now)),
            ("audience", self._audience_fault()),
        ]

    def _title_fault(self) -> str | None:
        return _("Use 120 characters at most.") if len(self.title) > TITLE_LENGTH else None

    def _note_fault(self) -> str | None:
        return _("Use 500 characters at most.") if len(self.note) > NOTE_LENGTH else None

    def _begin_fault(self) -> str | None:
        if self.begin and _day(self.begin) is None:
            return _("Fill in a day, such as 2027-03-15, or nothing.")
        return None

    def _end_fault(self, now: date) -> str | None:
        begin, end = _day(self.begin), _day(self.end)
        if end is None:
            return _("Fill in the last day, such as 2027-07-31.")
        if end < now or (begin and end < begin):
            return _("The last day lies before the first.")
        if end > latest_end(now):
            return _("A link lasts three years at most. You can make it last longer later.")
        return None

    def _audience_fault(self) -> str | None:
        if self.audience not in {"all", "school", "groups"}:
            return _("Choose whom the link is for.")
        if self.audience == "groups" and not self.groups:
            return _("Choose a class.")
        if len(self.groups) > CLASSES or any(len(name) > CLASS_LENGTH for name in self.groups):
            return _("Name 20 classes at most, each in 60 characters.")
        return None


def plain(text: str) -> str:
    """What can be read of a text that came in: lines of characters, no controls."""
    return "".join(each for each in text if each.isprintable() or each == "\n")


def _typed(sent: MultiDict[str, str]) -> frozenset[str]:
    names = (" ".join(name.split()) for name in plain(sent.get("classes", "")).split(","))
    return frozenset(filter(None, names))


def _day(text: str) -> date | None:
    try:
        day = date.fromisoformat(text)
    except ValueError:
        return None
    return day if day.year >= _FIRST_YEAR else None
