"""What a service asks of schools, and where its deep links may lead."""

import re
from collections.abc import Iterator
from dataclasses import dataclass, replace

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core.attributes import Attribute
from gateway.core.links import lies_inside, takes_target
from gateway.core.model import Ask, Service
from gateway.web import languages
from gateway.web.console.desk import ConsoleDesk
from gateway.web.replies import redirect
from gateway.web.supplier import keeping

_PURPOSE_LENGTH = 200
_MOST_TARGETS = 50
_REFUSED = 400
_PARAMETER = re.compile(r"[A-Za-z0-9._~-]{1,64}")


def _(text: str) -> str:
    """Mark a text for the translators; it is translated where it is shown."""
    return text


@dataclass(frozen=True, slots=True)
class Wish:
    """An attribute on the form."""

    name: str
    meaning: str
    always: bool
    asked: bool
    purpose: str


@dataclass(frozen=True, slots=True)
class Wishes:
    """A new wish gives nothing by itself: what is released is what schools granted too."""

    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_wishes", __name__)
        pages.get("/supplier/services/<service_id>/asks")(self.show)
        pages.post("/supplier/services/<service_id>/asks")(self.change)
        return pages

    def show(self, service_id: str) -> Response:
        _staff, service = self.desk.own_service(service_id)
        return self._page(service, {})

    def change(self, service_id: str) -> Response:
        staff, service = self.desk.own_service(service_id)
        changed = self._asked(service)
        faults = dict(self._faults(changed))
        if faults:
            return self._page(changed, faults)
        keeping.change(self.desk, staff, "wishes changed", service, changed)
        return redirect(f"/supplier/services/{service_id}", 303)

    def _asked(self, service: Service) -> Service:
        form = request.form
        asks = tuple(
            Ask(name, " ".join(form.get(f"purpose-{name}", "").split())[:_PURPOSE_LENGTH])
            for name in self.desk.parts.vocabulary
            if form.get(f"ask-{name}") and not self.desk.parts.vocabulary[name].always
        )
        return replace(
            service,
            asks=asks,
            targets=tuple(dict.fromkeys(form.get("targets", "").split())),
            start_address=form.get("start_address", "").strip() or None,
            product_parameter=form.get("product_parameter", "").strip() or None,
        )

    def _faults(self, service: Service) -> Iterator[tuple[str, str]]:
        if any(not ask.purpose for ask in service.asks):
            yield "asks", _("Say for each attribute what you need it for.")
        good = all(lies_inside(target, target) and self._may(target) for target in service.targets)
        if not good or len(service.targets) > _MOST_TARGETS:
            yield "targets", _("Each line is an https: address that can be read in one way.")
        start = service.start_address
        if start is not None and not (takes_target(start) and self._may(start)):
            yield "start_address", _("An https: address with {target} or {path} in it.")
        name = service.product_parameter
        if name is not None and not _PARAMETER.fullmatch(name):
            yield "product_parameter", _("Letters, digits and - . _ ~ alone.")

    def _may(self, address: str) -> bool:
        plain = address.startswith("http://") and self.desk.parts.settings.allow_loopback
        return plain or address.startswith("https://") or address == "{target}"

    def _page(self, service: Service, faults: dict[str, str]) -> Response:
        purposes = {ask.attribute: ask.purpose for ask in service.asks}
        words = self.desk.parts.vocabulary.values()
        page = render_template(
            "supplier/asks.html",
            service=service,
            faults=faults,
            wishes=[_wish(word, purposes) for word in words],
        )
        return make_response(page, _REFUSED if faults else 200)


def _wish(word: Attribute, purposes: dict[str, str]) -> Wish:
    return Wish(
        name=word.name,
        meaning=word.meaning[languages.chosen(request)],
        always=word.always,
        asked=word.name in purposes,
        purpose=purposes.get(word.name, ""),
    )
