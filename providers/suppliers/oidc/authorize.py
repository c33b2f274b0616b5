"""The authentication request of a client, checked (OpenID Connect Core §3.1.2.1 and .2).

Until client and redirect_uri are known to belong together an error is a page of ours; after
that it goes to the redirect_uri.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.core.hints import school_meant
from gateway.core.model import Brin, Demands, Json, JsonValue, SupplierRequest
from gateway.core.ports import Begin, HttpRequest, Registry
from gateway.errors import MalformedRequest, UnregisteredAddress

from .answers import RESPONSE_MODES, Recipient
from .claims_request import ClaimsRefused, ClaimsRequest, read_claims_request
from .client import Client
from .errors import InvalidRequest
from .own_tokens import OwnTokens
from .parameters import ParameterRefused, single_values
from .pushed import PushedRequests
from .request_object import RequestObjects

SCOPES = ("openid", "profile", "email")
_CHALLENGE = re.compile(r"[A-Za-z0-9_-]{43}")
_PROMPTS = {"none", "login", "consent", "select_account"}


@dataclass(frozen=True, slots=True)
class AuthorizationError(Exception):
    """An error that goes to a redirect_uri that is the client's own."""

    recipient: Recipient
    error: str
    description: str


@dataclass(frozen=True, slots=True)
class AuthorizationRequests:
    """Reads what comes in at the authorization endpoint."""

    registry: Registry
    own_tokens: OwnTokens
    objects: RequestObjects
    pushed: PushedRequests

    def read(self, request: HttpRequest) -> Begin:
        """The login that a client asks for; raises SupplierError, AuthorizationError."""
        fields = _fields(request)
        client = Client(self.registry.service_named("oidc", fields.get("client_id", "")))
        reference = fields.get("request_uri", "")
        if self.pushed.is_one(reference):
            fields = self.pushed.redeem(reference, client)
            begin = replace(self._begin_opened(fields, client), reference=reference)
        else:
            begin = self._begin_opened(fields, client)
        return self._hinted_by_address(request, begin)

    def _hinted_by_address(self, request: HttpRequest, begin: Begin) -> Begin:
        """With the school of `?school=`, unless the request itself names one."""
        if begin.school is not None or b"school=" not in request.query_string:
            return begin
        named = next(iter(request.args.getlist("school")), "")
        return replace(begin, school=school_meant(named, self.registry))

    def _begin_opened(self, fields: Mapping[str, str], client: Client) -> Begin:
        try:
            opened = self.opened(fields, client)
        except InvalidRequest as invalid:
            recipient = self._recipient(fields, client)
            raise AuthorizationError(recipient, invalid.error, invalid.description) from invalid
        return self.begin(opened, client)

    def opened(self, fields: Mapping[str, str], client: Client) -> Mapping[str, str]:
        """With what stands in a request object; raises InvalidRequest."""
        return self.objects.opened(fields, client)

    def begin(self, fields: Mapping[str, str], client: Client) -> Begin:
        """Raises SupplierError, AuthorizationError."""
        recipient = self._recipient(fields, client)
        try:
            _check_response_type(fields)
            _check_references(fields)
            _check_scope(fields)
            claims = _claims(fields)
            payload = self._payload(fields, client, recipient, claims)
            demands = _demands(fields, claims)
        except InvalidRequest as invalid:
            raise AuthorizationError(recipient, invalid.error, invalid.description) from invalid
        asked = SupplierRequest(client.service.id, payload, demands)
        return Begin(asked, self._school(fields), languages=_languages(fields))

    def _recipient(self, fields: Mapping[str, str], client: Client) -> Recipient:
        mode = fields.get("response_mode", "query")
        return Recipient(
            redirect_uri=_redirect_uri(fields, client),
            state=fields.get("state"),
            mode=mode if mode in RESPONSE_MODES else "query",
            issuer=self.own_tokens.issuer,
        )

    def _payload(
        self,
        fields: Mapping[str, str],
        client: Client,
        recipient: Recipient,
        claims: ClaimsRequest,
    ) -> Json:
        """What the answer needs, as the flow keeps it."""
        hinted = self._hinted(fields, client)
        payload: dict[str, JsonValue] = {
            "redirect_uri": recipient.redirect_uri,
            "state": recipient.state,
            "mode": recipient.mode,
            "nonce": fields.get("nonce"),
            "challenge": _challenge(fields),
            "scope": " ".join(scope for scope in SCOPES if scope in fields["scope"].split()),
        }
        if hinted is not None or claims.subjects is not None:
            subjects = [hinted] if claims.subjects is None else list(claims.subjects)
            payload["subjects"] = [each for each in subjects if hinted in {None, each}]
        return payload

    def _hinted(self, fields: Mapping[str, str], client: Client) -> str | None:
        """The person of id_token_hint, as this client knows them."""
        if "id_token_hint" not in fields:
            return None
        claims = self.own_tokens.read(fields["id_token_hint"])
        if claims is None or claims["aud"] != client.service.identifier:
            raise InvalidRequest("invalid_request", "id_token_hint is no ID token of yours")
        return str(claims["sub"])

    def _school(self, fields: Mapping[str, str]) -> Brin | None:
        """That of `school` or of `login_hint=brin:...`; an unknown one is no hint."""
        hint = fields.get("login_hint", "")
        hinted = hint.removeprefix("brin:") if hint.startswith("brin:") else ""
        return school_meant(fields.get("school") or hinted, self.registry)


def _fields(request: HttpRequest) -> dict[str, str]:
    """By GET and by POST (Core §3.1.2.1)."""
    try:
        return single_values(request.form if request.method == "POST" else request.args)
    except ParameterRefused as error:
        raise MalformedRequest(str(error)) from error


def _redirect_uri(fields: Mapping[str, str], client: Client) -> str:
    """Compared as a whole string (RFC 9700 §4.1.3, Core §3.1.2.1)."""
    asked = fields.get("redirect_uri")
    if asked is None:
        raise MalformedRequest("no redirect_uri")
    if asked not in client.redirect_uris:
        raise UnregisteredAddress(f"redirect_uri is not registered for {client.service.id}")
    return asked


def _check_response_type(fields: Mapping[str, str]) -> None:
    if "response_type" not in fields:
        raise InvalidRequest("invalid_request", "response_type is missing")
    if fields["response_type"] != "code":
        raise InvalidRequest("unsupported_response_type", "response_type must be code")
    if fields.get("response_mode", "query") not in RESPONSE_MODES:
        raise InvalidRequest("invalid_request", "response_mode is not understood")


def _check_references(fields: Mapping[str, str]) -> None:
    """Core §3.1.2.6: refused aloud, never ignored; we fetch nothing from where a request says."""
    if "request_uri" in fields:
        raise InvalidRequest("request_uri_not_supported", "request_uri must be one of ours")


def _check_scope(fields: Mapping[str, str]) -> None:
    if "openid" not in fields.get("scope", "").split():
        raise InvalidRequest("invalid_scope", "scope must hold openid")


def _challenge(fields: Mapping[str, str]) -> str | None:
    """RFC 7636 §4.3; only S256, since plain protects nothing (RFC 9700 §2.1.1)."""
    challenge, method = fields.get("code_challenge"), fields.get("code_challenge_method")
    if challenge is None and method is None:
        return None
    if method != "S256":
        raise InvalidRequest("invalid_request", "code_challenge_method must be S256")
    if challenge is None or not _CHALLENGE.fullmatch(challenge):
        raise InvalidRequest("invalid_request", "code_challenge must be 43 base64url characters")
    return challenge


def _claims(fields: Mapping[str, str]) -> ClaimsRequest:
    if "claims" not in fields:
        return ClaimsRequest()
    try:
        return read_claims_request(fields["claims"])
    except ClaimsRefused as error:
        raise InvalidRequest("invalid_request", str(error)) from error


def _demands(fields: Mapping[str, str], claims: ClaimsRequest) -> Demands:
    """Read prompt and max_age (Core §3.1.2.1), and with them an essential acr (§5.5.1.1). Who may
    choose an account does so at the school."""
    prompts = set(fields.get("prompt", "").split())
    if prompts - _PROMPTS or ("none" in prompts and len(prompts) > 1):
        raise InvalidRequest("invalid_request", "prompt is not understood")
    max_age = fields.get("max_age")
    if max_age is not None and not re.fullmatch(r"[0-9]{1,9}", max_age):
        raise InvalidRequest("invalid_request", "max_age must be a number of seconds")
    return Demands(
        fresh=not prompts.isdisjoint({"login", "select_account"}),
        passive="none" in prompts,
        max_age=None if max_age is None else int(max_age),
        contexts=claims.contexts,
    )


def _languages(fields: Mapping[str, str]) -> tuple[str, ...]:
    """ui_locales, the most wanted first (Core §3.1.2.1)."""
    return tuple(fields["ui_locales"].split()) if "ui_locales" in fields else ()
