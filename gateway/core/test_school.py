"""The test school: invented people of an invented school, which exists only in test.

A service is tried with it until the operator has approved it, and its own supplier may try it
so afterwards. Who is signed in as one of its people is so for one supplier: the identity's
connection names which, and no other's service, nor a page of ours, lets that person in.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

from gateway.core.model import (
    Affiliation,
    Brin,
    Connection,
    Grants,
    Identity,
    School,
    Service,
    Standing,
)
from gateway.errors import InventedPersonElsewhere, ServiceInTest

BRIN = Brin("99TS")
PROTOCOL = "test"
CONNECTION = Connection("test", PROTOCOL, PROTOCOL, {})
SCHOOL = School(BRIN, "Testschool", "Proefdorp", CONNECTION.id, digi_delivery_id="0000TS")
PASSWORD = "urn:oasis:names:tc:SAML:2.0:ac:classes:PasswordProtectedTransport"  # noqa: S105


@dataclass(frozen=True, slots=True)
class InventedPerson:
    """Somebody of the test school; `key` is also the subject, `about` says what is special."""

    key: str
    about: str
    roles: tuple[Affiliation, ...]
    attributes: Mapping[str, tuple[str, ...]] = field(default_factory=dict)


def _(text: str) -> str:
    """Mark a text for the translators; it is translated where it is shown."""
    return text


def _named(
    given: str, prefix: str, family: str, **more: tuple[str, ...]
) -> dict[str, tuple[str, ...]]:
    full = " ".join(filter(None, [given, prefix, family]))
    user = f"{given}.{family}".encode("ascii", "ignore").decode().lower()
    said = {
        "givenName": (given,),
        "nlEduPersonTussenvoegsels": (prefix,) if prefix else (),
        "sn": (family,),
        "displayName": (full,),
        "cn": (full,),
        "mail": (f"{user}@testschool.example",),
        "uid": (user,),
    }
    return {name: values for name, values in (said | more).items() if values}


_PUPIL, _TEACHER = (Affiliation.STUDENT,), (Affiliation.EMPLOYEE,)
PEOPLE: Sequence[InventedPerson] = (
    InventedPerson(
        "pupil-two-classes",
        _("A pupil of two classes"),
        _PUPIL,
        _named("Saar", "de", "Wit", nlEduPersonUnit=("2A", "2 wiskunde plus")),
    ),
    InventedPerson(
        "pupil-without-names",
        _("A pupil of whom the school sends no names"),
        _PUPIL,
        {"nlEduPersonUnit": ("1B",)},
    ),
    InventedPerson(
        "pupil-umlauts",
        _("A pupil with letters beyond a to z"),
        _PUPIL,
        _named("Zoë", "", "Çelik-Müller", nlEduPersonUnit=("3C",)),
    ),
    InventedPerson("teacher", _("A teacher"), _TEACHER, _named("Hans", "van", "Dijk")),
    InventedPerson(
        "staff", _("Staff of the school's office"), (Affiliation.STAFF,), _named("Els", "", "Smit")
    ),
    InventedPerson("bare", _("A pupil of whom the school sends nothing at all"), _PUPIL),
)


def person_named(key: str) -> InventedPerson | None:
    return next((person for person in PEOPLE if person.key == key), None)


def identity_of(
    person: InventedPerson, supplier_id: str, now: float, contexts: frozenset[str] = frozenset()
) -> Identity:
    """As if the school had just proved the person, by a login of a kind that is asked for."""
    return Identity(
        school=BRIN,
        connection_id=_connection_of(supplier_id),
        subject=person.key,
        national_eckid=None,
        affiliations=person.roles,
        attributes=person.attributes,
        authenticated_at=int(now),
        authn_context=min(contexts, default=PASSWORD),
    )


def is_invented(identity: Identity) -> bool:
    return identity.school == BRIN


def in_test(service: Service) -> bool:
    """Whether the test school alone reaches it."""
    return service.standing is not Standing.APPROVED


def check_standing(service: Service, identity: Identity) -> None:
    """Real people reach approved services, invented ones those of the supplier that they are
    there for. Raises ServiceInTest, InventedPersonElsewhere."""
    if not is_invented(identity):
        if in_test(service):
            raise ServiceInTest(f"service {service.id} is {service.standing}")
    elif identity.connection_id != _connection_of(service.supplier_id):
        raise InventedPersonElsewhere(f"service {service.id}")


def grants_of(service: Service) -> Grants:
    """The test school lets a service have all that it asks."""
    return Grants(frozenset(ask.attribute for ask in service.asks))


def _connection_of(supplier_id: str) -> str:
    return f"{CONNECTION.id}:{supplier_id}"
