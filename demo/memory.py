"""What a program of the demo remembers for a while: a dictionary whose entries end."""

import time
from threading import Lock
from typing import Generic, TypeVar

Value = TypeVar("Value")


class Memory(Generic[Value]):
    """Safe between threads; `set`, `get` and `delete` are also what Authlib asks of a cache."""

    def __init__(self) -> None:
        self._rows: dict[str, tuple[float, Value]] = {}
        self._lock = Lock()

    def set(self, key: str, value: Value, lifetime: float) -> None:
        """Keep the value for `lifetime` seconds."""
        with self._lock:
            self._forget()
            self._rows[key] = (time.monotonic() + lifetime, value)

    def add(self, key: str, value: Value, lifetime: float) -> bool:
        """Keep the value unless the key is there already; true where it was new."""
        with self._lock:
            self._forget()
            if key in self._rows:
                return False
            self._rows[key] = (time.monotonic() + lifetime, value)
            return True

    def get(self, key: str) -> Value | None:
        with self._lock:
            self._forget()
            return self._rows[key][1] if key in self._rows else None

    def take(self, key: str) -> Value | None:
        """Read and forget, so that of two callers one gets it."""
        with self._lock:
            self._forget()
            return self._rows.pop(key)[1] if key in self._rows else None

    def delete(self, key: str) -> None:
        self.take(key)

    def _forget(self) -> None:
        now = time.monotonic()
        self._rows = {key: row for key, row in self._rows.items() if row[0] > now}
