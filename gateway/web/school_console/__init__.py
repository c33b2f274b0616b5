"""The school's console: what this school shares with whom."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.web.console.desk import ConsoleDesk
from gateway.web.school_console.administrators import Administrators
from gateway.web.school_console.decisions import Decisions
from gateway.web.school_console.home import Home
from gateway.web.school_console.overview import Overview


def school_console_pages(desk: ConsoleDesk) -> Sequence[Blueprint]:
    rooms = (Home(desk), Decisions(desk), Overview(desk), Administrators(desk))
    return [room.blueprint() for room in rooms]
