"""Choosing the school: `/school`, and `/school/announce` for a school's own portal."""

import threading
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from urllib.parse import urlencode

from flask import Blueprint, Response, make_response, render_template, request
from flask_wtf.csrf import generate_csrf

from gateway.core import test_school
from gateway.core.flow import chosen
from gateway.core.hints import school_meant
from gateway.core.links import lies_inside
from gateway.core.model import Brin, Flow, PageRequest, School
from gateway.core.search import SchoolIndex
from gateway.errors import GatewayError, UnknownSchool, UnregisteredAddress
from gateway.services import Services
from gateway.web.cookies import Cookies
from gateway.web.flow import Dispatcher
from gateway.web.replies import redirect

_SHOWN = 20


@dataclass
class KeptIndex:
    """The search index of the schools as they are; made anew beside the requests."""

    schools: Sequence[School]
    index: SchoolIndex
    lock: threading.Lock = field(default_factory=threading.Lock)

    def of(self, schools: Sequence[School]) -> SchoolIndex:
        """The index; after a change the old one serves until the new one is there."""
        if schools is not self.schools and self.lock.acquire(blocking=False):
            threading.Thread(target=self._make, args=(schools,), daemon=True).start()
        return self.index

    def _make(self, schools: Sequence[School]) -> None:
        try:
            self.index, self.schools = SchoolIndex(schools), schools
        finally:
            self.lock.release()


@dataclass(frozen=True, slots=True)
class Chooser:
    services: Services
    cookies: Cookies
    dispatcher: Dispatcher
    kept: KeptIndex

    def blueprint(self) -> Blueprint:
        pages = Blueprint("chooser", __name__)
        pages.get("/school")(self.show)
        pages.post("/school/forget")(self.forget)
        pages.get("/school/announce")(self.announce)
        return pages

    def show(self) -> Response:
        """The search page, or with `school=` the choice made. By GET: a form that leads to
        another site would be stopped by form-action, and a choice changes nothing else."""
        flow_id = request.args.get("flow", "")
        flow = self.dispatcher.load(request, flow_id) if flow_id else None
        if brin := request.args.get("school"):
            return self._choose(flow_id, brin)
        query = request.args.get("q", "").strip()[:100]
        found = self._index().find(query, _SHOWN + 1) if query else []
        page = render_template(
            "school.html",
            query=query,
            searched=bool(query),
            results=[_row(school, flow_id) for school in found[:_SHOWN]],
            more=len(found) > _SHOWN,
            recent=[_row(school, flow_id) for school in self._recent()],
            hidden={"flow": flow_id} if flow_id else {},
            service_name=self._service_name(flow),
            forget_address="/school/forget",
            csrf_token=generate_csrf,
        )
        return make_response(page)

    def _service_name(self, flow: Flow | None) -> str | None:
        """What the person is on the way to; nothing when that is a page of ours."""
        if flow is None or isinstance(flow.beginning, PageRequest):
            return None
        return self.services.parts.registry.service(flow.beginning.service_id).name

    def forget(self) -> Response:
        flow_id = request.form.get("flow", "")
        address = "/school?" + urlencode({"flow": flow_id}) if flow_id else "/school"
        response = redirect(address, 303)
        self.cookies.forget_schools(response)
        return response

    def announce(self) -> Response:
        """A portal says which school its visitor is of (`entree.md` A6); `return` must lie in
        the addresses that the school registered."""
        parts = self.services.parts
        school = parts.registry.school(request.args.get("school", ""))
        address = request.args.get("return", "")
        connection = parts.registry.connection(school.connection_id)
        if not any(lies_inside(address, prefix) for prefix in connection.announce_returns):
            raise UnregisteredAddress(f"return address of school {school.brin}")
        response = redirect(address)
        self.cookies.announce(response, school.brin)
        return response

    def _choose(self, flow_id: str, brin: str) -> Response:
        school = self.services.parts.registry.school(brin)
        if not flow_id:
            if school.brin == test_school.BRIN:
                raise UnknownSchool("the test school is announced by nobody")
            response = redirect("/")
            self.cookies.announce(response, school.brin)
        else:
            flow = chosen(self.dispatcher.load(request, flow_id), school)
            response = self.dispatcher.dispatch(request, flow, stored=True)
        if school.brin != test_school.BRIN:
            self.cookies.remember_school(request, response, school.brin)
        return response

    def _index(self) -> SchoolIndex:
        return self.kept.of(self.services.parts.registry.schools())

    def _recent(self) -> Iterable[School]:
        for brin in self.cookies.schools(request):
            try:
                yield self.services.parts.registry.school(brin)
            except GatewayError:
                continue


def make_index(schools: Sequence[School]) -> KeptIndex:
    """The first one, made before the first request."""
    return KeptIndex(schools, SchoolIndex(schools))


def _row(school: School, flow_id: str) -> dict[str, str]:
    fields = {"flow": flow_id, "school": school.brin} if flow_id else {"school": school.brin}
    address = "/school?" + urlencode(fields)
    return {"name": school.name, "town": school.town, "brin": school.brin, "address": address}


def hinted_school(services: Services) -> Brin | None:
    """The school in `?school=`; one that we do not know is no hint."""
    return school_meant(request.args.get("school", ""), services.parts.registry)
