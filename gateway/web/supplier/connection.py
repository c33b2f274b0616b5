"""The technical side of a service: metadata and keys of today, OpenID settings, secrets."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.feeds import Reach
from gateway.core.findings import Finding
from gateway.core.model import Service
from gateway.core.ports import Registrar
from gateway.core.staff import Staff
from gateway.errors import FetchRefused, NotFound, RegistrationRefused
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.supplier import keeping
from gateway.web.supplier.followed import fetch_again, following, shown
from gateway.web.supplier.new import as_finding, metadata_given, shown_once
from gateway.web.supplier.openid_form import METHODS, asked_in
from gateway.web.supplier.words import OUTCOMES

_REFUSED = 400


@dataclass(frozen=True, slots=True)
class ConnectionPage:
    desk: ConsoleDesk
    registrar: Registrar

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_connection", __name__)
        path = "/supplier/services/<service_id>"
        pages.get(f"{path}/connection")(self.show)
        pages.post(f"{path}/metadata")(self.renew_metadata)
        pages.post(f"{path}/metadata/again")(self.fetch_again)
        pages.post(f"{path}/settings")(self.change_settings)
        pages.post(f"{path}/secret")(self.renew_secret)
        return pages

    def show(self, service_id: str) -> Response:
        _, service = self.desk.own_service(service_id)
        return self._page(service)

    def renew_metadata(self, service_id: str) -> Response:
        """With both keys in it during a rollover. What is wrong is shown, and nothing changes."""
        staff, service = self._of_protocol(service_id, "saml")
        try:
            reading = self.registrar.with_metadata(service, metadata_given(self.desk))
        except (FetchRefused, RegistrationRefused) as error:
            return self._page(service, (as_finding("metadata", error.detail),))
        if reading.service is None or any(each.outcome == "fail" for each in reading.findings):
            return self._page(service, reading.findings)
        renewed = following(self.desk, reading.service)
        keeping.change(self.desk, staff, "metadata renewed", service, renewed)
        return redirect(f"/supplier/services/{service_id}", 303)

    def fetch_again(self, service_id: str) -> Response:
        """What is wrong is shown; the last good metadata stays."""
        staff, service = self._of_protocol(service_id, "saml")
        feed = self.desk.books.feeds.of(service)
        if feed is None or feed.reach is not Reach.PARTY:
            raise NotFound("metadata without an address of its own")
        after = fetch_again(self.desk, staff, service, feed)
        if after.problem:
            return self._page(service, (as_finding("metadata", after.problem),))
        return redirect(f"/supplier/services/{service_id}/connection", 303)

    def change_settings(self, service_id: str) -> Response:
        staff, service = self._of_protocol(service_id, "oidc")
        kept = self.registrar.openid_metadata(service)
        asked = {**asked_in(request.form), "jwks": kept.get("jwks")}
        asked["token_endpoint_auth_method"] = kept["token_endpoint_auth_method"]
        try:
            changed = self.registrar.with_openid(service, asked)
        except RegistrationRefused as error:
            return self._page(service, (as_finding("OpenID", error.detail),))
        keeping.change(self.desk, staff, "settings changed", service, changed)
        return redirect(f"/supplier/services/{service_id}", 303)

    def renew_secret(self, service_id: str) -> Response:
        staff, service = self._of_protocol(service_id, "oidc")
        if not service.config.get("secret_hash"):
            raise NotFound("a client without a secret")
        keep_old = request.form.get("old") == "keep"
        changed, secret = self.registrar.with_new_secret(service, keep_old=keep_old)
        act = "secret renewed" if keep_old else "secret replaced"
        keeping.change(self.desk, staff, act, service, changed)
        return shown_once(service.id, service.identifier, secret)

    def _of_protocol(self, service_id: str, protocol: str) -> tuple[Staff, Service]:
        staff, service = self.desk.own_service(service_id)
        if service.protocol != protocol:
            raise NotFound("a service of another protocol")
        return staff, service

    def _page(self, service: Service, findings: tuple[Finding, ...] = ()) -> Response:
        openid, feed = service.protocol == "oidc", self.desk.books.feeds.of(service)
        page = render_template(
            "supplier/connection.html",
            service=service,
            findings=findings,
            outcomes=OUTCOMES,
            methods=METHODS,
            followed=None if feed is None else shown(feed),
            settings=self.registrar.openid_metadata(service) if openid else {},
            has_secret=bool(service.config.get("secret_hash")),
        )
        return make_response(page, _REFUSED if findings else 200)
