"""A school's identity provider as its metadata says, and as python3-saml wants it."""

import contextlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cached_property

from onelogin.saml2.settings import OneLogin_Saml2_Settings

from gateway.core.model import Connection
from gateway.errors import SchoolUnreachable, WeakAlgorithm
from gateway.trust.metadata.names import POST, REDIRECT
from gateway.trust.metadata.roles import Endpoint, IdentityProvider
from gateway.trust.xmldsig import VerificationKey, WeakSignature, verification_key

from .request import Asking


@dataclass(frozen=True)
class Provider:
    """One connection's; made once."""

    connection: Connection
    asking: Asking

    @cached_property
    def _role(self) -> IdentityProvider:
        return IdentityProvider.from_config(self.connection.config)

    @cached_property
    def logout(self) -> Endpoint | None:
        """Where it speaks of logout: by Redirect where it can."""
        found = {each.binding: each for each in reversed(self._role.single_logout)}
        return found.get(REDIRECT) or found.get(POST)

    @cached_property
    def single_sign_on(self) -> str:
        for endpoint in self._role.single_sign_on:
            if endpoint.binding == REDIRECT:
                return endpoint.location
        raise SchoolUnreachable(f"connection {self.connection.id} has no Redirect endpoint")

    @cached_property
    def strong_keys(self) -> Mapping[str, VerificationKey]:
        """The certificates whose keys are strong enough (SAML2Int MD07), with those keys; raises
        WeakAlgorithm when none is."""
        found = {}
        for certificate in self._role.signing_certificates:
            with contextlib.suppress(WeakSignature, ValueError):
                found[certificate] = verification_key(certificate)
        if not found:
            raise WeakAlgorithm(f"connection {self.connection.id} has no key that is good enough")
        return found

    @cached_property
    def settings(self) -> OneLogin_Saml2_Settings:
        """Built once a connection: reading the certificates costs more than a login may."""
        signed_response = self.connection.config.get("signed") == "response"
        return OneLogin_Saml2_Settings(
            {
                "strict": True,
                "debug": False,
                "sp": {
                    "entityId": self.asking.entity_id,
                    "assertionConsumerService": {"url": self.asking.acs},
                },
                "idp": {
                    "entityId": self.connection.identifier,
                    "singleSignOnService": {"url": self.single_sign_on},
                    "x509certMulti": {"signing": list(self.strong_keys)},
                    # Not used beside the others; without it a file is looked for at each answer.
                    "x509cert": next(iter(self.strong_keys)),
                },
                "security": {
                    "wantAssertionsSigned": not signed_response,
                    "wantMessagesSigned": signed_response,
                    "wantNameId": False,
                    "wantAttributeStatement": False,
                    "rejectDeprecatedAlgorithm": True,
                    "allowRepeatAttributeName": True,
                    "requestedAuthnContext": False,
                },
            }
        )
