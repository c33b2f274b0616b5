"""The two profiles of which a service has one, and what it may want otherwise.

`saml2int` follows Kantara's deployment profile for federation interoperability; `entree` is what
Dutch education is used to: plain attribute names, nothing encrypted, the assertion signed.
"""

from collections.abc import Mapping
from dataclasses import dataclass, replace

from gateway.core.model import Json, Service
from gateway.trust.metadata.names import PERSISTENT, TRANSIENT

NAME_IDS = (PERSISTENT, TRANSIENT)
NO_ENCRYPTION = "off"


@dataclass(frozen=True, slots=True)
class Profile:
    """`attribute_names` as the vocabulary calls them. `name_id`: the format when none is asked,
    by the request or, where `reads_name_id`, by the metadata. `says_unspecified`: who asks for
    the format "unspecified" gets the pseudonym under that very name, where Core §8.3.1 leaves
    the choice to us. `signs_assertion`: also where the Response is signed and the metadata does
    not want both; `encrypts`: for who has a key. `pairwise_id`: given, unless the metadata wants
    none."""

    attribute_names: str
    name_id: str
    reads_name_id: bool
    says_unspecified: bool
    signs_response: bool
    signs_assertion: bool
    encrypts: bool
    pairwise_id: bool


PROFILES: Mapping[str, Profile] = {
    # SAML2Int IDP08 to IDP13
    "saml2int": Profile(
        attribute_names="oid",
        name_id=TRANSIENT,
        reads_name_id=True,
        says_unspecified=False,
        signs_response=True,
        signs_assertion=False,
        encrypts=True,
        pairwise_id=True,
    ),
    "entree": Profile(
        attribute_names="entree",
        name_id=PERSISTENT,
        reads_name_id=False,
        says_unspecified=True,
        signs_response=False,
        signs_assertion=True,
        encrypts=False,
        pairwise_id=False,
    ),
}
DEFAULT = "saml2int"


def with_profile(service: Service, profile: str = DEFAULT) -> Service:
    """A service of metadata with one of the profiles."""
    names = PROFILES[profile].attribute_names
    return replace(service, config={**service.config, "profile": profile}, attribute_names=names)


def profile_of(config: Json) -> Profile:
    """A service that was registered before there were profiles has what it had: `entree`."""
    return PROFILES[str(config.get("profile", "entree"))]
