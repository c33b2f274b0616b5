"""A teacher picks material at the tool, and the tool brings it back (LTI Deep Linking 2.0).

The answer is a form post of the tool, signed with its own key. What it brings counts once, for
the tool and the school that were asked, and for the teacher who began.
"""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from urllib.parse import urlencode

import jwt

from gateway.core.ports import HttpRequest
from gateway.errors import BadRequestSignature, FetchRefused, FlowLost, MalformedRequest
from gateway.services import Parts
from gateway.trust.client_assertion import ServiceKeys
from gateway.trust.jose import TokenRefused, verify_token

from .content_items import Item, read_items
from .terms import CLAIM, DEEP_LINKING, DEEP_LINKING_RESPONSE, VERSION
from .tool import Tool, tool_of

PICK_PATH = "/lti/pick"
RETURN_PATH = "/lti/deep-link"
_LONGEST_SECONDS = 3600  # between a token's iat and exp
_REQUIRED = ("exp", "iat", "nonce")


@dataclass(frozen=True, slots=True)
class Picked:
    """What a tool brought back; `person` is the teacher who was sent to pick, `failed` whether the
    tool says that something went wrong."""

    tool: Tool
    person: str
    items: tuple[Item, ...]
    failed: bool


@dataclass(frozen=True, slots=True)
class DeepLinking:
    parts: Parts
    keys: ServiceKeys
    issuer: str

    def begin(self, tool: Tool, person: str, deployment: str) -> str:
        """The `data` that the tool must bring back unchanged (§4.4.7)."""
        data = self.parts.random(32)
        record = json.dumps([person, deployment]).encode()
        lifetime = self.parts.settings.flow_seconds
        self.parts.state.put(_key(tool, data), record, lifetime)
        return data

    def read(self, request: HttpRequest) -> Picked:
        """The checks in their order; raises SupplierError, FlowLost."""
        token = _token(request)
        tool = tool_of(self.parts.registry.service_named("lti", _issuer(token)))
        claims = self._proved(token, tool)
        _check_message(claims)
        person = self._person(tool, claims)
        # Its words may say anything of anybody: none is shown or logged.
        if errors := {"errormsg", "errorlog"} & {_short(name) for name in claims}:
            self.parts.audit("lti.pick.failed", service=tool.service.id, told=sorted(errors))
        items = claims.get(f"{DEEP_LINKING}content_items")
        return Picked(tool, person, read_items(items, tool), failed=bool(errors))

    def _proved(self, token: str, tool: Tool) -> Mapping[str, Any]:
        """Signed by the tool, for us, now, and not seen before (LTI Security §5.2.2, §5.2.3)."""
        skew = self.parts.settings.clock_skew_seconds
        try:
            claims = verify_token(
                token,
                self.keys.of(tool.service),
                issuer=tool.client_id,
                audience=self.issuer,
                skew=skew,
                required=_REQUIRED,
            )
        except (TokenRefused, FetchRefused) as error:
            raise BadRequestSignature(f"service {tool.service.id}: {error}") from error
        if claims["exp"] - claims["iat"] > _LONGEST_SECONDS:
            raise MalformedRequest(f"a token that lives longer than {_LONGEST_SECONDS} seconds")
        nonce = f"lti-nonce:{tool.service.id} {claims['nonce']}"
        if not self.parts.state.once([nonce], _LONGEST_SECONDS + 2 * skew):
            restart = pick_address(tool.service.id)
            raise FlowLost("a deep linking response that came before", restart)
        return claims

    def _person(self, tool: Tool, claims: Mapping[str, Any]) -> str:
        """The teacher to whom `data` was given, for this tool at this school (§4.5.6)."""
        data = self.parts.state.take(_key(tool, str(claims.get(f"{DEEP_LINKING}data"))))
        if data is None:
            restart = pick_address(tool.service.id)
            raise FlowLost("data of a deep linking response: unknown, used or too old", restart)
        person, deployment = json.loads(data)
        if claims.get(f"{CLAIM}deployment_id") != deployment:
            raise MalformedRequest("deployment_id is not that of the request")
        return str(person)


def pick_address(service_id: str) -> str:
    """Our path where picking begins."""
    return f"{PICK_PATH}?{urlencode({'service': service_id})}"


def _token(request: HttpRequest) -> str:
    values = request.form.getlist("JWT")
    if len(values) != 1:
        raise MalformedRequest("not exactly one JWT")
    return values[0]


def _issuer(token: str) -> str:
    """Who says to have signed; proved only by the signature."""
    try:
        claims = jwt.decode(token, options={"verify_signature": False})
    except (jwt.PyJWTError, RecursionError) as error:
        raise MalformedRequest("JWT can not be read") from error
    return str(claims.get("iss", ""))


def _check_message(claims: Mapping[str, Any]) -> None:
    """LTI Deep Linking §4.5.1, LTI Core §5.3.2."""
    if claims.get(f"{CLAIM}message_type") != DEEP_LINKING_RESPONSE:
        raise MalformedRequest(f"message_type must be {DEEP_LINKING_RESPONSE}")
    if claims.get(f"{CLAIM}version") != VERSION:
        raise MalformedRequest(f"version must be {VERSION}")


def _short(name: str) -> str:
    return name.removeprefix(DEEP_LINKING)


def _key(tool: Tool, data: str) -> str:
    return f"lti-pick:{tool.service.id} {data}"
