"""Services at the operator's: approve, send back with a reason, suspend at once, let go on."""

from collections.abc import Callable
from dataclasses import dataclass, replace

from flask import Blueprint, Response, render_template, request

from gateway.core.model import Service, Standing
from gateway.errors import BadInput, NotFound, RegistrationRefused
from gateway.web import languages
from gateway.web.console.desk import ConsoleDesk, actor_of
from gateway.web.replies import redirect

_REASON_LENGTH = 1000


@dataclass(frozen=True, slots=True)
class Services:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("operator_services", __name__)
        pages.get("/operator/services")(self.list)
        pages.get("/operator/services/<service_id>")(self.show)
        for name, change in _CHANGES.items():
            pages.post(f"/operator/services/<service_id>/{name}", endpoint=name)(
                self._changing(name, change)
            )
        return pages

    def list(self) -> str:
        self.desk.operator()
        books = self.desk.books
        names = {supplier.id: supplier.name for supplier in books.suppliers.all()}
        words = request.args.get("q", "").casefold().split()
        found = [
            service
            for service in books.services.all()
            if _matches(service, names.get(service.supplier_id, ""), words)
        ]
        found.sort(key=lambda service: service.name.casefold())
        return render_template(
            "operator/services.html", services=found, names=names, query=request.args.get("q", "")
        )

    def show(self, service_id: str) -> str:
        self.desk.operator()
        service, words = self._found(service_id), self.desk.parts.vocabulary
        language = languages.chosen(request)
        return render_template(
            "operator/service.html",
            service=service,
            supplier=self.desk.books.suppliers.find(service.supplier_id),
            asks=[(words[ask.attribute].meaning[language], ask.purpose) for ask in service.asks],
        )

    def _changing(self, name: str, change: "Change") -> Callable[[str], Response]:
        def view(service_id: str) -> Response:
            staff, service = self.desk.operator(), self._found(service_id)
            after = change(service, request.form.get("reason", "").strip()[:_REASON_LENGTH])
            books = self.desk.books
            act = books.acts.recording(
                actor_of(staff), _ACTS[name], service.id, _recorded(service), _recorded(after)
            )
            with act:
                books.services.replace(after)
            return redirect(f"/operator/services/{service.id}", 303)

        return view

    def _found(self, service_id: str) -> Service:
        try:
            return self.desk.books.services.find(service_id)
        except RegistrationRefused as error:
            raise NotFound("no such service") from error


Change = Callable[[Service, str], Service]


def _approve(service: Service, _reason: str) -> Service:
    about = {name: value for name, value in service.about.items() if name != "returned"}
    return replace(service, standing=Standing.APPROVED, about=about)


def _send_back(service: Service, reason: str) -> Service:
    if not reason:
        raise BadInput("sent back without a reason")
    about = {**service.about, "returned": reason}
    return replace(service, standing=Standing.RETURNED, about=about)


def _suspend(service: Service, _reason: str) -> Service:
    return replace(service, active=False)


def _resume(service: Service, _reason: str) -> Service:
    return replace(service, active=True)


_CHANGES: dict[str, Change] = {
    "approve": _approve,
    "return": _send_back,
    "suspend": _suspend,
    "resume": _resume,
}
_ACTS = {
    "approve": "service approved",
    "return": "service sent back",
    "suspend": "service suspended",
    "resume": "service resumed",
}


def _recorded(service: Service) -> dict[str, object]:
    return {
        "standing": service.standing,
        "active": service.active,
        "reason": service.about.get("returned"),
    }


def _matches(service: Service, supplier: str, words: list[str]) -> bool:
    text = f"{service.name} {service.id} {service.identifier} {supplier}".casefold()
    return all(word in text for word in words)
