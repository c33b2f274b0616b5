"""What people read of a service: name, texts, contact, privacy declaration, logo."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.about import TEXT_LENGTH, About, about_of, with_about
from gateway.core.model import Service
from gateway.errors import GatewayError, NotFound, PictureRefused
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.supplier import keeping

_NAME_LENGTH = 120
_ADDRESS_LENGTH = 500
_REFUSED = 400
# A picture of a party, alone on its page: nothing in it may do anything (CSP3 sandbox).
_PICTURE_HEADERS = {
    "Content-Security-Policy": "default-src 'none'; sandbox",
    "Cache-Control": "public, max-age=3600",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Content-Disposition": 'inline; filename="logo.png"',
}

Redraw = Callable[[bytes], bytes]
"""Makes an uploaded picture anew; raises PictureRefused."""


def _(text: str) -> str:
    """Mark a text for the translators; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Texts:
    desk: ConsoleDesk
    redraw: Redraw

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_texts", __name__)
        pages.get("/supplier/services/<service_id>/about")(self.show)
        pages.post("/supplier/services/<service_id>/about")(self.change)
        pages.get("/logo/<service_id>")(self.logo)
        return pages

    def show(self, service_id: str) -> Response:
        _staff, service = self.desk.own_service(service_id)
        return _page(service, {})

    def change(self, service_id: str) -> Response:
        staff, service = self.desk.own_service(service_id)
        changed = _said(service)
        faults = dict(_faults(changed))
        try:
            changed = self._with_logo(changed)
        except PictureRefused as error:
            faults["logo"] = error.advice
        if faults:
            return _page(changed, faults)
        keeping.change(self.desk, staff, "texts changed", service, changed)
        return redirect(f"/supplier/services/{service_id}", 303)

    def logo(self, service_id: str) -> Response:
        """For everybody: the start page of pupils shows it."""
        try:
            found = about_of(self.desk.parts.registry.service(service_id)).logo
        except GatewayError as error:
            raise NotFound("no such service") from error
        if found is None:
            raise NotFound("a service without a logo")
        return Response(found, 200, _PICTURE_HEADERS, content_type="image/png")

    def _with_logo(self, service: Service) -> Service:
        uploaded = request.files.get("logo")
        data = uploaded.read() if uploaded is not None else b""
        about = about_of(service)
        if data:
            return with_about(service, replace(about, logo=self.redraw(data)))
        if request.form.get("no_logo"):
            return with_about(service, replace(about, logo=None))
        return service


def _said(service: Service) -> Service:
    form = request.form
    about = replace(
        about_of(service),
        text_nl=_plain(form.get("text_nl", ""), TEXT_LENGTH),
        text_en=_plain(form.get("text_en", ""), TEXT_LENGTH),
        contact=form.get("contact", "").strip()[:_ADDRESS_LENGTH],
        privacy=form.get("privacy", "").strip()[:_ADDRESS_LENGTH],
    )
    return with_about(replace(service, name=_plain(form.get("name", ""), _NAME_LENGTH)), about)


def _plain(text: str, length: int) -> str:
    printable = "".join(character if character.isprintable() else " " for character in text)
    return " ".join(printable.split())[:length]


def _faults(service: Service) -> Iterator[tuple[str, str]]:
    about = about_of(service)
    if not service.name:
        yield "name", _("Give it a name.")
    name, at, host = about.contact.partition("@")
    good = name and at and "." in host and about.contact.isascii() and " " not in about.contact
    if about.contact and not good:
        yield "contact", _("A mail address, such as help@example.nl.")
    if about.privacy and not (about.privacy.startswith("https://") and about.privacy.isprintable()):
        yield "privacy", _("An address that begins with https://.")


def _page(service: Service, faults: dict[str, str]) -> Response:
    about: About = about_of(service)
    page = render_template("supplier/about.html", service=service, about=about, faults=faults)
    return make_response(page, _REFUSED if faults else 200)
