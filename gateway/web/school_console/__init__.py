"""The school's console: what this school shares with whom."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.web.console.desk import ConsoleDesk
from gateway.web.school_console.home import Home


def school_console_pages(desk: ConsoleDesk) -> Sequence[Blueprint]:
    rooms = (Home(desk),)
    return [room.blueprint() for room in rooms]
