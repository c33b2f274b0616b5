"""Exactly what a service is sent of an invented person, and why: made by the protocol itself."""

from collections.abc import Mapping
from dataclasses import dataclass

from flask import Blueprint, render_template, request
from flask_babel import lazy_gettext as _

from gateway.core import test_school
from gateway.core.ports import Shows, SupplierProtocol
from gateway.core.tries import Reason, reasons, release_in_test
from gateway.errors import BadInput
from gateway.web import languages
from gateway.web.console.desk import ConsoleDesk

_REASONS = {
    Reason.ALWAYS: _("always sent"),
    Reason.ASKED: _("asked for"),
    Reason.NOT_THERE: _("asked for, but this person's school sends none"),
    Reason.NOT_ASKED: _("not asked for, so not sent"),
}


@dataclass(frozen=True, slots=True)
class Sent:
    desk: ConsoleDesk
    suppliers: Mapping[str, SupplierProtocol]

    def blueprint(self) -> Blueprint:
        pages = Blueprint("supplier_sent", __name__)
        pages.get("/supplier/services/<service_id>/sent")(self.show)
        return pages

    def show(self, service_id: str) -> str:
        """`?person=`: one of the test school; the first one without."""
        _staff, service = self.desk.own_service(service_id)
        parts, key = self.desk.parts, request.args.get("person", test_school.PEOPLE[0].key)
        person = test_school.person_named(key)
        if person is None:
            raise BadInput("nobody of the test school")
        supplier = self.desk.books.suppliers.find(service.supplier_id)
        identity = test_school.identity_of(person, supplier.id, parts.clock())
        release = release_in_test(parts.release, service, supplier, identity, parts.random())
        protocol = self.suppliers[service.protocol]
        samples = protocol.samples(service, release) if isinstance(protocol, Shows) else ()
        language = languages.chosen(request)
        return render_template(
            "supplier/sent.html",
            service=service,
            people=test_school.PEOPLE,
            person=person,
            samples=samples,
            reasons=reasons(parts.vocabulary, service, release),
            words=_REASONS,
            meanings={name: word.meaning[language] for name, word in parts.vocabulary.items()},
        )
