"""Idempotency-Key: a request that is sent twice is done once.

draft-ietf-httpapi-idempotency-key-header §2
"""

import hashlib
import json
import re
from collections.abc import Callable
from dataclasses import dataclass

from flask import request

from gateway.core.ports import State
from gateway.errors import ContentRefused, Fault, KeyInUse, KeyReused

_HEADER = "Idempotency-Key"
_KEY = re.compile(r"[\x21-\x7e]{1,200}")
_KEPT_SECONDS = 24 * 3600
_CLAIM_SECONDS = 30


@dataclass(frozen=True, slots=True)
class Once:
    """Chooses a name for what a request makes, so that a second sending makes no second one."""

    state: State

    def name(self, caller: str, body: bytes, choose: Callable[[], str]) -> str:
        """A new name, or the one that was chosen for this key of the caller within a day.

        Raises KeyReused when the key came with another body, KeyInUse when it is just being
        chosen.
        """
        header = request.headers.get(_HEADER)
        if header is None:
            return choose()
        if not _KEY.fullmatch(header):
            raise ContentRefused([Fault(_HEADER, "at most 200 visible ASCII characters")])
        record = f"once:{hashlib.sha256(f'{caller} {header}'.encode()).hexdigest()}"
        digest = hashlib.sha256(body).hexdigest()
        return self._known(record, digest) or self._choose(record, digest, choose)

    def _known(self, record: str, digest: str) -> str | None:
        kept = self.state.get(record)
        if kept is None:
            return None
        first, name = json.loads(kept)
        if first != digest:
            raise KeyReused
        return str(name)

    def _choose(self, record: str, digest: str, choose: Callable[[], str]) -> str:
        if not self.state.once([f"{record}:claim"], _CLAIM_SECONDS):
            raise KeyInUse
        if known := self._known(record, digest):
            return known
        name = choose()
        self.state.put(record, json.dumps([digest, name]).encode(), _KEPT_SECONDS)
        return name
