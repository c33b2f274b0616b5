"""What a service may know of a person: asked ∩ granted ∩ sent. One function, all protocols."""

from dataclasses import dataclass

from gateway.core.access import check_grants
from gateway.core.attributes import Subject, Vocabulary, value
from gateway.core.model import Grants, Identity, Release, School, Service, Supplier
from gateway.core.pseudonyms import Pseudonyms
from gateway.core.test_school import check_standing
from gateway.errors import ServiceNotForSchool, ServiceOff


@dataclass(frozen=True, slots=True)
class Parties:
    """Who is concerned: the person's school, the service, its supplier, the school's word."""

    school: School
    service: Service
    supplier: Supplier
    grants: Grants


class ReleasePolicy:
    """Closed by default: the vocabulary's `always`, and what both sides agreed on."""

    def __init__(self, vocabulary: Vocabulary, pseudonyms: Pseudonyms) -> None:
        self._vocabulary = vocabulary
        self._pseudonyms = pseudonyms

    def allowed(self, service: Service, grants: Grants) -> tuple[str, ...]:
        """The names that may be released, in the vocabulary's order."""
        agreed = {ask.attribute for ask in service.asks} & grants.attributes
        return tuple(
            name for name, word in self._vocabulary.items() if word.always or name in agreed
        )

    def decide(self, parties: Parties, identity: Identity, session_index: str) -> Release:
        """What goes to the service; raises ServiceOff, ServiceInTest, InventedPersonElsewhere,
        ServiceNotForSchool, ServiceNotForGroup."""
        if not parties.service.active:
            raise ServiceOff(f"service {parties.service.id}")
        check_standing(parties.service, identity)
        if parties.grants.switched_off:
            raise ServiceNotForSchool(f"service {parties.service.id}, school {parties.school.brin}")
        check_grants(parties.grants, identity)
        pseudonym = self._pseudonyms.derive(parties.supplier, identity)
        subject = Subject(identity, parties.school, parties.service, pseudonym)
        values = {
            name: value(name, subject) for name in self.allowed(parties.service, parties.grants)
        }
        return Release(
            service_id=parties.service.id,
            pseudonym=pseudonym,
            attributes={name: found for name, found in values.items() if found},
            authenticated_at=identity.authenticated_at,
            authn_context=identity.authn_context,
            session_index=session_index,
        )
