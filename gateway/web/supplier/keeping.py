"""Changes of a service by its supplier: kept and recorded in one step."""

from gateway.core.acts import described
from gateway.core.model import Service
from gateway.core.staff import Staff
from gateway.web.console.desk import ConsoleDesk, actor_of


def add(desk: ConsoleDesk, staff: Staff, service: Service) -> None:
    """Raises RegistrationRefused, such as for an entityID that is registered already."""
    act = "service registered"
    with desk.books.acts.recording(actor_of(staff), act, service.id, None, described(service)):
        desk.books.services.add(service)


def change(desk: ConsoleDesk, staff: Staff, act: str, before: Service, after: Service) -> None:
    was, now = described(before), described(after)
    with desk.books.acts.recording(actor_of(staff), act, before.id, was, now):
        desk.books.services.replace(after)
