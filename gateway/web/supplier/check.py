"""The integration check of a service, with its progress, and the reports of it."""

import json
import threading
from collections.abc import Sequence
from dataclasses import asdict, dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.findings import Finding, Outcome, Report
from gateway.core.links import is_target
from gateway.core.model import Service, Supplier
from gateway.core.ports import Checks
from gateway.errors import GatewayError, NotFound
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.supplier.words import OUTCOMES
from gateway.web.times import moment

_KEPT_SECONDS = 600
_LONGEST_SECONDS = 90
_REFUSED = 400
_REFRESH_SECONDS = 2  # of a page that is nothing but its progress
_ID_BYTES = 16


@dataclass(frozen=True, slots=True)
class CheckPage:
    desk: ConsoleDesk
    checks: Checks

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_check", __name__)
        pages.get("/supplier/services/<service_id>/check")(self.show)
        pages.post("/supplier/services/<service_id>/check")(self.start)
        pages.get("/supplier/services/<service_id>/check/<report_id>")(self.progress)
        pages.get("/reports/<report_id>")(self.report)
        return pages

    def show(self, service_id: str) -> Response:
        _staff, service = self.desk.own_service(service_id)
        return self._page(service, next(iter(service.targets), ""), wrong=False)

    def start(self, service_id: str) -> Response:
        """One at a time: who asks again meanwhile sees the one that runs."""
        _staff, service = self.desk.own_service(service_id)
        supplier = self.desk.books.suppliers.find(service.supplier_id)
        target = request.form.get("target", "").strip()
        if not is_target(service, target):
            return self._page(service, target, wrong=True)
        state, report_id = self.desk.parts.state, self.desk.parts.random(_ID_BYTES)
        if not state.once([f"checking:{service.id}"], _LONGEST_SECONDS):
            running = state.get(_running_key(service.id))
            return redirect(_progress_path(service, (running or b"").decode()), 303)
        state.put(_running_key(service.id), report_id.encode(), _LONGEST_SECONDS)
        self._keep(report_id, service, [])
        job = threading.Thread(
            target=self._run, args=(report_id, service, supplier, target), daemon=True
        )
        job.start()
        return redirect(_progress_path(service, report_id), 303)

    def progress(self, service_id: str, report_id: str) -> Response:
        """Refreshes itself until the report is there."""
        _staff, service = self.desk.own_service(service_id)
        found = self.desk.books.reports.find(report_id)
        if found is not None and found.service_id == service.id:
            return redirect(f"/reports/{report_id}")
        data = self.desk.parts.state.get(_key(report_id))
        kept = json.loads(data) if data else {}
        if kept.get("service") != service.id:
            raise NotFound("no such check")
        page = render_template(
            "supplier/checking.html",
            service=service,
            findings=[_finding(each) for each in kept["findings"]],
            outcomes=OUTCOMES,
        )
        return make_response(page, {"Refresh": str(_REFRESH_SECONDS)})

    def report(self, report_id: str) -> Response:
        """For whoever has the address: it names the service and no person."""
        found = self.desk.books.reports.find(report_id)
        if found is None:
            raise NotFound("no such report")
        page = render_template(
            "supplier/report.html",
            report=found,
            service_name=self._name(found),
            made=moment(found.made_at),
            outcomes=OUTCOMES,
        )
        return make_response(page)

    def _name(self, report: Report) -> str:
        try:
            return self.desk.parts.registry.service(report.service_id).name
        except GatewayError:
            return report.service_id

    def _run(self, report_id: str, service: Service, supplier: Supplier, target: str) -> None:
        """Beside the requests; an error of ours ends it as a finding of ours."""
        parts, found = self.desk.parts, list[Finding]()
        try:
            for finding in self.checks.run(service, supplier, target):
                found.append(finding)
                self._keep(report_id, service, found)
        except Exception as error:  # noqa: BLE001  # the page must end, whatever went wrong
            parts.audit("check.failed", service=service.id, kind=type(error).__name__)
            ours = "Something went wrong at the gateway."
            found.append(Finding("the check itself", Outcome.WARN, ours, "", "Try again."))
        report = Report(report_id, service.id, int(parts.clock()), tuple(found))
        self.desk.books.reports.add(report)
        parts.state.remove(f"checking:{service.id}")

    def _keep(self, report_id: str, service: Service, found: Sequence[Finding]) -> None:
        record = {"service": service.id, "findings": [asdict(each) for each in found]}
        self.desk.parts.state.put(_key(report_id), json.dumps(record).encode(), _KEPT_SECONDS)

    def _page(self, service: Service, target: str, *, wrong: bool) -> Response:
        page = render_template(
            "supplier/check.html",
            service=service,
            target=target,
            faults={"target": "wrong"} if wrong else {},
            reports=[(each, moment(each.made_at)) for each in self._reports(service)],
            outcomes=OUTCOMES,
        )
        return make_response(page, _REFUSED if wrong else 200)

    def _reports(self, service: Service) -> Sequence[Report]:
        return self.desk.books.reports.of(service.id)


def _finding(record: dict[str, str]) -> Finding:
    return Finding(**{**record, "outcome": Outcome(record["outcome"])})  # type: ignore[arg-type]


def _progress_path(service: Service, report_id: str) -> str:
    return f"/supplier/services/{service.id}/check/{report_id}"


def _key(report_id: str) -> str:
    return f"check:{report_id}"


def _running_key(service_id: str) -> str:
    return f"check-of:{service_id}"
