"""Invented parties to register."""

from gateway.core.model import Ask, Brin, BrinForm, Connection, Link, School, Service, Supplier
from gateway.store.repositories import Repositories

SUPPLIER = Supplier("supplier-one", "Uitgeverij De Linde", key_version=1)
SERVICE = Service(
    id="service-one",
    supplier_id=SUPPLIER.id,
    protocol="saml",
    identifier="https://rekenen.linde.test/metadata",
    name="Rekenen één",
    config={"acs": ["https://rekenen.linde.test/acs"], "signed": True, "more": {"depth": None}},
    asks=(Ask("givenName", "De leraar ziet wie er werkt."), Ask("mail", "Bericht bij een toets.")),
    targets=("https://rekenen.linde.test/",),
    start_address="https://rekenen.linde.test/start?to={target}",
    attribute_names="oid",
    brin_form=BrinForm.BRANCH,
    active=False,
)
CONNECTION = Connection(
    id="connection-one",
    protocol="saml",
    identifier="https://inloggen.dekade.test/idp",
    config={"certificates": ["MIIB"], "sso": "https://inloggen.dekade.test/sso"},
    announce_returns=("https://portaal.dekade.test/",),
)
SCHOOL = School(Brin("99XA"), "De Kade", "Dorp aan Zee", CONNECTION.id, "digi-99xa")
BRANCH = School(Brin("99XA01"), "De Kade, Zuid", "Dorp aan Zee", CONNECTION.id)
LINK = Link("abc234", SERVICE.id, "https://rekenen.linde.test/les/3", created_at=1_800_000_000)


def fill(repositories: Repositories) -> None:
    """Register one of each, and a branch."""
    repositories.suppliers.add(SUPPLIER)
    repositories.services.add(SERVICE)
    repositories.connections.add(CONNECTION)
    repositories.schools.add(BRANCH)
    repositories.schools.add(SCHOOL)


def brins(count: int) -> list[Brin]:
    """Different BRINs of four characters, none of them in use."""
    letters = "ABCDEFGHIJKLMNOPQRSTUVWXYZ"
    return [
        Brin(f"{number // 676:02}{letters[number // 26 % 26]}{letters[number % 26]}")
        for number in range(count)
    ]


def connections(numbers: range) -> list[Connection]:
    return [
        Connection(
            f"c{n}", "saml", f"https://idp{n}.scholen.test", {"certificates": ["MIIB" * 300]}
        )
        for n in numbers
    ]


def services(numbers: range) -> list[Service]:
    return [
        Service(f"s{n}", SUPPLIER.id, "saml", f"https://sp{n}.linde.test", f"Methode {n}", {"n": n})
        for n in numbers
    ]
