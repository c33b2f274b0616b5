"""One service at the school's console: what it asks and why, what the school allows, whom it lets
in, and what of the administrator's own data would be sent."""

from dataclasses import dataclass

from flask import Blueprint, Response, render_template, request

from gateway.core.model import Affiliation, Grants, Service, Standing
from gateway.core.release import Parties
from gateway.core.sharing import Shared, decided, shared_with
from gateway.errors import GatewayError, NotFound, RegistrationRefused
from gateway.web import languages
from gateway.web.console.desk import Administrator, ConsoleDesk
from gateway.web.replies import redirect

_GROUP_LENGTH = 60


@dataclass(frozen=True, slots=True)
class Decisions:
    desk: ConsoleDesk

    def blueprint(self) -> Blueprint:
        pages = Blueprint("school_console_services", __name__)
        pages.get("/school-console/services/<service_id>")(self.show)
        pages.post("/school-console/services/<service_id>")(self.decide)
        return pages

    def show(self, service_id: str) -> str:
        administrator = self.desk.administrator()
        service, grants = self._found(administrator, service_id)
        return render_template(
            "school_console/service.html",
            service=service,
            supplier=self.desk.books.suppliers.find(service.supplier_id),
            grants=grants,
            shared=[self._in_words(one) for one in self._shared(service, grants)],
            roles=list(Affiliation),
            locations=self._locations(administrator),
            preview=self._preview(administrator, service, grants),
            kept="kept" in request.args,
        )

    def decide(self, service_id: str) -> Response:
        administrator, books = self.desk.administrator(), self.desk.books
        service, old = self._found(administrator, service_id)
        now = int(self.desk.parts.clock())
        new = decided(old, self._wanted(administrator, service), administrator.actor, now)
        brin = administrator.school.brin
        with books.acts.recording(
            administrator.actor, "decided", f"{brin} {service.id}", _recorded(old), _recorded(new)
        ):
            books.grants.decide(brin, service.id, new)
        return redirect(f"/school-console/services/{service.id}?kept", 303)

    def _wanted(self, administrator: Administrator, service: Service) -> Grants:
        """The form: only what this service asks can be allowed, only what exists be named."""
        form, asked = request.form, {ask.attribute for ask in service.asks}
        named = {location for location, _ in self._locations(administrator)}
        return Grants(
            attributes=frozenset(asked & set(form.getlist("attribute"))),
            switched_off="on" not in form,
            roles=frozenset(r for r in Affiliation if r.value in form.getlist("role")),
            groups=_groups(form.get("groups", "")),
            locations=frozenset(named & set(form.getlist("location"))),
        )

    def _found(self, administrator: Administrator, service_id: str) -> tuple[Service, Grants]:
        """Raises NotFound for a service that no school reaches yet."""
        books = self.desk.books
        try:
            service = books.services.find(service_id)
        except RegistrationRefused as error:
            raise NotFound("no such service") from error
        if service.standing is not Standing.APPROVED:
            raise NotFound("a service that is not approved")
        grants = books.grants.of_school(administrator.school.brin)
        return service, grants.get(service.id, Grants())

    def _shared(self, service: Service, grants: Grants) -> list[Shared]:
        return shared_with(service, grants, self.desk.parts.vocabulary)

    def _in_words(self, one: Shared) -> tuple[Shared, str]:
        word = self.desk.parts.vocabulary[one.attribute]
        return one, word.meaning[languages.chosen(request)]

    def _locations(self, administrator: Administrator) -> list[tuple[str, str]]:
        """The branches of this institution that are registered, with their names."""
        brin = administrator.school.brin
        schools = self.desk.parts.registry.schools_of(administrator.school.connection_id)
        return [(s.brin, s.name) for s in schools if s.brin != brin and s.brin.startswith(brin)]

    def _preview(
        self, administrator: Administrator, service: Service, grants: Grants
    ) -> list[tuple[str, tuple[str, ...]]]:
        """The release itself, of the person who looks, so that it can not say anything else than
        what would be sent; empty when the person would not get in."""
        parts = self.desk.parts
        supplier = self.desk.books.suppliers.find(service.supplier_id)
        parties = Parties(administrator.school, service, supplier, grants)
        try:
            release = parts.release.decide(parties, administrator.identity, "")
        except GatewayError:
            return []
        language = languages.chosen(request)
        words = parts.vocabulary
        return [
            (words[name].meaning[language], values) for name, values in release.attributes.items()
        ]


def _groups(text: str) -> frozenset[str]:
    """Class groups, one a line or between commas."""
    names = (name.strip()[:_GROUP_LENGTH] for line in text.splitlines() for name in line.split(","))
    return frozenset(name for name in names if name)


def _recorded(grants: Grants) -> dict[str, object]:
    return {
        "attributes": sorted(grants.attributes),
        "on": not grants.switched_off,
        "roles": sorted(grants.roles),
        "groups": sorted(grants.groups),
        "locations": sorted(grants.locations),
    }
