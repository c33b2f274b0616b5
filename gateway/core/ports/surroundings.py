"""What comes from outside the rules: time, randomness, the network, secrets, the log."""

from collections.abc import Mapping, Sequence
from typing import Any, Protocol


class Clock(Protocol):
    """Seconds since the epoch."""

    def __call__(self) -> float: ...


class Random(Protocol):
    """A fresh unguessable text of URL-safe characters that carries `size` random bytes."""

    def __call__(self, size: int = ..., /) -> str: ...


class JsonText(Protocol):
    """JSON values as bytes and back (RFC 8259)."""

    def dumps(self, value: Any, /) -> bytes: ...

    def loads(self, text: bytes, /) -> Any:
        """Raises ValueError."""


class Locale(Protocol):
    """The language of our pages for the person whose request is answered now (BCP 47)."""

    def __call__(self) -> str: ...


class Fetch(Protocol):
    """Outgoing HTTP that can not be pointed at our own network; raises FetchRefused."""

    def get(self, address: str, *, bearer: str | None = None) -> bytes:
        """The body at an address, asked for with a bearer token when one is given."""

    def post_form(
        self, address: str, fields: Mapping[str, str], credentials: tuple[str, str]
    ) -> bytes:
        """Post a form with HTTP Basic credentials; the body of the answer, 200 or not."""

    def notify(self, address: str, fields: Mapping[str, str], seconds: float) -> int:
        """Post a form to who need not answer; the status, within some seconds."""


class Sealer(Protocol):
    """Keeps a party's secret unreadable in the database."""

    def seal(self, text: str) -> str: ...

    def unseal(self, sealed: str) -> str:
        """Raises ConfigurationError when it was sealed under another key."""


class SessionNames(Protocol):
    """The name of a session towards a service: always the same there, another elsewhere."""

    def towards(self, service_id: str, index: str) -> str: ...

    def read(self, service_id: str, name: str) -> str | None:
        """The index that a service's name stands for; None when it is not that service's."""


class Audit(Protocol):
    """Writes down what happened: tags and ids, never a person's values."""

    def __call__(self, event: str, **facts: str | int | Sequence[str]) -> None: ...
