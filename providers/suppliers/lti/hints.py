"""What a tool brings back from our login initiation: one-time, short-lived, of one session.

Both hints are random; what they stand for lies in the short-lived store. They count once, for
the tool that they were made for (LTI Security §5.1.1.1), and only in the session in which
the person was sent to the tool: nobody can be signed in at a tool as somebody else by hints
that another obtained.
"""

import json
from dataclasses import dataclass
from typing import Any, cast

from gateway.core.model import Json, Place
from gateway.core.ports import Random, State
from gateway.errors import FlowLost

_SECONDS = 300  # from our redirect to the tool's authentication request
_WAY_BACK_SECONDS = 3600  # for who goes back to a page of the tool that has used them
_START_PAGE = "/"


@dataclass(frozen=True, slots=True)
class Message:
    """The message that a tool is to get: a launch of a place, or a request to pick one.

    `session` is the name of the person's session towards this service.
    """

    place: Place
    session: str
    picking: bool = False
    framed: bool = False


@dataclass(frozen=True, slots=True)
class Hints:
    state: State
    random: Random

    def issue(self, service_id: str, message: Message) -> tuple[str, str]:
        """A login_hint and an lti_message_hint."""
        login_hint, message_hint = self.random(), self.random()
        key = _key(service_id, login_hint, message_hint)
        records = [(key, json.dumps(message_out(message)).encode(), _SECONDS)]
        if way_back := message.place.way_back:
            records.append((_way_back_key(key), way_back.encode(), _WAY_BACK_SECONDS))
        self.state.put_all(records)
        return login_hint, message_hint

    def redeem(self, service_id: str, login_hint: str, message_hint: str) -> Message:
        """What the hints stand for; they are gone then. Raises FlowLost, with the way back."""
        key = _key(service_id, login_hint, message_hint)
        data = self.state.take(key)
        if data is None:
            way_back = self.state.get(_way_back_key(key))
            restart = way_back.decode() if way_back else _START_PAGE
            raise FlowLost("hints of an LTI login that are unknown, used or too old", restart)
        return message_in(json.loads(data))


def message_out(message: Message) -> Json:
    place = message.place
    return {
        "place": place_out(place),
        "session": message.session,
        "picking": message.picking,
        "framed": message.framed,
    }


def message_in(record: Json) -> Message:
    return Message(
        place=place_in(cast("list[Any]", record["place"])),
        session=str(record["session"]),
        picking=bool(record["picking"]),
        framed=bool(record["framed"]),
    )


def place_out(place: Place) -> list[Any]:
    return [place.id, place.target, place.title, dict(place.custom), place.way_back]


def place_in(record: list[Any]) -> Place:
    return Place(*record)


def _key(service_id: str, login_hint: str, message_hint: str) -> str:
    """Each tool has hints of its own. A hint holds no space, so the parts can not run together."""
    return f"lti-login:{service_id} {login_hint} {message_hint}"


def _way_back_key(key: str) -> str:
    return f"back {key}"
