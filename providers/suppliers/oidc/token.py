"""The token endpoint: a code, or a refresh token, becomes an ID token and an access token
(Core §3.1.3, §12).

Cost of a code: one take from the store, one signature.
"""

import hashlib
import hmac
import re
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.model import Release
from gateway.core.ports import Document, Fault, HttpRequest
from gateway.core.renewal import Renewal
from gateway.errors import GatewayError
from gateway.services import Parts
from gateway.trust import base64url

from .authentication import Authentication
from .client import Client
from .errors import NO_STORE, OAuthError, json_document
from .grants import CodeGrant, Grants, RefreshToken
from .id_token import IdTokens

GRANT_TYPES = ("authorization_code", "refresh_token")
_VERIFIER = re.compile(r"[A-Za-z0-9._~-]{43,128}")


@dataclass(frozen=True, slots=True)
class TokenEndpoint:
    parts: Parts
    authentication: Authentication
    grants: Grants
    id_tokens: IdTokens
    renewal: Renewal

    def handle(self, request: HttpRequest) -> Document:
        try:
            client, form = self.authentication.read(request)
            return self._granted(client, form)
        except OAuthError as error:
            return error.document()

    def _granted(self, client: Client, form: Mapping[str, str]) -> Document:
        match form.get("grant_type"):
            case "authorization_code":
                return self._exchange(client, form)
            case "refresh_token":
                return self._refresh(client, form)
        raise OAuthError("unsupported_grant_type", f"grant_type: {' or '.join(GRANT_TYPES)}")

    def _exchange(self, client: Client, form: Mapping[str, str]) -> Document:
        redeemed = self.grants.redeem_code(form.get("code", ""))
        if redeemed is None:
            raise OAuthError("invalid_grant", "the code is unknown, used or too old")
        grant, access_token, refresh_token = redeemed
        _check_grant(grant, client, form)
        asked = client, grant.release, access_token, grant.nonce
        if grant.fault is None:
            id_token = self.id_tokens.make(*asked)
        else:
            id_token = self.id_tokens.make_wrong(*asked, Fault(grant.fault))
        return self._answer(grant.scope, access_token, id_token, refresh_token)

    def _refresh(self, client: Client, form: Mapping[str, str]) -> Document:
        """RFC 6749 §6, with rotation: a token counts once, and its second use ends all that the
        login gave, since one of the two who used it is a thief (RFC 9700 §4.14.2)."""
        if not client.refreshes:
            raise OAuthError("unauthorized_client", "this client has no refresh tokens")
        token = self.grants.refresh_token(form.get("refresh_token", ""))
        if token is None or token.service_id != client.service.id:
            raise OAuthError("invalid_grant", "the refresh token is unknown or has ended")
        scope = _narrowed(form.get("scope"), token)
        if not self.grants.use(token):
            self.grants.end_family(token.family)
            self.parts.audit("oidc.refresh_reused", service=client.service.id)
            raise OAuthError("invalid_grant", "the refresh token was used before")
        release = self._released(client, token)
        access_token, refresh_token = self.grants.rotate(token, release, scope)
        id_token = self.id_tokens.make(client, release, access_token, None)
        self.parts.audit("oidc.refreshed", service=client.service.id)
        return self._answer(scope, access_token, id_token, refresh_token)

    def _released(self, client: Client, token: RefreshToken) -> Release:
        """As the school decides now, of the same person (Core §12.2)."""
        try:
            release = self.renewal.release(client.service, token.session)
        except GatewayError as error:
            self.grants.end_family(token.family)
            raise OAuthError("invalid_grant", "the login has ended") from error
        if not hmac.compare_digest(release.pseudonym.encode(), token.subject.encode()):
            self.grants.end_family(token.family)
            raise OAuthError("invalid_grant", "the person has another sub now")
        return release

    def _answer(
        self, scope: str, access_token: str, id_token: str, refresh_token: str | None
    ) -> Document:
        """RFC 6749 §5.1."""
        record = {
            "access_token": access_token,
            "token_type": "Bearer",
            "expires_in": self.grants.token_seconds,
            "scope": scope,
            "id_token": id_token,
        }
        if refresh_token is not None:
            record["refresh_token"] = refresh_token
        return json_document(record, headers=NO_STORE)


def _check_grant(grant: CodeGrant, client: Client, form: Mapping[str, str]) -> None:
    """RFC 6749 §4.1.3, RFC 7636 §4.6, RFC 9700 §2.1.1 (no verifier without a challenge)."""
    if grant.client_id != client.service.identifier:
        raise OAuthError("invalid_grant", "the code was given to another client")
    if grant.redirect_uri != form.get("redirect_uri"):
        raise OAuthError("invalid_grant", "redirect_uri is not that of the request")
    verifier = form.get("code_verifier")
    if (grant.challenge is None) != (verifier is None):
        raise OAuthError("invalid_grant", "code_verifier and code_challenge belong together")
    if grant.challenge and not _proves(verifier or "", grant.challenge):
        raise OAuthError("invalid_grant", "code_verifier does not prove the code_challenge")


def _proves(verifier: str, challenge: str) -> bool:
    if not _VERIFIER.fullmatch(verifier):
        return False
    digest = hashlib.sha256(verifier.encode()).digest()
    made = base64url.encode(digest)
    return hmac.compare_digest(made, challenge)


def _narrowed(asked: str | None, token: RefreshToken) -> str:
    """The scope of before, or less (RFC 6749 §6)."""
    had = token.scope.split()
    wanted = had if asked is None else asked.split()
    if not set(wanted) <= set(had) or "openid" not in wanted:
        raise OAuthError("invalid_scope", "scope must be that of the login, or less with openid")
    return " ".join(scope for scope in had if scope in wanted)
