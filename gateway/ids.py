"""Ids of what is registered."""

import secrets

_LETTERS = "abcdefghjkmnpqrstuvwxyz23456789"  # none that are read for another
_LENGTH = 12


def new_id(kind: str) -> str:
    """A new id such as `svc-7k2m...`: unguessable is not needed, unique is."""
    return f"{kind}-" + "".join(secrets.choice(_LETTERS) for _ in range(_LENGTH))
