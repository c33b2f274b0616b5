"""`POST /api/v1/links`: a school's own software makes a link in the name of the school."""

from dataclasses import dataclass
from functools import partial

from flask import Response

from gateway.core.api_tokens import Scope
from gateway.core.codes import free_code
from gateway.core.links import is_target
from gateway.core.model import Link, School, Service
from gateway.core.resolve import fragment_at
from gateway.errors import (
    ContentRefused,
    Fault,
    RegistrationRefused,
    ServiceNotForSchool,
    ServiceOff,
    UnknownLink,
    UnknownMaterial,
    UnknownService,
)
from gateway.services import Parts
from gateway.web.api.bodies import answer, json_body
from gateway.web.api.callers import Callers
from gateway.web.api.idempotency import Once
from gateway.web.api.link_form import LinkForm, made_form, read_link


@dataclass(frozen=True, slots=True)
class _Meant:
    """The place that a request means."""

    service: Service
    target: str
    fragment_id: str | None
    title: str


@dataclass(frozen=True, slots=True)
class LinksApi:
    parts: Parts
    callers: Callers

    def post(self) -> Response:
        school, token = self.callers.school(Scope.LINKS_WRITE)
        body = json_body(self.parts.settings.body_bytes)
        now = self.parts.clock()
        form = read_link(body, now)
        meant = self._meant(form)
        self._check_service(meant.service, school)
        choose = partial(free_code, self.parts.links, self.parts.random)
        code = Once(self.parts.state).name(token.id, body, choose)
        link = self._kept(
            Link(
                code=code,
                service_id=meant.service.id,
                target=meant.target,
                created_at=int(now),
                fragment_id=meant.fragment_id,
                school=school.brin,
                title=form.title or meant.title,
                note=form.note,
                valid_from=form.valid_from,
                valid_until=form.ends_at(now),
                audience=form.for_whom(school.brin),
            )
        )
        made = made_form(link, self.parts.settings.base_url)
        return answer(made, 201, {"Location": str(made["url"])})

    def _meant(self, form: LinkForm) -> _Meant:
        """Raises ContentRefused for a place that is not there."""
        meant = self._by_fragment(form.fragment) if form.fragment else self._by_address(form)
        if not is_target(meant.service, meant.target):
            place = "/fragment" if form.fragment else "/target"
            fault = Fault(place, "outside the addresses that the service registered")
            raise ContentRefused([fault])
        return meant

    def _by_fragment(self, fragment_id: str) -> _Meant:
        try:
            _, fragment = self.parts.catalogue.fragment(fragment_id)
            service = self.parts.registry.service(fragment.service_id)
        except (UnknownMaterial, UnknownService) as error:
            raise ContentRefused([Fault("/fragment", "there is no such place")]) from error
        if fragment.gone_at is not None or fragment.locator is None:
            reason = "it is no longer published" if fragment.gone_at else "it has no address"
            raise ContentRefused([Fault("/fragment", reason)])
        return _Meant(service, fragment.locator, fragment.id, fragment.title)

    def _by_address(self, form: LinkForm) -> _Meant:
        try:
            service = self.parts.registry.service(form.service)
        except UnknownService as error:
            raise ContentRefused([Fault("/service", "there is no such service")]) from error
        fragment = fragment_at(self.parts.catalogue, service, form.target)
        if fragment is None:
            return _Meant(service, form.target, None, "")
        return _Meant(service, form.target, fragment.id, fragment.title)

    def _check_service(self, service: Service, school: School) -> None:
        """Raises ServiceOff, ServiceNotForSchool: nobody could follow the link."""
        if not service.active:
            raise ServiceOff(f"service {service.id}")
        if self.parts.registry.grants(school.brin, service.id).switched_off:
            raise ServiceNotForSchool(f"service {service.id} at {school.brin}")

    def _kept(self, link: Link) -> Link:
        """The link, made now or by an earlier sending of the same request."""
        try:
            return self.parts.links.find(link.code).link
        except UnknownLink:
            pass
        try:
            self.parts.links.add(link)
        except RegistrationRefused:  # the same request, sent twice at the same moment
            return self.parts.links.find(link.code).link
        self.parts.audit("link.made", service=link.service_id, school=str(link.school), by="api")
        return link
