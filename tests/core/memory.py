"""Short-lived records in memory: the port `State` with a clock that the test moves."""

from collections.abc import Sequence

from gateway.core.ports import Record
from tests.core.people import HeldClock


class MemoryState:
    """Implements ports.State for one process."""

    def __init__(self, clock: HeldClock) -> None:
        self.clock = clock
        self.values: dict[str, tuple[bytes, float]] = {}
        self.sets: dict[str, tuple[set[str], float]] = {}
        self.adds = 0

    def put(self, key: str, value: bytes, lifetime: int) -> None:
        self.values[key] = value, self.clock() + lifetime

    def put_all(self, records: Sequence[Record]) -> None:
        for record in records:
            self.put(*record)

    def put_once(self, keys: Sequence[str], records: Sequence[Record], lifetime: int) -> bool:
        fresh = self.once(keys, lifetime)
        if fresh:
            self.put_all(records)
        return fresh

    def get(self, key: str) -> bytes | None:
        value, ends = self.values.get(key, (None, 0))
        return value if ends > self.clock() else None

    def take(self, key: str) -> bytes | None:
        found = self.get(key)
        self.values.pop(key, None)
        return found

    def once(self, keys: Sequence[str], lifetime: int) -> bool:
        fresh = all(self.get(key) is None for key in keys)
        for key in keys:
            self.put(key, b"", lifetime)
        return fresh

    def add(self, key: str, member: str, lifetime: int) -> None:
        self.adds += 1
        found, ends = self.sets.get(key, (set(), 0))
        if ends <= self.clock():
            found = set()
        found.add(member)
        self.sets[key] = found, self.clock() + lifetime

    def members(self, key: str) -> frozenset[str]:
        found, ends = self.sets.get(key, (set(), 0))
        return frozenset(found) if ends > self.clock() else frozenset()

    def remove(self, key: str) -> None:
        self.values.pop(key, None)
        self.sets.pop(key, None)
