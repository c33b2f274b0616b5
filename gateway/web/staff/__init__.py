"""Signing in to the consoles without a school: passkeys, and the invitations to make one."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.core.ports import Passkeys
from gateway.web.console.desk import ConsoleDesk
from gateway.web.staff.challenges import Challenges
from gateway.web.staff.door import Door
from gateway.web.staff.invitations import Invitations


def staff_pages(desk: ConsoleDesk, passkeys: Passkeys) -> Sequence[Blueprint]:
    challenges = Challenges(desk.parts.state)
    rooms = (Door(desk, passkeys, challenges), Invitations(desk, passkeys, challenges))
    return [room.blueprint() for room in rooms]
