"""The school's console: what this school shares with whom."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.core.expiry import EndOf
from gateway.core.ports import SchoolDescriptions
from gateway.web.console.desk import ConsoleDesk
from gateway.web.school_console.administrators import Administrators
from gateway.web.school_console.connection import SchoolSignIn
from gateway.web.school_console.decisions import Decisions
from gateway.web.school_console.home import Home
from gateway.web.school_console.licences import Licences
from gateway.web.school_console.overview import Overview
from gateway.web.school_console.takeover import Takeover


def school_console_pages(
    desk: ConsoleDesk, end_of: EndOf, descriptions: SchoolDescriptions
) -> Sequence[Blueprint]:
    """`end_of` says when a certificate ends."""
    rooms = (
        Home(desk, end_of),
        Decisions(desk),
        Overview(desk),
        SchoolSignIn(desk, end_of, descriptions),
        Licences(desk),
        Takeover(desk),
        Administrators(desk),
    )
    return [room.blueprint() for room in rooms]
