"""The parameters of a request: each once, empty ones as absent (RFC 6749 §3.1, §3.2)."""

from gateway.core.ports import MultiDict

_LENGTH_LIMIT = 4096
_TOKEN_LIMIT = 8192
_TOKENS = {"request", "client_assertion", "id_token_hint"}


class ParameterRefused(ValueError):
    """A parameter that is there twice, or is too long."""


def single_values(source: MultiDict) -> dict[str, str]:
    """Raises ParameterRefused."""
    found: dict[str, str] = {}
    for name in source.keys():  # noqa: SIM118  # a MultiDict is no dict
        values = source.getlist(name)
        if len(values) > 1:
            raise ParameterRefused(f"parameter {name[:40]!r} is there twice")
        if len(values[0]) > (_TOKEN_LIMIT if name in _TOKENS else _LENGTH_LIMIT):
            raise ParameterRefused(f"parameter {name[:40]!r} is too long")
        if values[0]:
            found[name] = values[0]
    return found


def is_text(value: object) -> bool:
    """Whether it is a text that can be kept and sent on; JSON can also hold half a character."""
    if not isinstance(value, str):
        return False
    try:
        value.encode()
    except UnicodeEncodeError:
        return False
    return True
