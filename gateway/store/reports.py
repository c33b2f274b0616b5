"""Reports of integration checks, each found by its unguessable id."""

from dataclasses import asdict
from typing import Any

from sqlalchemy import Engine, Row, delete, insert, select

from gateway.core.findings import Finding, Outcome, Report
from gateway.store.tables import reports

_KEPT = 10


class ReportStore:
    """The port `ReportBook`."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def add(self, report: Report) -> None:
        """The oldest ones of the service go."""
        row = {**asdict(report), "findings": [asdict(each) for each in report.findings]}
        latest = (
            select(reports.c.id)
            .where(reports.c.service_id == report.service_id)
            .order_by(reports.c.made_at.desc(), reports.c.id)
            .limit(_KEPT)
        )
        with self._engine.begin() as connection:
            connection.execute(insert(reports).values(row))
            kept = connection.execute(latest).scalars().all()
            over = reports.c.service_id == report.service_id, reports.c.id.not_in(kept)
            connection.execute(delete(reports).where(*over))

    def find(self, report_id: str) -> Report | None:
        with self._engine.connect() as connection:
            query = select(reports).where(reports.c.id == report_id)
            row = connection.execute(query).one_or_none()
        return _report(row) if row else None

    def of(self, service_id: str) -> list[Report]:
        """The latest first."""
        query = select(reports).where(reports.c.service_id == service_id)
        with self._engine.connect() as connection:
            found = connection.execute(query.order_by(reports.c.made_at.desc(), reports.c.id))
            return [_report(row) for row in found]


def _report(row: Row[Any]) -> Report:
    findings = tuple(
        Finding(**{**each, "outcome": Outcome(each["outcome"])}) for each in row.findings
    )
    return Report(row.id, row.service_id, row.made_at, findings)
