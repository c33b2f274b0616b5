"""The registration token: a supplier may register one tool with it (LTI Dynamic Registration §3.3).

It carries what it is for, sealed by us, so that it is kept nowhere until it was used.
"""

import json
from dataclasses import dataclass

from gateway.core.ports import Clock, Random, Sealer
from gateway.errors import ConfigurationError

LIFETIME_SECONDS = 24 * 3600
_PURPOSE = "lti registration"  # other secrets are sealed under the same key


class InvitationRefused(ValueError):
    """The token is none of ours, or too old."""


@dataclass(frozen=True, slots=True)
class Invitation:
    """`id` makes it one-time; `expires_at` in seconds since the epoch."""

    supplier_id: str
    id: str
    expires_at: int


def invite(supplier_id: str, sealer: Sealer, clock: Clock, random: Random) -> str:
    """A new registration token for a supplier."""
    expires_at = int(clock()) + LIFETIME_SECONDS
    return sealer.seal(json.dumps([_PURPOSE, supplier_id, random(), expires_at]))


def read_invitation(token: str, sealer: Sealer, clock: Clock) -> Invitation:
    """Raises InvitationRefused."""
    try:
        purpose, supplier_id, identifier, expires_at = json.loads(sealer.unseal(token))
    except (ConfigurationError, ValueError, TypeError) as error:
        raise InvitationRefused("not a registration token of ours") from error
    if purpose != _PURPOSE or clock() >= expires_at:
        raise InvitationRefused("the registration token is too old")
    return Invitation(supplier_id, identifier, expires_at)
