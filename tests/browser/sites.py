"""Gateway, two schools and two suppliers, each on a site of its own over TLS."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

from tests.actors.people import OIDC_PUPIL, PUPIL, SECOND_PUPIL
from tests.browser.moved_clock import run_gateway_by_clock
from tests.parts.apache_mellon import MellonSupplier, run_mellon
from tests.parts.gateway import Gateway
from tests.parts.holding_proxy import HoldingProxy, run_holding_proxy
from tests.parts.process import free_port, run_directory
from tests.parts.registration import (
    add_link,
    add_saml_school,
    add_saml_service,
    add_school_to_connection,
    add_supplier,
)
from tests.parts.simplesamlphp_idp import run_simplesamlphp
from tests.parts.tls import run_tls

ESDOORN, LIJSTERBES, MEIDOORN = "Esdoorn College", "De Lijsterbes", "Meidoorn Lyceum"
# Of Esdoorn, one for each device: mod_auth_mellon looks for who leaves by the NameID, takes the
# first of several sessions, and refuses when the logout is of another.
NEWCOMERS = [replace(PUPIL, uid=f"leerling{number}@esdoorn.test") for number in range(200)]


@dataclass(frozen=True, slots=True)
class Book:
    """An exercise at a supplier, and a deep link to it; its page shows `proof` of a login."""

    exercise: str
    link: str
    proof: str = "MELLON_NAME_ID="

    @property
    def site(self) -> str:
        return self.exercise.partition("/protected/")[0]


@dataclass(frozen=True, slots=True)
class Sites:
    """`school` signs for Esdoorn and Lijsterbes, `lyceum` for Meidoorn; `network` can hold back
    what the gateway answers."""

    gateway: Gateway
    school: str
    lyceum: str
    wilg: Book
    els: Book
    network: HoldingProxy
    clock: Path

    @property
    def base(self) -> str:
        return self.gateway.base

    @contextlib.contextmanager
    def clock_moved(self, seconds: int) -> Iterator[None]:
        """The gateway's clock is wrong for a while."""
        new = self.clock.with_suffix(".new")
        new.write_text(str(seconds))
        new.rename(self.clock)  # in one: the gateway reads it all the time
        try:
            yield
        finally:
            self.clock.unlink()


@contextlib.contextmanager
def run_sites() -> Iterator[Sites]:
    port = free_port()
    names = ("gateway", "school", "lyceum", "wilg", "els")
    bases = {name: f"https://{name}.test:{port}" for name in names}
    with contextlib.ExitStack() as stack:
        enter = stack.enter_context
        directory = enter(run_directory("gateway"))
        clock = directory / "clock"
        gateway = Gateway(directory, {"BASE_URL": bases["gateway"]})
        enter(run_gateway_by_clock(gateway, clock))
        network = enter(run_holding_proxy(gateway.port))
        sp, idp = gateway.sp_metadata(), gateway.idp_metadata()
        people = [PUPIL, SECOND_PUPIL, *NEWCOMERS]
        school = enter(run_simplesamlphp([sp], base=bases["school"], people=people))
        lyceum = enter(run_simplesamlphp([sp], base=bases["lyceum"], people=[OIDC_PUPIL]))
        wilg, els = (enter(run_mellon(idp, base=bases[name])) for name in ("wilg", "els"))
        behind = (network, school, lyceum, wilg, els)
        enter(
            run_tls(port, {f"{n}.test": each.port for n, each in zip(names, behind, strict=True)})
        )
        connection = add_saml_school(
            gateway, PUPIL.brin, ESDOORN, "Voorbeelddam", school.metadata()
        )
        add_school_to_connection(gateway, SECOND_PUPIL.brin, LIJSTERBES, "Proefstede", connection)
        add_saml_school(gateway, OIDC_PUPIL.brin, MEIDOORN, "Testerveen", lyceum.metadata())
        yield Sites(
            gateway,
            bases["school"],
            bases["lyceum"],
            _add_book(gateway, wilg, "Wilg"),
            _add_book(gateway, els, "Els"),
            network,
            clock,
        )


def _add_book(gateway: Gateway, supplier: MellonSupplier, name: str) -> Book:
    service = add_saml_service(
        gateway,
        add_supplier(gateway, f"Uitgeverij {name}"),
        supplier.metadata(),
        name=f"Lezen bij {name}",
        targets=[supplier.protected],
        start_address=supplier.start_address,
    )
    exercise = f"{supplier.protected}hoofdstuk/3?opgave=7"
    return Book(exercise, add_link(gateway, service, exercise))
