"""The test school's way of saying who somebody is: a page of ours, where a member of staff of the
service's supplier picks one of its invented people (`gateway.web.test_school`)."""

from collections.abc import Sequence

from gateway.core.model import Connection, Flow, School
from gateway.core.ports import Departure, Redirect, Route
from gateway.services import Parts


class InventedPeople:
    """Implements ports.SchoolProtocol."""

    def __init__(self, parts: Parts) -> None:
        self._page = f"{parts.settings.base_url}/test-school"

    def routes(self) -> Sequence[Route]:
        return ()

    def begin(self, connection: Connection, school: School, flow: Flow) -> Departure:  # noqa: ARG002
        """There is nothing to prove: the page asks who is at work in the console."""
        return Departure(Redirect(f"{self._page}?flow={flow.id}"), {})
