"""The checks in their order; each says what it got, what was expected, and how to mend it."""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from itertools import chain
from time import monotonic

from gateway.core.findings import Finding, Outcome
from gateway.core.model import Service, Supplier
from gateway.core.ports import LeadsToTools, SupplierProtocol
from gateway.services import Parts

from .logins import login_checks
from .published import Published
from .tools import tool_checks
from .trial import Trial

SECONDS = 60


@dataclass(frozen=True, slots=True)
class IntegrationCheck:
    """Implements ports.Checks."""

    parts: Parts
    suppliers: Mapping[str, SupplierProtocol]
    published: Published

    def run(self, service: Service, supplier: Supplier, target: str) -> Iterator[Finding]:
        """Some of them take seconds; all together a minute at most."""
        protocol, until = self.suppliers[service.protocol], monotonic() + SECONDS
        trial = Trial(self.parts, protocol, service, supplier, target, until)
        for check in chain(self.published.checks(service), _checks(trial)):
            if monotonic() >= until:
                yield Finding("time", Outcome.WARN, "not all was tried", f"{SECONDS} s at most")
                return
            yield check()


def _checks(trial: Trial) -> Iterator[Callable[[], Finding]]:
    if isinstance(trial.protocol, LeadsToTools):
        return tool_checks(trial, trial.protocol)
    return login_checks(trial)
