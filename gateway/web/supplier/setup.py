"""Ready-made configuration for the software that a service runs on, to copy or download."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from gateway.errors import NotFound
from gateway.setups import SOFTWARE, setup
from gateway.web.console.desk import ConsoleDesk


@dataclass(frozen=True, slots=True)
class SetupPage:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_setup", __name__)
        pages.get("/supplier/services/<service_id>/setup")(self.show)
        pages.get("/supplier/services/<service_id>/setup/file")(self.download)
        return pages

    def show(self, service_id: str) -> str:
        """`?software=`: the first one without."""
        _staff, service = self.desk.own_service(service_id)
        known = SOFTWARE[service.protocol]
        software, text = self._made(service_id)
        return render_template(
            "supplier/setup.html",
            service=service,
            known=known,
            software=software,
            file=known[software],
            text=text,
        )

    def download(self, service_id: str) -> Response:
        _staff, service = self.desk.own_service(service_id)
        software, text = self._made(service_id)
        name = SOFTWARE[service.protocol][software]
        headers = {"Content-Disposition": f'attachment; filename="{name}"'}
        return Response(text, 200, headers, content_type="text/plain; charset=utf-8")

    def _made(self, service_id: str) -> tuple[str, str]:
        _staff, service = self.desk.own_service(service_id)
        known = SOFTWARE[service.protocol]
        software = request.args.get("software", next(iter(known)))
        if software not in known:
            raise NotFound("no configuration for this software")
        return software, setup(service, software, self.desk.parts.settings.base_url)
