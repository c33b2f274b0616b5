"""The supplier's console: its services, and who works on them.

home        its services             new           registering one
service     one: how far it is       connection    metadata, settings, secrets
texts       what people read         wishes        what it asks, where links lead
sent        what it would be sent    check         the integration check, and its reports
setup       ready-made configuration
people      staff and API tokens     words         words of all these pages
"""

from collections.abc import Mapping, Sequence

from flask import Blueprint

from gateway.core.ports import Checks, Registrar, SupplierProtocol
from gateway.web.console.desk import ConsoleDesk
from gateway.web.supplier.check import CheckPage
from gateway.web.supplier.connection import ConnectionPage
from gateway.web.supplier.home import Home
from gateway.web.supplier.new import NewService
from gateway.web.supplier.people import People
from gateway.web.supplier.sent import Sent
from gateway.web.supplier.service import ServicePage
from gateway.web.supplier.setup import SetupPage
from gateway.web.supplier.texts import Redraw, Texts
from gateway.web.supplier.wishes import Wishes


def supplier_pages(
    desk: ConsoleDesk,
    registrar: Registrar,
    suppliers: Mapping[str, SupplierProtocol],
    checks: Checks,
    redraw: Redraw,
) -> Sequence[Blueprint]:
    rooms = (
        Home(desk, registrar),
        NewService(desk, registrar),
        ServicePage(desk, registrar),
        ConnectionPage(desk, registrar),
        Texts(desk, redraw),
        Wishes(desk),
        Sent(desk, suppliers),
        SetupPage(desk),
        CheckPage(desk, checks),
        People(desk, desk.parts.api_tokens),
    )
    return [room.blueprint() for room in rooms]
