"""XML that is written in its canonical form (XML-EXC-C14N), so that it can be signed as it stands.

A tree that a library builds, canonicalises and writes costs ten times as much.
"""

import re
from collections.abc import Mapping

_IN_TEXT = {"&": "&amp;", "<": "&lt;", ">": "&gt;", "\r": "&#xD;"}
_IN_ATTRIBUTE = {
    "&": "&amp;",
    "<": "&lt;",
    '"': "&quot;",
    "\t": "&#x9;",
    "\n": "&#xA;",
    "\r": "&#xD;",
}
_TEXT_MARKS = re.compile("[&<>\r]")
_ATTRIBUTE_MARKS = re.compile('[&<"\t\n\r]')
# What XML 1.0 §2.2 can not hold, in any spelling.
_UNWRITABLE = re.compile("[^\t\n\r\x20-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")


def element(
    name: str, attributes: Mapping[str, str], *content: str, namespace: str | None = None
) -> str:
    """An element with its prefix; `content` is text from `text` or further elements.

    `namespace` declares that of its prefix, which the elements inside then may use; it comes
    first, and attributes in the order of their names (C14N §2.2).
    """
    declared = f' xmlns:{name.partition(":")[0]}="{_quoted(namespace)}"' if namespace else ""
    marks = "".join([f' {key}="{_quoted(attributes[key])}"' for key in sorted(attributes)])
    return f"<{name}{declared}{marks}>{''.join(content)}</{name}>"


def text(value: str) -> str:
    """Text content; what XML can not hold becomes U+FFFD."""
    if value.isprintable() and not ("&" in value or "<" in value or ">" in value):
        return value  # nearly each, and four patterns would look at every character of it
    plain = _UNWRITABLE.sub("\ufffd", value)
    return _TEXT_MARKS.sub(lambda mark: _IN_TEXT[mark[0]], plain)


def _quoted(value: str) -> str:
    if value.isprintable() and not ("&" in value or "<" in value or '"' in value):
        return value
    plain = _UNWRITABLE.sub("\ufffd", value)
    return _ATTRIBUTE_MARKS.sub(lambda mark: _IN_ATTRIBUTE[mark[0]], plain)
