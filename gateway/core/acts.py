"""What was done in a console: who, what, before, after; chained, so that a change shows.

The digest of an act covers its fields and the digest before it: who takes one out, changes or
inserts one breaks all that follow. Who can write the whole table can make it anew; so the last
digest is to be noted elsewhere now and then (`ketenpoort audit verify` prints it).
"""

import hashlib
import json
from dataclasses import asdict, dataclass

from gateway.core.model import Json, Service

BEGINNING = "0" * 64


@dataclass(frozen=True, slots=True)
class Act:
    """`before` and `after` are JSON texts; `at` in seconds since the epoch."""

    number: int
    at: int
    actor: str
    act: str
    object: str
    before: str
    after: str


@dataclass(frozen=True, slots=True)
class ChainedAct:
    act: Act
    digest: str


def chain(act: Act, previous: str) -> ChainedAct:
    """The act with its digest, after the digest of the one before."""
    fields = [act.number, act.at, act.actor, act.act, act.object, act.before, act.after]
    text = json.dumps([previous, *fields], ensure_ascii=True, separators=(",", ":"))
    return ChainedAct(act, hashlib.sha256(text.encode()).hexdigest())


def described(service: Service) -> Json:
    """A service as the record keeps it: with the digests of its secrets left out."""
    record = asdict(service)
    config = {n: v for n, v in service.config.items() if not n.endswith("_hash")}
    return {**record, "config": config, "about": _without_pictures(service.about)}


def _without_pictures(about: Json) -> Json:
    return {name: value for name, value in about.items() if name != "logo"}


def as_text(value: object) -> str:
    """What is recorded of a state; what has no JSON form as its text."""
    return json.dumps(value, ensure_ascii=False, sort_keys=True, default=str)
