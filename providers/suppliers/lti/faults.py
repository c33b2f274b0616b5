"""Launches with one thing wrong, which a tool must refuse (LTI Security §5.1.3)."""

from typing import Any

from gateway.core.ports import Clock, Fault, Signer
from gateway.trust.keyring import other_key

from .terms import CLAIM

FAULTS = (
    Fault.SIGNATURE,
    Fault.EXPIRED,
    Fault.AUDIENCE,
    Fault.ISSUER,
    Fault.NONCE,
    Fault.DEPLOYMENT,
)
_LONG_AGO_SECONDS = 3600


def wrong_message(claims: dict[str, Any], fault: Fault, signer: Signer, clock: Clock) -> str:
    """A message of right claims but for its fault, signed by our key unless that is the fault."""
    match fault:
        case Fault.SIGNATURE:
            signer = other_key(signer, clock)
        case Fault.EXPIRED:
            claims |= {name: claims[name] - _LONG_AGO_SECONDS for name in ("iat", "exp")}
        case Fault.AUDIENCE:
            claims |= _another(claims, "aud")
        case Fault.ISSUER:
            claims |= _another(claims, "iss")
        case Fault.NONCE:
            claims |= _another(claims, "nonce")
        case Fault.DEPLOYMENT:
            claims |= _another(claims, f"{CLAIM}deployment_id")
    return signer.sign_jwt(claims)


def _another(claims: dict[str, Any], name: str) -> dict[str, str]:
    return {name: f"{claims[name]}-another"}
