"""Registering a service, `/supplier/new`: by metadata, by OpenID settings, or by itself (LTI)."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.findings import Finding, Outcome
from gateway.core.ports import Registrar
from gateway.core.staff import Staff
from gateway.errors import FetchRefused, RegistrationRefused
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.supplier import keeping
from gateway.web.supplier.followed import following
from gateway.web.supplier.openid_form import METHODS, asked_in
from gateway.web.supplier.words import OUTCOMES, PROFILES

_REFUSED = 400


@dataclass(frozen=True, slots=True)
class NewService:
    desk: ConsoleDesk
    registrar: Registrar

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_new", __name__)
        pages.get("/supplier/new")(self.show)
        pages.post("/supplier/new/saml")(self.by_metadata)
        pages.post("/supplier/new/oidc")(self.by_settings)
        pages.post("/supplier/new/lti")(self.by_itself)
        return pages

    def show(self) -> Response:
        self.desk.supplier_staff()
        return self._page()

    def by_metadata(self) -> Response:
        staff, supplier = self.desk.supplier_staff()
        profile = request.form.get("profile", "")
        profile = profile if profile in PROFILES else next(iter(PROFILES))
        try:
            document = metadata_given(self.desk)
            reading = self.registrar.of_metadata(document, supplier.id, profile)
            if reading.service is None:
                return self._page(reading.findings)
            keeping.add(self.desk, staff, following(self.desk, reading.service))
        except (FetchRefused, RegistrationRefused) as error:
            return self._page([as_finding("metadata", error.detail)])
        return redirect(f"/supplier/services/{reading.service.id}", 303)

    def by_settings(self) -> Response:
        staff, supplier = self.desk.supplier_staff()
        try:
            service, secret = self.registrar.of_openid(asked_in(request.form), supplier.id)
            keeping.add(self.desk, staff, service)
        except RegistrationRefused as error:
            return self._page([as_finding("OpenID", error.detail)])
        if secret:
            return shown_once(service.id, service.identifier, secret)
        return redirect(f"/supplier/services/{service.id}", 303)

    def by_itself(self) -> Response:
        """The address that the tool's developer opens; the tool registers itself there."""
        staff, supplier = self.desk.supplier_staff()
        try:
            given = request.form.get("registration_address", "").strip()
            address = self.registrar.tool_address(supplier.id, given)
        except RegistrationRefused as error:
            return self._page([as_finding("LTI", error.detail)])
        _note(self.desk, staff, given)
        return make_response(render_template("supplier/tool_address.html", address=address))

    def _page(self, findings: "list[Finding] | tuple[Finding, ...]" = ()) -> Response:
        page = render_template(
            "supplier/new.html",
            findings=findings,
            outcomes=OUTCOMES,
            profiles=PROFILES,
            methods=METHODS,
            form=request.form,
            base=self.desk.parts.settings.base_url,
        )
        return make_response(page, _REFUSED if findings else 200)


def _note(desk: ConsoleDesk, staff: Staff, address: str) -> None:
    """An invitation is an act too, though nothing is kept of it yet."""
    actor = f"{staff.role} {staff.id}"
    with desk.books.acts.recording(actor, "tool invited", staff.supplier_id or "", None, address):
        pass


def metadata_given(desk: ConsoleDesk) -> bytes:
    """By address, upload or paste, the first of them that is there; raises FetchRefused,
    RegistrationRefused."""
    if address := request.form.get("address", "").strip():
        return desk.parts.errands.get(address)
    uploaded = request.files.get("file")
    content: bytes = uploaded.read() if uploaded is not None else b""
    if content:
        return content
    if pasted := request.form.get("text", "").strip():
        return pasted.encode("utf-8", "replace")
    raise RegistrationRefused("Give an address, a file or the text of the metadata.")


def as_finding(check: str, detail: str) -> Finding:
    return Finding(check, Outcome.FAIL, detail)


def shown_once(service_id: str, client_id: str, secret: str) -> Response:
    """The answer to the form itself: nothing keeps it."""
    page = render_template(
        "supplier/secret.html", service_id=service_id, client_id=client_id, secret=secret
    )
    return make_response(page)
