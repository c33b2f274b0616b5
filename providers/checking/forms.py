"""The first form of a page, as somebody sends it who takes what it proposes."""

from contextlib import suppress
from dataclasses import dataclass, field
from html.parser import HTMLParser

_SEND_FIELDS = ("SAMLRequest", "SAMLResponse", "id_token", "code", "login_hint", "JWT")
_PRESSED = ("submit", "image")
_NEVER_SENT = ("button", "reset", "file")
_CHOSEN = ("radio", "checkbox")


@dataclass(frozen=True, slots=True)
class Form:
    """`fields` with the first of each choice that has none yet, and the first button."""

    action: str
    posts: bool
    fields: dict[str, str]

    @property
    def sends_itself(self) -> bool:
        """Whether a protocol's message is in it, which a page's script sends."""
        return any(name in self.fields for name in _SEND_FIELDS)


def first_form(page: str) -> Form | None:
    """What stands before a part that can not be read counts."""
    reader = _Reader()
    with suppress(AssertionError):  # html.parser says so of `<![other[`
        reader.feed(page)
    return reader.form


@dataclass
class _Choices:
    """Radio buttons and boxes by name: the first of them, unless another is chosen."""

    first: dict[str, str] = field(default_factory=dict)
    chosen: dict[str, str] = field(default_factory=dict)

    def see(self, name: str, value: str, *, chosen: bool) -> None:
        self.first.setdefault(name, value)
        if chosen:
            self.chosen.setdefault(name, value)

    def taken(self) -> dict[str, str]:
        return {**self.first, **self.chosen}


class _Reader(HTMLParser):
    def __init__(self) -> None:
        super().__init__()
        self.form: Form | None = None
        self._choices = _Choices()
        self._inside = self._pressed = False
        self._list: str | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        said = {name: value or "" for name, value in attrs}
        if tag == "form" and self.form is None:
            posts = said.get("method", "").lower() == "post"
            self.form, self._inside = Form(said.get("action", ""), posts, {}), True
        elif not self._inside:
            return
        elif tag in ("input", "button"):
            self._field(said, "submit" if tag == "button" else "text")
        elif tag == "select":
            self._list = said.get("name")
        elif tag == "option" and self._list:
            self._choices.see(self._list, said.get("value", ""), chosen="selected" in said)

    def _field(self, said: dict[str, str], usual: str) -> None:
        kind, name, value = said.get("type", usual).lower(), said.get("name"), said.get("value", "")
        if kind in _PRESSED:
            if self._pressed:
                return
            self._pressed = True
        if not name or kind in _NEVER_SENT:
            return
        if kind in _CHOSEN:
            self._choices.see(name, value or "on", chosen="checked" in said)
        else:
            assert self.form is not None
            self.form.fields[name] = value

    def handle_endtag(self, tag: str) -> None:
        if tag == "select":
            self._list = None
        elif tag == "form" and self._inside:
            assert self.form is not None
            self.form.fields.update(self._choices.taken())
            self._inside = False
