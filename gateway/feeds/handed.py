"""Metadata that a school hands over in its console, such as with the keys of a rollover."""

from dataclasses import dataclass

from gateway.core.model import Connection, JsonValue
from gateway.core.ports import Clock
from gateway.errors import RegistrationRefused
from gateway.feeds.parties import Stamp, renewed_connection
from gateway.settings import Settings
from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.read import Entity
from gateway.trust.metadata.rules import Rules


@dataclass(frozen=True, slots=True)
class HandedOver:
    """Implements ports.SchoolDescriptions."""

    settings: Settings
    clock: Clock

    def renewed(self, connection: Connection, document: bytes) -> Connection:
        entity = self._only_school(document)
        role = entity.identity_provider
        assert role is not None
        if role.entity_id != connection.identifier:
            raise RegistrationRefused(
                f"It describes {role.entity_id}, and your login is {connection.identifier}."
            )
        after = renewed_connection(connection, entity, role, Stamp(None))
        if not _certificates(connection) & _certificates(after):
            raise RegistrationRefused(
                "None of the keys that your login signs with now stands in it, so nobody could sign"
                " in. Give metadata with the old and the new key, switch, then without the old one."
            )
        return after

    def _only_school(self, document: bytes) -> Entity:
        rules = Rules(self.clock(), self.settings.allow_loopback)
        entities = list(read_entities(document, rules, None))
        found = [entity for entity in entities if entity.identity_provider is not None]
        if len(found) != 1:
            said = [str(problem) for entity in entities for problem in entity.problems]
            raise RegistrationRefused(
                " ".join([f"It describes {len(found)} usable logins, not one.", *said[:3]])
            )
        return found[0]


def _certificates(connection: Connection) -> set[JsonValue]:
    held = connection.config.get("signing_certificates") or ()
    assert isinstance(held, list | tuple)
    return set(held)
