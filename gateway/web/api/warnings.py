"""`GET /warnings`: what of a supplier's services ends before long, for its own monitoring."""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime

from flask import Response
from pydantic import BaseModel, ConfigDict

from gateway.core.api_tokens import Scope
from gateway.core.expiry import Expiring, expiring
from gateway.core.model import Service, Supplier
from gateway.core.ports import Registrar
from gateway.services import Parts
from gateway.web.api.bodies import answer
from gateway.web.api.callers import Callers


class WarningForm(BaseModel):
    """One thing that ends; `days` is 60, 30 or 7, the smallest that is left, or 0: it has ended."""

    model_config = ConfigDict(extra="forbid")
    service_id: str
    what: str
    until: datetime
    days: int


class WarningsForm(BaseModel):
    """The soonest first."""

    model_config = ConfigDict(extra="forbid")
    warnings: list[WarningForm]


@dataclass(frozen=True, slots=True)
class WarningsApi:
    parts: Parts
    callers: Callers
    registrar: Registrar

    def list_all(self) -> Response:
        """Raises TokenRefused, TokenNotFor, ScopeMissing."""
        found = [_form(each) for each in self._of(self.callers.supplier(Scope.WARNINGS_READ))]
        found.sort(key=lambda each: each.until)
        return answer(WarningsForm(warnings=found).model_dump(mode="json"))

    def _of(self, supplier: Supplier) -> Iterator[Expiring[Service]]:
        now = self.parts.clock()
        for service in self.parts.registry.services():
            if service.supplier_id == supplier.id:
                yield from expiring(service, self.registrar.expiries(service), now)


def _form(found: Expiring[Service]) -> WarningForm:
    until = datetime.fromtimestamp(found.expiry.until, UTC)
    return WarningForm(
        service_id=found.party.id, what=found.expiry.what, until=until, days=found.step
    )
