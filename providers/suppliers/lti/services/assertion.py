"""Who asks for a token: a tool, by an assertion that it signed (RFC 7523 §3, LTI Security §4.1)."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import jwt

from gateway.core.model import Service
from gateway.errors import FetchRefused, UnknownService, UnsupportedRequest
from gateway.services import Parts
from gateway.trust.jose import TokenRefused, verify_token
from providers.suppliers.lti.tool import ToolKeys, tool_of

_SECONDS = 600  # between iat and exp at most
_OUTAGE_SECONDS = 10
_JTI_LIMIT = 255
_REQUIRED = ("iss", "sub", "aud", "iat", "exp", "jti")


class AssertionRefused(Exception):
    """It does not prove the tool; the text says in what way, without its content."""


@dataclass(frozen=True, slots=True)
class Assertions:
    """`token_endpoint` and `issuer` are ours: an assertion is for one of them alone."""

    parts: Parts
    keys: ToolKeys
    issuer: str
    token_endpoint: str
    _unreachable: dict[str, float] = field(default_factory=dict)

    def tool(self, assertion: str) -> Service:
        """The tool that signed an assertion, which counts once; raises AssertionRefused."""
        service = self._claimed(assertion)
        claims = self._verified(assertion, service)
        self._check(claims, service)
        if not self.parts.state.once([f"lti-jti:{service.id} {claims['jti']}"], self._lifetime()):
            raise AssertionRefused("jti was used before")
        return service

    def _claimed(self, assertion: str) -> Service:
        """The tool that an assertion names, not yet proved."""
        try:
            claims = jwt.decode(assertion, options={"verify_signature": False})
            client_id = claims.get("iss")
            service = self.parts.registry.service_named("lti", str(client_id))
        except (jwt.PyJWTError, RecursionError) as error:
            raise AssertionRefused("it is not a JWT") from error
        except UnknownService as error:
            raise AssertionRefused("iss is not a client_id of ours") from error
        if not service.active:
            raise AssertionRefused("the tool is switched off")
        return service

    def _verified(self, assertion: str, service: Service) -> Mapping[str, Any]:
        """With the keys of this tool alone, whatever `kid` it names."""
        now = self.parts.clock()
        if now < self._unreachable.get(service.id, 0) + _OUTAGE_SECONDS:
            raise AssertionRefused("the tool's jwks_uri did not answer a moment ago")
        try:
            return verify_token(
                assertion,
                self.keys.of(tool_of(service)),
                issuer=service.identifier,
                audience=[self.token_endpoint, self.issuer],
                skew=self.parts.settings.clock_skew_seconds,
                required=_REQUIRED,
            )
        except (TokenRefused, UnsupportedRequest) as error:
            raise AssertionRefused(str(error)) from error
        except FetchRefused as error:
            self._unreachable[service.id] = now
            raise AssertionRefused("the tool's jwks_uri does not answer") from error

    def _check(self, claims: Mapping[str, Any], service: Service) -> None:
        """RFC 7523 §3; times against our clock, so that a long life can not be made of them."""
        skew = self.parts.settings.clock_skew_seconds
        now = self.parts.clock()
        if claims["sub"] != service.identifier:
            raise AssertionRefused("sub is not the client_id")
        ours = (self.token_endpoint, self.issuer)
        if claims["aud"] not in (*ours, *([one] for one in ours)):
            raise AssertionRefused("aud is for others beside us")
        if claims["exp"] > now + _SECONDS + skew or claims["iat"] < now - _SECONDS - skew:
            raise AssertionRefused(f"it may live {_SECONDS} s at most")
        jti = claims["jti"]
        if not isinstance(jti, str) or not 0 < len(jti) <= _JTI_LIMIT:
            raise AssertionRefused(f"jti must be a text of 1 to {_JTI_LIMIT} characters")

    def _lifetime(self) -> int:
        """Longer than the assertion can count: from the earliest use to the latest."""
        return _SECONDS + 2 * self.parts.settings.clock_skew_seconds
