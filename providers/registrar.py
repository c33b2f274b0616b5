"""How services of each protocol are described to us, behind the one port of the consoles."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from urllib.parse import urlencode

from gateway.core.expiry import Expiry, certificate_ends
from gateway.core.findings import Finding, Outcome
from gateway.core.model import Service, Standing
from gateway.core.ports import Fact, Reading
from gateway.errors import RegistrationRefused
from gateway.services import Parts
from gateway.trust.certificates import end_of
from gateway.trust.metadata.endpoints import address_fault
from gateway.trust.metadata.rules import Rules
from providers.suppliers.lti.configuration import CONFIGURATION_PATH
from providers.suppliers.lti.invitation import invite
from providers.suppliers.lti.metadata import facts as tool_facts
from providers.suppliers.oidc import client_metadata
from providers.suppliers.oidc.clients import changed_client, new_client
from providers.suppliers.oidc.secrets import with_new_secret
from providers.suppliers.saml import registration as saml
from providers.suppliers.saml.profiles import with_profile

_ID_BYTES = 12


@dataclass(frozen=True, slots=True)
class ServiceRegistrar:
    """Implements ports.Registrar."""

    parts: Parts

    def of_metadata(self, document: bytes, supplier_id: str, profile: str) -> Reading:
        role, findings = saml.read_description(document, self._rules())
        if role is None:
            return Reading(None, tuple(findings))
        if role.entity_id == f"{self.parts.settings.base_url}/saml/metadata":
            place, cure = "EntityDescriptor/@entityID", "Give the metadata of your own software."
            ours = Finding(place, Outcome.FAIL, role.entity_id, "not our own", cure)
            return Reading(None, (*findings, ours))
        service_id = f"svc-{self.parts.random(_ID_BYTES)}"
        made = with_profile(saml.new_service(role, service_id, supplier_id), profile)
        return Reading(replace(made, standing=Standing.PENDING), tuple(findings))

    def with_metadata(self, service: Service, document: bytes) -> Reading:
        return saml.renewed(service, document, self._rules())

    def of_openid(
        self, asked: Mapping[str, object], supplier_id: str
    ) -> tuple[Service, str | None]:
        try:
            return new_client(asked, supplier_id, self._fault, self.parts)
        except client_metadata.MetadataRefused as refused:
            raise RegistrationRefused(str(refused)) from refused

    def with_openid(self, service: Service, asked: Mapping[str, object]) -> Service:
        try:
            return changed_client(service, asked, self._fault)
        except client_metadata.MetadataRefused as refused:
            raise RegistrationRefused(str(refused)) from refused

    def openid_metadata(self, service: Service) -> Mapping[str, object]:
        return client_metadata.metadata_of(service)

    def with_new_secret(self, service: Service, *, keep_old: bool) -> tuple[Service, str]:
        parts = self.parts
        return with_new_secret(service, parts.random, parts.clock(), keep_old=keep_old)

    def tool_address(self, supplier_id: str, registration_address: str) -> str:
        parts = self.parts
        if fault := self._fault(registration_address):
            raise RegistrationRefused(f"{registration_address[:200]} {fault}")
        token = invite(supplier_id, parts.sealer, parts.clock, parts.random)
        fields = {
            "openid_configuration": parts.settings.base_url + CONFIGURATION_PATH,
            "registration_token": token,
        }
        joiner = "&" if "?" in registration_address else "?"
        return f"{registration_address}{joiner}{urlencode(fields)}"

    def facts(self, service: Service) -> Sequence[Fact]:
        read = {"saml": saml.facts, "oidc": client_metadata.facts, "lti": tool_facts}
        return tuple(fact for fact in read[service.protocol](service) if fact.values)

    def expiries(self, service: Service) -> Sequence[Expiry]:
        return certificate_ends(service, end_of)

    def _rules(self) -> Rules:
        return Rules(self.parts.clock(), self.parts.settings.allow_loopback)

    def _fault(self, address: str) -> str | None:
        return address_fault(address, allow_loopback=self.parts.settings.allow_loopback)
