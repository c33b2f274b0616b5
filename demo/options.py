"""What the person who starts the demo may choose."""

from collections.abc import Iterable
from dataclasses import asdict, dataclass, field, fields, replace
from pathlib import Path
from typing import Self

from demo.environment import Addresses
from demo.programs import HOST, DemoError, free_ports


@dataclass(frozen=True, slots=True)
class Ports:
    gateway: int = 8080
    start: int = 8000
    saml_school: int = 8081
    oidc_school: int = 8082
    saml_supplier: int = 8083
    oidc_supplier: int = 8084
    lti_supplier: int = 8085

    @classmethod
    def free(cls) -> Self:
        return cls(*free_ports(len(fields(cls))))

    def changed(self, changes: Iterable[str]) -> Self:
        """With changes such as `start=9000`. Raises DemoError."""
        known = asdict(self)
        for change in changes:
            name, _, number = change.partition("=")
            if name not in known or not number.isdecimal() or not 0 < int(number) < 2**16:
                raise DemoError(
                    f"--port {change}: give NAME=NUMBER, NAME one of {', '.join(known)}"
                )
            known[name] = int(number)
        return replace(self, **known)

    def addresses(self) -> Addresses:
        """The gateway has a name: passkeys know no IP address (WebAuthn §5.1.3)."""
        hosts = {"gateway": "localhost"}
        named = {
            name: f"http://{hosts.get(name, HOST)}:{port}" for name, port in asdict(self).items()
        }
        return Addresses(**named)


@dataclass(frozen=True, slots=True)
class DemoOptions:
    ports: Ports = field(default_factory=Ports)
    data_dir: Path | None = None
    """Kept between runs; without one, each run starts fresh and leaves nothing."""
    check: bool = False
    """Drive the chain once and end, on free ports."""
