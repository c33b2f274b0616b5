"""A client is told that a session has ended (OpenID Connect Back-Channel Logout 1.0, Front-Channel
Logout 1.0)."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.core.model import Json, Service
from gateway.core.ports import Clock, Ended, FramedNotice, Keyring, Notice, PostedNotice, Random

from .answers import with_query
from .client import Client

_LIFETIME_SECONDS = 120  # Back-Channel Logout §2.4
_EVENT = "http://schemas.openid.net/event/backchannel-logout"


@dataclass(frozen=True, slots=True)
class Farewells:
    issuer: str
    keyring: Keyring
    clock: Clock
    random: Random

    def notices(self, service: Service, ended: Ended) -> Sequence[Notice]:
        client, told = Client(service), list[Notice]()
        if client.backchannel_logout_uri:
            fields = {"logout_token": self._logout_token(client, ended)}
            told.append(PostedNotice(client.backchannel_logout_uri, fields))
        if client.frontchannel_logout_uri:
            hints = {"iss": self.issuer, "sid": ended.session_name}
            told.append(FramedNotice(with_query(client.frontchannel_logout_uri, hints).address))
        return told

    def _logout_token(self, client: Client, ended: Ended) -> str:
        """Back-Channel Logout §2.4: never a nonce, so that it passes for no ID token."""
        now = int(self.clock())
        claims: Json = {
            "iss": self.issuer,
            "aud": client.service.identifier,
            "iat": now,
            "exp": now + _LIFETIME_SECONDS,
            "jti": self.random(),
            "sub": ended.pseudonym,
            "sid": ended.session_name,
            "events": {_EVENT: {}},
        }
        signer = self.keyring.signer(client.id_token_algorithm)
        return signer.sign_jwt(claims, {"typ": "logout+jwt"})
