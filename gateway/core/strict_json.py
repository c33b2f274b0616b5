"""JSON of others, read strictly: what two readers could take two ways is refused (RFC 8259 §4)."""

import json
from collections.abc import Sequence

from gateway.core.model import JsonValue


class JsonRefused(ValueError):
    """The text says why, with line and column where they are known."""


def read_json(data: bytes) -> JsonValue:
    """One JSON value in UTF-8; raises JsonRefused for a name that stands twice in an object, NaN
    and Infinity, or more depth or digits than anybody means."""
    try:
        value: JsonValue = json.loads(
            data.decode("utf-8-sig"), object_pairs_hook=_object, parse_constant=_constant
        )
    except UnicodeDecodeError as error:
        raise JsonRefused(f"not in UTF-8, at byte {error.start + 1}") from error
    except json.JSONDecodeError as error:
        where = f"at line {error.lineno}, column {error.colno}"
        raise JsonRefused(f"not JSON: {error.msg} {where}") from error
    except RecursionError as error:
        raise JsonRefused("nested too deeply") from error
    except JsonRefused:
        raise
    except ValueError as error:  # an integer of thousands of digits
        raise JsonRefused("a number with too many digits") from error
    return value


def _object(pairs: Sequence[tuple[str, JsonValue]]) -> dict[str, JsonValue]:
    read: dict[str, JsonValue] = {}
    for name, value in pairs:
        if name in read:
            raise JsonRefused(f"the field {name[:40]!r} stands twice in one object")
        read[name] = value
    return read


def _constant(name: str) -> JsonValue:
    raise JsonRefused(f"{name} is not a JSON value")
