"""The invented federation: one school, one supplier with a service of each protocol."""

import re
from dataclasses import dataclass

PSEUDONYM = re.compile(r"https?://[^ ]+/[0-9a-f]{128}")

BRIN = "99XA"
SCHOOL_NAME = "Ketenlyceum"
TOWN = "Meetdorp"
SUPPLIER_NAME = "Uitgeverij Stopwatch"

SCHOOL_ENTITY_ID = "https://inloggen.ketenlyceum.test/saml/metadata"
SCHOOL_SSO = "https://inloggen.ketenlyceum.test/saml/sso"


@dataclass(frozen=True, slots=True)
class ServiceProvider:
    """A SAML service of the supplier, or the hub as the school sees it."""

    entity_id: str
    acs: str


SERVICE = ServiceProvider(
    "https://oefenen.stopwatch.test/saml/metadata", "https://oefenen.stopwatch.test/saml/acs"
)
SERVICE_TARGETS = "https://oefenen.stopwatch.test/oefening/"
SERVICE_TARGET = SERVICE_TARGETS + "breuken-7?stap=2"

CLIENT_REDIRECT_URI = "https://lezen.stopwatch.test/callback"

# What the services ask and the school grants, besides what is always released.
GRANTED = {
    "givenName": "Aanspreken in de oefening",
    "nlEduPersonTussenvoegsels": "Naam in het overzicht van de docent",
    "sn": "Naam in het overzicht van de docent",
    "mail": "Bericht na inleveren",
    "employeeNumber": "Koppeling met het leerlingoverzicht",
    "nlEduPersonUnit": "Oefeningen per klas",
}
ALWAYS_RELEASED = (
    "eckId",
    "eduPersonAffiliation",
    "nlEduPersonHomeOrganizationId",
    "nlEduPersonHomeOrganization",
)
RELEASED = frozenset((*GRANTED, *ALWAYS_RELEASED))
CLAIM_NAMES = {"givenName": "given_name", "sn": "family_name", "mail": "email"}
RELEASED_CLAIMS = frozenset(CLAIM_NAMES.get(name, name) for name in RELEASED)


@dataclass(frozen=True, slots=True)
class Registered:
    """What the gateway gave back when the parties were registered."""

    base_url: str
    client_id: str
    client_secret: str
    link_path: str


@dataclass(frozen=True, slots=True)
class GatewayKeys:
    """What the gateway publishes for checking its signatures."""

    idp_certificate: str
    sp_certificate: str
    jwks: dict[str, object]


@dataclass(frozen=True, slots=True)
class IdentityProvider:
    """What a SAML service knows of the hub, and the form of the hub's pseudonyms."""

    entity_id: str
    sso: str
    certificate: str
    pseudonym: re.Pattern[str]
