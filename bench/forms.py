"""The one form of an auto-post page."""

import re
from dataclasses import dataclass
from html import unescape

from bench.errors import LoginError

INPUT = re.compile(r"<input\b([^>]*)>")
ATTRIBUTE = re.compile(r'([a-z-]+)="([^"]*)"')


@dataclass(frozen=True, slots=True)
class Form:
    action: str
    fields: dict[str, str]


def read_form(page: bytes) -> Form:
    """The page's form with its named inputs; LoginError when there is none."""
    _, form, rest = page.decode().partition("<form ")
    if not form:
        raise LoginError("a page without a form")
    head, _, content = rest.partition("</form>")[0].partition(">")
    inputs = [dict(ATTRIBUTE.findall(tag)) for tag in INPUT.findall(content)]
    fields = {tag["name"]: unescape(tag.get("value", "")) for tag in inputs if "name" in tag}
    return Form(unescape(dict(ATTRIBUTE.findall(head)).get("action", "")), fields)
