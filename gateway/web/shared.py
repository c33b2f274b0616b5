"""What is shared of a person, in a pupil's words: `/me` with all, `/shared/<service>` with one."""

from dataclasses import dataclass

from flask import Blueprint, Response, make_response, render_template, request
from flask_babel import lazy_gettext as _
from flask_wtf.csrf import generate_csrf

from gateway.core.attributes import ECK_ID, Attribute
from gateway.core.disclosures import ToldService, by_service
from gateway.core.model import Affiliation, Release, Service, Supplier
from gateway.core.release import Parties
from gateway.errors import UnknownService
from gateway.services import Services
from gateway.web import languages
from gateway.web.flow import Dispatcher
from gateway.web.replies import redirect
from gateway.web.signed_in import to_sign_in

_NAMES = 2  # from this sensitivity on it is said of what is not shared too
_SCHOOL = _("So it knows which material your school has.")
# What the attributes are for that each service gets
_REASONS = {
    "eduPersonAffiliation": _("So it knows whether you are a pupil or a teacher."),
    "nlEduPersonHomeOrganization": _SCHOOL,
    "nlEduPersonHomeOrganizationId": _SCHOOL,
    ECK_ID: _(
        "So it knows you again next time, and not who you are. No other supplier gets this number."
    ),
}
_ROLES = {
    Affiliation.STUDENT: _("pupil"),
    Affiliation.EMPLOYEE: _("teacher or other employee"),
    Affiliation.STAFF: _("staff"),
    Affiliation.AFFILIATE: _("guest"),
}


@dataclass(frozen=True, slots=True)
class Shown:
    """One attribute in words: what it is, its values as they are sent, and what for."""

    name: str
    plain: str
    values: tuple[str, ...]
    purpose: str


@dataclass(frozen=True, slots=True)
class ToldRow:
    """What one service heard: each thing in words with its reason; first and last day."""

    service: Service
    supplier: Supplier
    what: list[tuple[str, str]]
    first: str
    last: str


@dataclass(frozen=True, slots=True)
class SharedPage:
    services: Services
    dispatcher: Dispatcher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("shared", __name__)
        pages.get("/me")(self.overview)
        pages.post("/me/forget")(self.forget)
        pages.get("/shared/<service_id>")(self.show)
        return pages

    def overview(self) -> Response:
        """What was shared, with whom, when and why; and what the school told us of the person."""
        session = self.dispatcher.session(request)
        if session is None:
            return to_sign_in(request.path)
        parts, identity = self.services.parts, session.identity
        told = by_service(parts.ledger.of_person(parts.pseudonyms.record_of(identity)))
        page = render_template(
            "me.html",
            school=parts.registry.school(identity.school),
            told=[row for one in told if (row := self._told(one))],
            known=[
                (_in_words(parts.vocabulary[name]), values)
                for name, values in identity.attributes.items()
            ],
            csrf_token=generate_csrf,
        )
        return make_response(page)

    def forget(self) -> Response:
        """The record, not what services have: that is theirs to forget."""
        session = self.dispatcher.session(request)
        if session is None:
            return to_sign_in("/me")
        parts = self.services.parts
        parts.ledger.forget(parts.pseudonyms.record_of(session.identity))
        return redirect("/me", 303)

    def _told(self, one: ToldService) -> ToldRow | None:
        """None for a service that is gone."""
        parts = self.services.parts
        try:
            service = parts.registry.service(one.service_id)
            supplier = parts.registry.supplier(service.supplier_id)
        except UnknownService:
            return None
        purposes = {ask.attribute: ask.purpose for ask in service.asks}
        what = [
            (_in_words(word), str(_REASONS.get(name) or purposes.get(name, "")))
            for name in one.attributes
            if (word := parts.vocabulary.get(name))
        ]
        return ToldRow(service, supplier, what, one.first, one.last)

    def show(self, service_id: str) -> Response:
        """Made of the release itself, so that it can not say anything else than what is sent."""
        session = self.dispatcher.session(request)
        if session is None:
            return to_sign_in(request.path)
        parts = self.services.parts
        identity, registry = session.identity, parts.registry
        service = registry.service(service_id)
        supplier = registry.supplier(service.supplier_id)
        grants = registry.grants(identity.school, service.id)
        parties = Parties(registry.school(identity.school), service, supplier, grants)
        release = parts.release.decide(parties, identity, "")
        allowed = parts.release.allowed(service, grants)
        words = parts.vocabulary
        page = render_template(
            "shared.html",
            service=service,
            supplier=supplier,
            shown=[_shown(words[name], service, release) for name in allowed],
            kept=[
                _in_words(word)
                for word in words.values()
                if word.sensitivity >= _NAMES and word.name not in allowed
            ],
        )
        return make_response(page)


def _shown(word: Attribute, service: Service, release: Release) -> Shown:
    purposes = {ask.attribute: ask.purpose for ask in service.asks}
    return Shown(
        name=word.name,
        plain=_in_words(word),
        values=_values(word.name, release.attributes.get(word.name, ())),
        purpose=str(_REASONS.get(word.name) or purposes.get(word.name, "")),
    )


def _in_words(word: Attribute) -> str:
    return word.plain[languages.chosen(request)]


def _values(name: str, values: tuple[str, ...]) -> tuple[str, ...]:
    """As they are sent; a role in words."""
    if name != "eduPersonAffiliation":
        return values
    return tuple(str(_ROLES[Affiliation(value)]) for value in values)
