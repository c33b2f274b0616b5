"""Invented pupils and teachers, and what their school says of them."""

from dataclasses import dataclass

SAML_SCHOOL = "99XA"
SECOND_SAML_SCHOOL = "99XC"
OIDC_SCHOOL = "99XB"
PASSWORD = "lang-en-verzonnen"


@dataclass(frozen=True, slots=True)
class Person:
    """One person at one school, under Entree's attribute names."""

    uid: str
    brin: str
    affiliation: str
    given_name: str
    surname: str
    infix: str = ""
    employee_number: str = ""
    unit: str = ""
    eck_id: str = ""

    @property
    def mail(self) -> str:
        return f"{self.given_name.lower()}@leerlingen.example"

    @property
    def secrets(self) -> frozenset[str]:
        """What may not reach a supplier that did not ask for it."""
        return frozenset(filter(None, [self.uid, self.mail, self.employee_number, self.eck_id]))

    def attributes(self) -> dict[str, list[str]]:
        """What a SAML school asserts."""
        named = {
            "uid": self.uid,
            "eckId": self.eck_id,
            "eduPersonAffiliation": self.affiliation,
            "nlEduPersonHomeOrganizationId": self.brin,
            "givenName": self.given_name,
            "sn": self.surname,
            "nlEduPersonTussenvoegsels": self.infix,
            "mail": self.mail,
            "employeeNumber": self.employee_number,
            "nlEduPersonUnit": self.unit,
        }
        return {name: [value] for name, value in named.items() if value}

    def claims(self) -> dict[str, str]:
        """What an OpenID school asserts, without `sub`."""
        renamed = {"givenName": "given_name", "sn": "family_name", "mail": "email"}
        own = {k: v[0] for k, v in self.attributes().items() if k != "uid"}
        return {renamed.get(name, name): value for name, value in own.items()}


PUPIL = Person(
    uid="sanne@esdoorn.test",
    brin=SAML_SCHOOL,
    affiliation="student",
    given_name="Sanne",
    surname="Wouden",
    infix="van der",
    employee_number="140136",
    unit="2B",
)
TEACHER = Person(
    uid="yusuf@esdoorn.test",
    brin=SAML_SCHOOL,
    affiliation="employee",
    given_name="Yusuf",
    surname="Demir",
)
# At the second school of the same identity provider, with a national ECK iD.
SECOND_PUPIL = Person(
    uid="milan@lijsterbes.test",
    brin=SECOND_SAML_SCHOOL,
    affiliation="student",
    given_name="Milan",
    surname="Bos",
    eck_id="https://ketenid.nl/201703/" + "5a" * 64,
)
OIDC_PUPIL = Person(
    uid="noor@meidoorn.test",
    brin=OIDC_SCHOOL,
    affiliation="student",
    given_name="Noor",
    surname="Çelik",
    employee_number="220417",
    unit="4H1",
)
OIDC_TEACHER = Person(
    uid="els@meidoorn.test",
    brin=OIDC_SCHOOL,
    affiliation="employee",
    given_name="Els",
    surname="Hoek",
)
