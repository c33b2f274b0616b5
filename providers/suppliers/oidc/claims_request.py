"""The `claims` parameter (OpenID Connect Core §5.5).

What a school granted is released whether it is asked here or not, and nothing else ever is. Two
requests have force: for one person (`sub`), and for a way of login as an essential claim (`acr`).
"""

from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.model import JsonValue
from gateway.core.strict_json import JsonRefused, read_json

from .parameters import is_text

_PLACES = ("id_token", "userinfo")


class ClaimsRefused(ValueError):
    """It is no request for claims; the text says in what way."""


@dataclass(frozen=True, slots=True)
class ClaimsRequest:
    """`subjects`: one of them must hold; None when any will do. `contexts`: one of them must,
    when there are any."""

    subjects: tuple[str, ...] | None = None
    contexts: frozenset[str] = frozenset()


def read_claims_request(text: str) -> ClaimsRequest:
    """Raises ClaimsRefused."""
    try:
        asked = read_json(text.encode())
    except JsonRefused as error:
        raise ClaimsRefused(f"claims: {error}") from error
    if not isinstance(asked, Mapping):
        raise ClaimsRefused("claims must be a JSON object")
    found = [_members(asked.get(place)) for place in _PLACES]
    contexts = _wanted(found[0].get("acr"), essential=True)
    subjects = [_wanted(each.get("sub"), essential=False) for each in found]
    if contexts == ():
        raise ClaimsRefused("claims: no value of acr will do")
    return ClaimsRequest(_both(*subjects), frozenset(contexts or ()))


def _members(asked: JsonValue) -> Mapping[str, JsonValue]:
    """The claims asked at one place; each is null or an object (§5.5.1)."""
    if asked is None:
        return {}
    if not isinstance(asked, Mapping):
        raise ClaimsRefused("claims must hold objects")
    for name, wish in asked.items():
        if wish is not None and not isinstance(wish, Mapping):
            raise ClaimsRefused(f"claims: {name[:40]!r} is neither null nor an object")
    return asked


def _wanted(wish: JsonValue, *, essential: bool) -> tuple[str, ...] | None:
    """The values that may come; `essential`: only when the claim is asked as such."""
    if not isinstance(wish, Mapping) or (essential and wish.get("essential") is not True):
        return None
    values = wish["values"] if "values" in wish else [wish["value"]] if "value" in wish else None
    if values is None:
        return None
    if not isinstance(values, list) or not all(map(is_text, values)):
        raise ClaimsRefused("claims: a value must be a text, values a list of them")
    return tuple(str(each) for each in values)


def _both(one: tuple[str, ...] | None, other: tuple[str, ...] | None) -> tuple[str, ...] | None:
    if one is None or other is None:
        return one if other is None else other
    return tuple(each for each in one if each in other)
