"""The pages of teachers: materials, and the links that they make into them."""

from collections.abc import Sequence

from flask import Blueprint

from gateway.services import Parts
from gateway.web.signed_in import SignIn
from gateway.web.teacher.desk import Desk
from gateway.web.teacher.making import Making
from gateway.web.teacher.materials import Materials
from gateway.web.teacher.mine import Mine
from gateway.web.teacher.showing import Showing


def teacher_pages(parts: Parts, sign_in: SignIn) -> Sequence[Blueprint]:
    desk = Desk(parts, sign_in)
    rooms = (Materials(desk), Making(desk), Mine(desk), Showing(desk))
    return [room.blueprint() for room in rooms]
