"""Requests that clients pushed (RFC 9126): the browser carries only a reference to them."""

import json
from collections.abc import Mapping
from dataclasses import dataclass

from gateway.core.ports import Random, State
from gateway.errors import MalformedRequest

from .client import Client

SECONDS = 90
_PREFIX = "urn:ietf:params:oauth:request_uri:"


@dataclass(frozen=True, slots=True)
class PushedRequests:
    state: State
    random: Random

    def keep(self, fields: Mapping[str, str]) -> str:
        """The request_uri that stands for a request, for a while and in one browser."""
        reference = self.random(32)
        self.state.put(_key(reference), json.dumps(fields).encode(), SECONDS)
        return _PREFIX + reference

    def is_one(self, request_uri: str) -> bool:
        return request_uri.startswith(_PREFIX)

    def redeem(self, request_uri: str, client: Client) -> dict[str, str]:
        """What the client pushed, and nothing that the browser brought (§4); raises
        MalformedRequest. That it counts in one browser alone is the dispatcher's to see to, by
        `Begin.reference`."""
        data = self.state.get(_key(request_uri.removeprefix(_PREFIX)))
        fields: dict[str, str] = json.loads(data) if data else {}
        if fields.get("client_id") != client.service.identifier:
            raise MalformedRequest("request_uri is unknown, too old or another client's")
        return fields


def _key(reference: str) -> str:
    return f"pushed:{reference}"
