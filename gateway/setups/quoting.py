"""How a value stands in each kind of text, so that it can not end it."""

import json
import shlex
from collections.abc import Callable, Mapping
from urllib.parse import urlsplit
from xml.sax.saxutils import quoteattr


def _one_line(value: str) -> str:
    return "".join(character if character.isprintable() else " " for character in value)


def apache(value: str) -> str:
    """An argument of a directive; `%` and `$` begin a variable of Apache's and are left out."""
    plain = _one_line(value).replace("\\", "").replace('"', "").replace("${", "").replace("%{", "")
    return f'"{plain}"'


def comment(value: str) -> str:
    """Behind a `#` or `//`, to the end of the line."""
    return _one_line(value)


def php(value: str) -> str:
    escaped = _one_line(value).replace("\\", "\\\\").replace("'", "\\'")
    return f"'{escaped}'"


def js(value: str) -> str:
    """A text of JSON, which JavaScript and Python read alike."""
    return json.dumps(value)


def xml(value: str) -> str:
    """An attribute's value with its quotes."""
    return quoteattr(_one_line(value))


def shell(value: str) -> str:
    return shlex.quote(_one_line(value))


def path(value: str) -> str:
    """The path of an address."""
    return urlsplit(value).path or "/"


FILTERS: Mapping[str, Callable[[str], str]] = {
    "apache": apache,
    "comment": comment,
    "php": php,
    "js": js,
    "xml": xml,
    "sh": shell,
    "path": path,
}
