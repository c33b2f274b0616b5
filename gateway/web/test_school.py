"""The page of the test school, `/test-school`: a supplier's staff picks one of its invented people.

The one place where an invented person comes to be; for strangers it is closed.
"""

from dataclasses import dataclass
from urllib.parse import quote

from flask import Blueprint, Response, make_response, render_template, request

from gateway.core import test_school
from gateway.core.model import Flow, PageRequest, Service
from gateway.errors import (
    BadInput,
    InventedPersonElsewhere,
    ServiceInTest,
    UnexpectedAnswer,
)
from gateway.web.console.desk import ConsoleDesk
from gateway.web.finish import Finisher
from gateway.web.flow import Dispatcher
from gateway.web.headers import FORM_ELSEWHERE, policy_headers
from gateway.web.replies import redirect

_CLOSED = 403


@dataclass(frozen=True, slots=True)
class SchoolInTest:
    desk: ConsoleDesk
    dispatcher: Dispatcher
    finisher: Finisher

    def blueprint(self) -> Blueprint:
        pages = Blueprint("test_school", __name__)
        pages.get("/test-school")(self.show)
        pages.post("/test-school")(self.pick)
        pages.post("/test-school/back")(self.back)
        return pages

    def show(self) -> Response:
        flow, service = self._asked(request.args.get("flow", ""))
        if not self._is_own(service):
            page = render_template(
                "test_school/closed.html",
                service=service,
                flow=flow.id,
                in_test=test_school.in_test(service),
                code=ServiceInTest.code,
                sign_in=f"/staff?to={quote(f'/test-school?flow={flow.id}', safe='')}",
            )
            return _leading_on(make_response(page, _CLOSED))
        page = render_template(
            "test_school/people.html", service=service, flow=flow.id, people=test_school.PEOPLE
        )
        return _leading_on(make_response(page))

    def pick(self) -> Response:
        """Raises ServiceInTest for who is not of the service's supplier."""
        flow, service = self._asked(request.form.get("flow", ""))
        if not self._is_own(service):
            raise ServiceInTest(f"service {service.id}: a stranger at the test school")
        person = test_school.person_named(request.form.get("person", ""))
        if person is None:
            raise BadInput("nobody of the test school")
        parts = self.desk.parts
        contexts = flow.beginning.demands.contexts
        identity = test_school.identity_of(person, service.supplier_id, parts.clock(), contexts)
        answer = parts.random()
        parts.flows.identified(flow, identity, answer)
        return redirect(f"/flow/{flow.id}?answer={answer}", 303)

    def back(self) -> Response:
        """A stranger goes back: the service is told so in its own protocol."""
        flow, service = self._asked(request.form.get("flow", ""))
        error = ServiceInTest(f"service {service.id} is {service.standing}")
        return self.finisher.refuse(flow, error, stored=True)

    def _asked(self, flow_id: str) -> tuple[Flow, Service]:
        """A flow of this browser that asks the test school, and for which service."""
        flow = self.dispatcher.load(request, flow_id)
        if flow.question is None or flow.question.school != test_school.BRIN:
            raise UnexpectedAnswer("the flow did not ask the test school")
        if isinstance(flow.beginning, PageRequest):
            raise InventedPersonElsewhere("a page of our own")
        return flow, self.desk.parts.registry.service(flow.beginning.service_id)

    def _is_own(self, service: Service) -> bool:
        staff = self.desk.present()
        return staff is not None and staff.supplier_id == service.supplier_id


def _leading_on(response: Response) -> Response:
    """Its forms end at the service."""
    response.headers.update(policy_headers(FORM_ELSEWHERE, framed=False))
    return response
