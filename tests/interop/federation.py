"""A federation of software that we did not write, around one gateway."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass

from tests.actors.browser import Browser, Page
from tests.actors.journey import choose_school
from tests.actors.people import OIDC_PUPIL, PUPIL, SECOND_PUPIL, Person
from tests.parts.apache_mellon import MellonSupplier, run_mellon
from tests.parts.apache_openidc import OpenidcSupplier, new_openidc, run_openidc
from tests.parts.gateway import Gateway
from tests.parts.oidc_provider import OidcProviderSchool, run_oidc_provider
from tests.parts.registration import (
    Client,
    add_oidc_school,
    add_oidc_service,
    add_saml_school,
    add_saml_service,
    add_school_to_connection,
    add_supplier,
)
from tests.parts.simplesamlphp_idp import SimplesamlphpSchool, run_simplesamlphp


@dataclass(frozen=True, slots=True)
class School:
    """A school in the chooser, the program behind it, and one of its pupils."""

    name: str
    pupil: Person
    program: SimplesamlphpSchool | OidcProviderSchool

    def choose_and_login(self, browser: Browser, page: Page) -> Page:
        """From the chooser to where the login ends."""
        form = choose_school(browser, page, self.name)
        return self.program.login(browser, form, self.pupil)


@dataclass(frozen=True, slots=True)
class Supplier:
    """A supplier's program, and the id of its service at the gateway."""

    program: MellonSupplier | OpenidcSupplier
    service: str


@dataclass(frozen=True, slots=True)
class Federation:
    gateway: Gateway
    schools: dict[str, School]
    suppliers: dict[str, Supplier]


@contextlib.contextmanager
def run_federation(gateway: Gateway) -> Iterator[Federation]:
    """Start and register all parties; two schools share SimpleSAMLphp."""
    with contextlib.ExitStack() as stack:
        simplesamlphp = stack.enter_context(run_simplesamlphp([gateway.sp_metadata()]))
        oidc_provider = OidcProviderSchool()
        callback = f"{gateway.base}/school/oidc/callback"
        stack.enter_context(run_oidc_provider(oidc_provider, callback))
        yield Federation(
            gateway,
            _register_schools(gateway, simplesamlphp, oidc_provider),
            {
                "mellon": _start_mellon(gateway, stack, "Uitgeverij Wilg", by_start_address=True),
                "mellon-unsolicited": _start_mellon(
                    gateway, stack, "Uitgeverij Els", by_start_address=False
                ),
                "openidc": _start_openidc(gateway, stack, "Uitgeverij Berk"),
            },
        )


def _register_schools(
    gateway: Gateway, simplesamlphp: SimplesamlphpSchool, oidc_provider: OidcProviderSchool
) -> dict[str, School]:
    connection = add_saml_school(
        gateway, PUPIL.brin, "Esdoorn College", "Voorbeelddam", simplesamlphp.metadata()
    )
    add_school_to_connection(gateway, SECOND_PUPIL.brin, "De Lijsterbes", "Proefstede", connection)
    add_oidc_school(
        gateway,
        OIDC_PUPIL.brin,
        "Meidoorn Lyceum",
        "Testerveen",
        issuer=oidc_provider.issuer,
        client=Client(oidc_provider.client_id, oidc_provider.client_secret),
    )
    return {
        "simplesamlphp": School("Esdoorn College", PUPIL, simplesamlphp),
        "simplesamlphp-second": School("De Lijsterbes", SECOND_PUPIL, simplesamlphp),
        "oidc-provider": School("Meidoorn Lyceum", OIDC_PUPIL, oidc_provider),
    }


def _start_mellon(
    gateway: Gateway, stack: contextlib.ExitStack, name: str, *, by_start_address: bool
) -> Supplier:
    mellon = stack.enter_context(run_mellon(gateway.idp_metadata()))
    service = add_saml_service(
        gateway,
        add_supplier(gateway, name),
        mellon.metadata(),
        name=f"Lezen bij {name}",
        targets=[mellon.protected],
        start_address=mellon.start_address if by_start_address else "",
    )
    return Supplier(mellon, service)


def _start_openidc(gateway: Gateway, stack: contextlib.ExitStack, name: str) -> Supplier:
    openidc = new_openidc()
    client = add_oidc_service(
        gateway,
        add_supplier(gateway, name),
        [openidc.redirect_uri],
        name=f"Rekenen bij {name}",
        targets=[openidc.protected],
        initiate_login_uri=openidc.initiate_login_uri,
    )
    stack.enter_context(
        run_openidc(openidc, issuer=gateway.base, client_id=client.id, client_secret=client.secret)
    )
    return Supplier(openidc, client.id)
