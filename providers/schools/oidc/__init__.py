"""OpenID Connect relying party towards schools: code flow with PKCE.

    discovery.py   what the provider says of itself, and its keys
    claims.py      from verified claims to what the school asserted
    logout.py      the provider ends a session

OpenID Connect Core §3.1; RFC 7636 (PKCE), RFC 9207 (iss in the answer).
"""

import hashlib
import hmac
from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import Any
from urllib.parse import urlencode, urlsplit

from gateway.core.flow import must_be_fresh
from gateway.core.identify import identify
from gateway.core.journeys import leading_back
from gateway.core.model import Connection, Demands, Flow, Json, School
from gateway.core.ports import Departure, HttpRequest, Outcome, Redirect, Resume, Route
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import (
    BadSignature,
    FetchRefused,
    GatewayError,
    MalformedAnswer,
    MissingAttribute,
    OutOfTime,
    ReplayedAnswer,
    SchoolRefused,
    SchoolUnreachable,
    UnexpectedAnswer,
    WrongAudience,
    WrongIssuer,
)
from gateway.services import Parts
from gateway.trust import base64url
from gateway.trust.jose import (
    ClaimMissing,
    TokenExpired,
    TokenForOther,
    TokenOfOther,
    TokenRefused,
    verify_token,
)

from .claims import asserted
from .discovery import Discovery, ProviderDocument
from .logout import BackChannelLogout, session_names

_ANSWER_LIMIT = 4096
_CAUSES: dict[type[TokenRefused], type[GatewayError]] = {
    TokenExpired: OutOfTime,
    TokenOfOther: WrongIssuer,
    TokenForOther: WrongAudience,
    ClaimMissing: MissingAttribute,
}


class OpenIdRelyingParty:
    """Implements ports.SchoolProtocol."""

    name = "oidc"

    def __init__(self, parts: Parts) -> None:
        self._parts = parts
        self._discovery = Discovery(parts.fetch, parts.clock)
        self._logout = BackChannelLogout(parts, self._discovery)
        self._redirect_uri = f"{parts.settings.base_url}/school/oidc/callback"

    def routes(self) -> Sequence[Route]:
        return (
            Route("/school/oidc/callback", ("GET",), self._callback),
            Route("/school/oidc/logout", ("POST",), self._logout.handle),
        )

    def begin(self, connection: Connection, school: School, flow: Flow) -> Departure:
        """The authentication request (Core §3.1.2.1)."""
        provider = self._discovery.find(connection.identifier)
        nonce, verifier = self._parts.random(), self._parts.random(32)
        fields = {
            "response_type": "code",
            "client_id": str(connection.config["client_id"]),
            "redirect_uri": self._redirect_uri,
            "scope": str(connection.config.get("scope") or "openid profile email"),
            "state": flow.id,
            "nonce": nonce,
            "code_challenge": _challenge(verifier),
            "code_challenge_method": "S256",
            **_hints(connection, school, flow.beginning.demands),
        }
        joiner = "&" if urlsplit(provider.authorization_endpoint).query else "?"
        address = provider.authorization_endpoint + joiner + urlencode(fields)
        return Departure(Redirect(address), {"nonce": nonce, "verifier": verifier})

    def _callback(self, request: HttpRequest) -> Outcome:
        """The authentication response (Core §3.1.2.5): proves the answer and goes back."""
        answer = _single_values(request)
        state, code = answer.get("state", ""), answer.get("code", "")
        digest = hashlib.sha256(code.encode()).hexdigest()
        if asked := self._parts.flows.asked(state):
            flow, proof = asked
            if flow.answer_digest != digest:
                with leading_back(flow):
                    self._prove(flow, proof, answer, digest)
        return Resume(state, digest)

    def _prove(self, flow: Flow, proof: Json, answer: Mapping[str, str], digest: str) -> None:
        assert flow.question is not None
        connection = self._parts.registry.connection(flow.question.connection_id)
        provider = self._discovery.find(connection.identifier)
        _check_issuer(answer, provider)
        if "error" in answer or "code" not in answer:
            raise SchoolRefused(f"error {answer.get('error', 'without a code')[:60]}")
        claims = self._claims(connection, provider, answer["code"], proof)
        if not self._parts.state.once([f"asked:{proof['nonce']}"], flow.expires_at - flow.begun_at):
            raise ReplayedAnswer(f"connection {connection.id}")
        said = asserted(claims, connection, self._parts.clock())
        identity = identify(
            replace(said, school_sessions=session_names(claims, connection)),
            connection,
            self._parts.registry.schools_of(connection.id),
            flow.question.school,
            self._parts.vocabulary,
        )
        self._parts.flows.identified(flow, identity, digest)

    def _claims(
        self, connection: Connection, provider: ProviderDocument, code: str, proof: Json
    ) -> Mapping[str, Any]:
        """Token request and ID token (Core §3.1.3); claims of userinfo beside it (§5.3)."""
        tokens = self._tokens(connection, provider, code, str(proof["verifier"]))
        client_id = str(connection.config["client_id"])
        claims = self._verified(str(tokens.get("id_token", "")), provider, client_id)
        said, asked = str(claims.get("nonce", "")), str(proof["nonce"])
        if not hmac.compare_digest(said.encode(errors="replace"), asked.encode()):
            raise UnexpectedAnswer("the ID token is not for this request")
        if claims["aud"] not in (client_id, [client_id]):
            raise WrongAudience("the ID token is for others beside us")
        if claims.get("azp", client_id) != client_id:
            raise UnexpectedAnswer("the ID token is for another party")
        return {**self._userinfo(provider, tokens, claims), **claims}

    def _tokens(
        self, connection: Connection, provider: ProviderDocument, code: str, verifier: str
    ) -> Mapping[str, Any]:
        fields = {
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": self._redirect_uri,
            "code_verifier": verifier,
        }
        secret = self._parts.sealer.unseal(str(connection.config["client_secret"]))
        credentials = (str(connection.config["client_id"]), secret)
        try:
            body = self._parts.fetch.post_form(provider.token_endpoint, fields, credentials)
            tokens = read_json(body)
        except (FetchRefused, JsonRefused) as error:
            raise SchoolUnreachable(f"token endpoint of {provider.issuer}: {error}") from error
        if not isinstance(tokens, dict) or "id_token" not in tokens:
            error_code = tokens.get("error") if isinstance(tokens, dict) else "no JSON object"
            raise SchoolRefused(f"token endpoint of {provider.issuer}: {str(error_code)[:60]}")
        return tokens

    def _verified(self, token: str, provider: ProviderDocument, client_id: str) -> dict[str, Any]:
        """Core §3.1.3.7."""
        try:
            return verify_token(
                token,
                provider.keys,
                issuer=provider.issuer,
                audience=client_id,
                skew=self._parts.settings.clock_skew_seconds,
            )
        except TokenRefused as error:
            cause = _CAUSES.get(type(error), BadSignature)
            raise cause(f"ID token of {provider.issuer}: {error}") from error
        except FetchRefused as error:
            raise SchoolUnreachable(f"keys of {provider.issuer}: {error}") from error

    def _userinfo(
        self, provider: ProviderDocument, tokens: Mapping[str, Any], claims: Mapping[str, Any]
    ) -> Mapping[str, Any]:
        """Core §5.3.2: of the same `sub`, or not used."""
        if not provider.userinfo_endpoint or "access_token" not in tokens:
            return {}
        try:
            body = self._parts.fetch.get(
                provider.userinfo_endpoint, bearer=str(tokens["access_token"])
            )
            record = read_json(body)
        except (FetchRefused, JsonRefused) as error:
            raise SchoolUnreachable(f"userinfo of {provider.issuer}: {error}") from error
        if not isinstance(record, dict) or record.get("sub") != claims["sub"]:
            raise UnexpectedAnswer("userinfo is about somebody else")
        return record


def _single_values(request: HttpRequest) -> dict[str, str]:
    """Each parameter once (RFC 6749 §3.1)."""
    found = {name: request.args.getlist(name) for name in request.args.keys()}  # noqa: SIM118
    if any(len(values) > 1 or len(values[0]) > _ANSWER_LIMIT for values in found.values()):
        raise MalformedAnswer("a parameter is there twice or too long")
    return {name: values[0] for name, values in found.items()}


def _check_issuer(answer: Mapping[str, str], provider: ProviderDocument) -> None:
    """RFC 9207 §2.4: who answers is who was asked."""
    said = answer.get("iss")
    if said != provider.issuer and (said is not None or provider.iss_in_answer):
        raise WrongIssuer(f"the answer is not of {provider.issuer}")


def _hints(connection: Connection, school: School, demands: Demands) -> dict[str, str]:
    """What spares the person a page at the provider, or what a service demands of the login."""
    hints: dict[str, str] = {}
    if domain := connection.config.get("hosted_domain"):
        hints["hd"] = hints["domain_hint"] = str(domain)
    if connection.config.get("brin_scoping"):
        hints["login_hint"] = f"brin:{school.brin}"
    if must_be_fresh(demands):
        hints["prompt"] = "login"
    if demands.contexts:
        hints["acr_values"] = " ".join(sorted(demands.contexts))
    return hints


def _challenge(verifier: str) -> str:
    """RFC 7636 §4.2, S256."""
    digest = hashlib.sha256(verifier.encode()).digest()
    return base64url.encode(digest)
