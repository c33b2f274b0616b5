"""Logins of an invented person at one service, each in a browser that has been nowhere."""

from collections.abc import Callable
from dataclasses import dataclass

from gateway.core import links, test_school
from gateway.core.model import Place, Release, Service, Supplier, SupplierRequest
from gateway.core.ports import AutoPost, Errs, Fault, Redirect, Reply, SupplierProtocol
from gateway.core.tries import release_in_test
from gateway.errors import MalformedRequest
from gateway.services import Parts

from .asked import read_request
from .visitor import Stop, Visitor


@dataclass(frozen=True, slots=True)
class Trial:
    """`target` is a page of the service that asks a login; `until` by the monotonic clock."""

    parts: Parts
    protocol: SupplierProtocol
    service: Service
    supplier: Supplier
    target: str
    until: float

    def visitor(self) -> Visitor:
        settings = self.parts.settings
        return Visitor(settings.base_url, settings.allow_loopback, self.until)

    def release(self, key: str = "teacher") -> Release:
        """Of an invented person in a login of just now; a teacher reaches everything."""
        parts, service = self.parts, self.service
        person = test_school.person_named(key)
        assert person is not None
        identity = test_school.identity_of(person, self.supplier.id, parts.clock())
        index = parts.session_names.towards(service.id, parts.random())
        return release_in_test(parts.release, service, self.supplier, identity, index)

    def asked_at(self, stop: Stop) -> SupplierRequest:
        """The request with which the service led here; raises GatewayError."""
        if not stop.ours:
            raise MalformedRequest(f"it ends at {stop.address[:200]}, status {stop.status}")
        return read_request(self.protocol, stop, self.parts.settings.base_url)

    def answered(self, visitor: Visitor, make: Callable[[SupplierRequest], Reply]) -> Stop:
        """From the target to us and back with an answer; raises GatewayError."""
        request = self.asked_at(visitor.open(self.target))
        if request.service_id != self.service.id:
            raise MalformedRequest("the request is that of another service")
        return visitor.follow(sendable(make(request)))

    def answer(self, request: SupplierRequest, release: Release) -> Reply:
        keep = self.parts.state.put_all
        return self.protocol.answer(self.service, request.payload, release, keep)

    def right(self, request: SupplierRequest) -> Reply:
        return self.answer(request, self.release())

    def wrong(self, request: SupplierRequest, fault: Fault) -> Reply:
        assert isinstance(self.protocol, Errs)
        return self.protocol.wrong_answer(self.service, request.payload, self.release(), fault)

    def is_in(self, visitor: Visitor) -> bool:
        """Whether the service shows its protected page without asking us."""
        return visitor.open(self.target).works

    def linked(self, visitor: Visitor) -> Stop:
        """A deep link to the target, followed to its end; raises GatewayError."""
        start = links.start_address(self.service, self.target)
        place = Place("check", self.target)
        reply = (
            Redirect(start) if start else self.protocol.launch(self.service, place, self.release())
        )
        stop = visitor.follow(sendable(reply))
        if stop.ours:
            stop = visitor.follow(sendable(self.right(self.asked_at(stop))))
        return stop


def sendable(reply: Reply) -> Redirect | AutoPost:
    """What a browser takes to a service; raises MalformedRequest for what none of them would."""
    if isinstance(reply, Redirect | AutoPost):
        return reply
    raise MalformedRequest("it is shown in a page of ours; check it without a frame")
