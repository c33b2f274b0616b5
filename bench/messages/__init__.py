"""The SAML messages that the played parties send, each a file with places to fill in."""

import re
from functools import cache
from pathlib import Path
from time import gmtime, strftime

BETWEEN_TAGS = re.compile(r">\s+<")


@cache
def template(name: str) -> str:
    """The message's text for str.format, without the file's line breaks between its tags."""
    text = Path(__file__).with_name(f"{name}.xml").read_text(encoding="utf-8")
    return BETWEEN_TAGS.sub("><", text.strip())


def instant(seconds: float) -> str:
    """SAML Core §1.3.3: a time in UTC."""
    return strftime("%Y-%m-%dT%H:%M:%SZ", gmtime(seconds))
