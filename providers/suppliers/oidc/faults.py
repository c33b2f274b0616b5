"""ID tokens with one thing wrong, which a client must refuse (OpenID Connect Core §3.1.3.7)."""

from typing import Any

from gateway.core.ports import Clock, Fault, Signer
from gateway.trust.keyring import other_key

FAULTS = (Fault.SIGNATURE, Fault.ISSUER, Fault.AUDIENCE, Fault.NONCE, Fault.EXPIRED)
_LONG_AGO_SECONDS = 3600


def wrong_token(claims: dict[str, Any], fault: Fault, signer: Signer, clock: Clock) -> str:
    """A token of right claims but for its fault, signed by our key unless that is the fault."""
    match fault:
        case Fault.SIGNATURE:
            signer = other_key(signer, clock)
        case Fault.ISSUER:
            claims |= {"iss": f"{claims['iss']}/another"}
        case Fault.AUDIENCE:
            claims |= {"aud": f"{claims['aud']}-another"}
        case Fault.NONCE:
            claims |= {"nonce": f"{claims.get('nonce', '')}-another"}
        case Fault.EXPIRED:
            claims |= {name: claims[name] - _LONG_AGO_SECONDS for name in ("iat", "auth_time")}
            claims |= {"exp": claims["iat"] + 1}
    return signer.sign_jwt(claims)
