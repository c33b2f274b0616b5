"""What an authenticator answers (WebAuthn Level 3), by way of a browser that may be anybody's."""

import hashlib
import json
from base64 import urlsafe_b64encode

import cbor2
from cryptography.hazmat.primitives import hashes
from cryptography.hazmat.primitives.asymmetric import ec

from gateway.core.staff import Passkey
from gateway.errors import PasskeyRefused
from gateway.trust.passkeys import SitePasskeys
from tests.fuzz.parties import BASE, KEY
from tests.fuzz.target import Target, as_text

_SITE = SitePasskeys(BASE, "Ketenpoort")
_CHALLENGE, _ID = b"c" * 32, b"passkey-of-a-test"
_NUMBERS = KEY.public_key().public_numbers()
_COSE = cbor2.dumps({1: 2, 3: -7, -1: 1, -2: _NUMBERS.x.to_bytes(32), -3: _NUMBERS.y.to_bytes(32)})
# A person was there and was verified; with a credential, and without (§6.1).
_HOST = hashlib.sha256(b"gateway.test").digest()
_AT_SIGN_IN = _HOST + b"\x05" + bytes(4)
_AT_REGISTRATION = _HOST + b"\x45" + bytes(4) + bytes(16) + len(_ID).to_bytes(2) + _ID


def attestation(cose: bytes) -> bytes:
    """Of a new credential with this public key (§6.5.1.1)."""
    return cbor2.dumps({"fmt": "none", "attStmt": {}, "authData": _AT_REGISTRATION + cose})


_ATTESTATION = attestation(_COSE)


def _url64(data: bytes) -> str:
    return urlsafe_b64encode(data).rstrip(b"=").decode()


def _client_data(kind: str) -> bytes:
    said = {"type": f"webauthn.{kind}", "challenge": _url64(_CHALLENGE), "origin": BASE}
    return json.dumps(said).encode()


def _credential(**response: bytes) -> bytes:
    encoded = {name: _url64(value) for name, value in response.items()}
    whole = {"id": _url64(_ID), "rawId": _url64(_ID), "type": "public-key", "response": encoded}
    return json.dumps(whole).encode()


def _registration(attestation: bytes, client_data: bytes = _client_data("create")) -> bytes:
    return _credential(attestationObject=attestation, clientDataJSON=client_data)


def _sign_in(data: bytes, client_data: bytes = _client_data("get")) -> bytes:
    """Signed by the passkey, whatever it says."""
    covered = data + hashlib.sha256(client_data).digest()
    signature = KEY.sign(covered, ec.ECDSA(hashes.SHA256()))
    return _credential(authenticatorData=data, clientDataJSON=client_data, signature=signature)


def _registered(credential: bytes) -> object:
    return _SITE.registered(as_text(credential), _CHALLENGE)


def _proved(credential: bytes) -> object:
    key = Passkey(_url64(_ID), "staff", _COSE, 0, "phone", 0)
    return _SITE.named(as_text(credential)), _SITE.proved(as_text(credential), key, _CHALLENGE)


_REFUSED = (PasskeyRefused,)

TARGETS = (
    Target("passkey-new", _registered, _REFUSED, (_registration(_ATTESTATION),)),
    Target("passkey-attestation", lambda d: _registered(_registration(d)), _REFUSED, (_ATTESTATION,)),
    Target("passkey-new-client-data", lambda d: _registered(_registration(_ATTESTATION, d)), _REFUSED, (_client_data("create"),)),
    Target("passkey-sign-in", _proved, _REFUSED, (_sign_in(_AT_SIGN_IN),)),
    Target("passkey-authenticator-data", lambda d: _proved(_sign_in(d)), _REFUSED, (_AT_SIGN_IN,)),
    Target("passkey-client-data", lambda d: _proved(_sign_in(_AT_SIGN_IN, d)), _REFUSED, (_client_data("get"),)),
)  # fmt: skip
