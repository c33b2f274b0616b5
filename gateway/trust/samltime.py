"""Times as SAML writes them (SAML Core §1.3.3: UTC)."""

import re
import time
from datetime import UTC, datetime
from functools import lru_cache

_FORM = re.compile(r"(\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d)(\.\d+)?(Z|\+00:00)?")


def saml_time(seconds: float) -> str:
    """Seconds since the epoch as xs:dateTime in UTC."""
    return time.strftime("%Y-%m-%dT%H:%M:%SZ", time.gmtime(seconds))


@lru_cache(maxsize=64)
def read_saml_time(text: str) -> int:
    """xs:dateTime in UTC as seconds since the epoch; raises ValueError. A message says the same
    moment several times."""
    form = _FORM.fullmatch(text)
    if not form:
        raise ValueError("not a time in UTC")
    return int(datetime.fromisoformat(form[1]).replace(tzinfo=UTC).timestamp())
