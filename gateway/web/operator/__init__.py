"""The operator's console: who takes part, and whether all is well."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.web.console.desk import ConsoleDesk
from gateway.web.operator.home import Home


def operator_pages(desk: ConsoleDesk) -> Sequence[Blueprint]:
    rooms = (Home(desk),)
    return [room.blueprint() for room in rooms]
