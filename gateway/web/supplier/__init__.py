"""The supplier's console: its services, and who works on them."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.web.console.desk import ConsoleDesk
from gateway.web.supplier.home import Home


def supplier_pages(desk: ConsoleDesk) -> Sequence[Blueprint]:
    rooms = (Home(desk),)
    return [room.blueprint() for room in rooms]
