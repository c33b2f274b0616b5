"""What a client asks of its own tokens: introspection (RFC 7662), and revocation (RFC 7009)."""

from dataclasses import dataclass

from gateway.core.ports import Document, HttpRequest
from gateway.core.renewal import Renewal
from gateway.errors import GatewayError

from .authentication import Authentication
from .client import Client
from .errors import NO_STORE, OAuthError, json_document
from .grants import Grants

_NOT_ACTIVE: dict[str, object] = {"active": False}


@dataclass(frozen=True, slots=True)
class KnownTokens:
    """`token_type_hint` is not needed: the kinds look different (RFC 7009 §2.1)."""

    authentication: Authentication
    grants: Grants
    renewal: Renewal
    issuer: str

    def introspect(self, request: HttpRequest) -> Document:
        """A token of another client is as unknown as one that never was (RFC 7662 §2.2, §4)."""
        try:
            client, token = self._asked(request)
        except OAuthError as error:
            return error.document()
        found = self._access(client, token) or self._refresh(client, token) or _NOT_ACTIVE
        return json_document(found, headers=NO_STORE)

    def revoke(self, request: HttpRequest) -> Document:
        """A refresh token takes all that its login gave with it (RFC 7009 §2.1); what we do not
        know is gone already (§2.2)."""
        try:
            self._revoke(*self._asked(request))
        except OAuthError as error:
            return error.document()
        return Document(b"", "text/plain", 200, NO_STORE)

    def _revoke(self, client: Client, token: str) -> None:
        access, refresh = self.grants.access_token(token), self.grants.refresh_token(token)
        owner = access.release.service_id if access else refresh and refresh.service_id
        if owner not in {None, client.service.id}:
            raise OAuthError("invalid_grant", "the token was given to another client")
        if access:
            self.grants.end_access_token(token)
        if refresh:
            self.grants.end_family(refresh.family)

    def _asked(self, request: HttpRequest) -> tuple[Client, str]:
        client, form = self.authentication.read(request)
        if "token" not in form:
            raise OAuthError("invalid_request", "token is missing")
        return client, form["token"]

    def _access(self, client: Client, token: str) -> dict[str, object] | None:
        """Active while its session lasts, as at the UserInfo endpoint."""
        found = self.grants.access_token(token)
        if found is None or found.release.service_id != client.service.id:
            return None
        if not self.renewal.is_signed_in(found.release):
            return None
        kept = self._of(client, found.release.pseudonym, found.scope)
        return kept | {"token_type": "Bearer", "exp": found.expires_at}

    def _refresh(self, client: Client, token: str) -> dict[str, object] | None:
        """Active while it would be accepted; when it ends nobody knows, so no `exp`."""
        found = self.grants.refresh_token(token)
        if found is None or found.service_id != client.service.id or self.grants.was_used(found):
            return None
        try:
            self.renewal.release(client.service, found.session)
        except GatewayError:
            return None
        return self._of(client, found.subject, found.scope)

    def _of(self, client: Client, subject: str, scope: str) -> dict[str, object]:
        return {
            "active": True,
            "iss": self.issuer,
            "aud": client.service.identifier,
            "client_id": client.service.identifier,
            "sub": subject,
            "scope": scope,
        }
