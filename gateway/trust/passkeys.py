"""Passkeys (WebAuthn Level 3), by the library `webauthn`: discoverable, with user verification.

What is asked and proved here is the person at the device; which member of staff that is follows
from the credential.
"""

from collections.abc import Sequence
from urllib.parse import urlsplit

import webauthn
from webauthn.helpers import (
    base64url_to_bytes,
    bytes_to_base64url,
    options_to_json,
    parse_authentication_credential_json,
)
from webauthn.helpers.exceptions import WebAuthnException
from webauthn.helpers.structs import (
    AuthenticatorSelectionCriteria,
    PublicKeyCredentialDescriptor,
    ResidentKeyRequirement,
    UserVerificationRequirement,
)

from gateway.core.ports import NewKey
from gateway.core.staff import Passkey, Staff
from gateway.errors import PasskeyRefused

# The library lets through what its readers stumble over: JSON that is too deep, CBOR in which a
# part is absent or of another type.
_REFUSALS = (
    WebAuthnException,
    ValueError,
    RecursionError,
    LookupError,
    TypeError,
    AttributeError,
    OverflowError,
)


class SitePasskeys:
    """Implements ports.Passkeys for the site at `base_url`: its host is the relying party
    (WebAuthn §5.1.2)."""

    def __init__(self, base_url: str, name: str) -> None:
        self._origin = base_url
        self._host = urlsplit(base_url).hostname or ""
        self._name = name

    def to_register(self, staff: Staff, known: Sequence[Passkey], challenge: bytes) -> str:
        return options_to_json(
            webauthn.generate_registration_options(
                rp_id=self._host,
                rp_name=self._name,
                user_name=staff.name,
                user_id=staff.id.encode(),
                challenge=challenge,
                exclude_credentials=[
                    PublicKeyCredentialDescriptor(base64url_to_bytes(key.id)) for key in known
                ],
                authenticator_selection=AuthenticatorSelectionCriteria(
                    resident_key=ResidentKeyRequirement.REQUIRED,
                    user_verification=UserVerificationRequirement.REQUIRED,
                ),
            )
        )

    def registered(self, credential: str, challenge: bytes) -> NewKey:
        try:
            found = webauthn.verify_registration_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                require_user_verification=True,
            )
        except _REFUSALS as error:
            raise PasskeyRefused(f"a new passkey: {type(error).__name__}") from error
        key_id = bytes_to_base64url(found.credential_id)
        return NewKey(key_id, found.credential_public_key, found.sign_count)

    def to_sign_in(self, challenge: bytes) -> str:
        return options_to_json(
            webauthn.generate_authentication_options(
                rp_id=self._host,
                challenge=challenge,
                user_verification=UserVerificationRequirement.REQUIRED,
            )
        )

    def named(self, credential: str) -> str:
        try:
            return bytes_to_base64url(parse_authentication_credential_json(credential).raw_id)
        except _REFUSALS as error:
            raise PasskeyRefused("the answer of a passkey can not be read") from error

    def proved(self, credential: str, key: Passkey, challenge: bytes) -> int:
        """A count that went back is refused too: then the key was copied (§6.1.1)."""
        try:
            found = webauthn.verify_authentication_response(
                credential=credential,
                expected_challenge=challenge,
                expected_rp_id=self._host,
                expected_origin=self._origin,
                credential_public_key=key.public_key,
                credential_current_sign_count=key.sign_count,
                require_user_verification=True,
            )
        except _REFUSALS as error:
            raise PasskeyRefused(f"a passkey: {type(error).__name__}") from error
        return found.new_sign_count
