"""An OpenID client as it is registered."""

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass
from typing import cast

from gateway.core.model import Service


@dataclass(frozen=True, slots=True)
class Client:
    """A service as it registered; read from its config when it is asked for."""

    service: Service

    @property
    def redirect_uris(self) -> tuple[str, ...]:
        return self._texts("redirect_uris")

    @property
    def secret_hash(self) -> str | None:
        """The secret is known by its hash alone; one that signs (`private_key_jwt`) has none."""
        return self._text("secret_hash")

    @property
    def old_secret(self) -> tuple[str, int] | None:
        """The hash of the secret before, and until when that serves."""
        config = self.service.config
        digest, until = config.get("old_secret_hash"), config.get("old_secret_until")
        return (digest, until) if isinstance(digest, str) and isinstance(until, int) else None

    @property
    def initiate_login_uri(self) -> str | None:
        return self._text("initiate_login_uri")

    @property
    def post_logout_redirect_uris(self) -> tuple[str, ...]:
        return self._texts("post_logout_redirect_uris")

    @property
    def backchannel_logout_uri(self) -> str | None:
        return self._text("backchannel_logout_uri")

    @property
    def frontchannel_logout_uri(self) -> str | None:
        return self._text("frontchannel_logout_uri")

    @property
    def id_token_algorithm(self) -> str:
        return self._text("id_token_algorithm") or "RS256"

    @property
    def refreshes(self) -> bool:
        """Whether its codes give refresh tokens too."""
        return self.service.config.get("refresh_tokens") is True

    def _text(self, name: str) -> str | None:
        value = self.service.config.get(name)
        return str(value) if value else None

    def _texts(self, name: str) -> tuple[str, ...]:
        return tuple(cast("Sequence[str]", self.service.config.get(name) or ()))


def hash_secret(secret: str) -> str:
    """Our secrets carry 256 random bits, so that a plain hash can not be searched."""
    return hashlib.sha256(secret.encode()).hexdigest()
