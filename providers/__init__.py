"""The protocols, by name: how schools say who somebody is, how services are told."""

from collections.abc import Callable, Mapping

from gateway.core.ports import SchoolProtocol, SupplierProtocol
from gateway.services import Parts
from providers.schools.oidc import OpenIdRelyingParty
from providers.schools.saml import SamlServiceProvider
from providers.schools.test import InventedPeople
from providers.suppliers.lti import LtiPlatform
from providers.suppliers.oidc import OpenIdProvider
from providers.suppliers.saml import SamlIdentityProvider

SCHOOL_PROTOCOLS: Mapping[str, Callable[[Parts], SchoolProtocol]] = {
    "saml": SamlServiceProvider,
    "oidc": OpenIdRelyingParty,
    "test": InventedPeople,
}
SUPPLIER_PROTOCOLS: Mapping[str, Callable[[Parts], SupplierProtocol]] = {
    "saml": SamlIdentityProvider,
    "oidc": OpenIdProvider,
    "lti": LtiPlatform,
}
