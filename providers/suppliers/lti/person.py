"""What an LTI message says of a person: what was released, and nothing else."""

from collections.abc import Mapping

from gateway.core.model import Release

from . import names
from .terms import ROLES

_AFFILIATION = "eduPersonAffiliation"
_SCHOOL_ID = "nlEduPersonHomeOrganizationId"
_SCHOOL_NAME = "nlEduPersonHomeOrganization"
_TEACHING = {"employee", "staff"}
NAME_CLAIMS = ("name", "given_name", "family_name", "email")


def roles_of(release: Release) -> list[str]:
    """Full URIs (LTI Core §5.3.7); none for a person without an affiliation."""
    affiliations = release.attributes.get(_AFFILIATION, ())
    return [role for affiliation in affiliations for role in ROLES.get(affiliation, ())]


def teaches(release: Release) -> bool:
    """Whether the person may pick materials and make links."""
    return not _TEACHING.isdisjoint(release.attributes.get(_AFFILIATION, ()))


def school_key(release: Release) -> str:
    """The school in the form that the service knows it by."""
    known = release.attributes.get(_SCHOOL_ID) or release.attributes.get(_SCHOOL_NAME) or ("",)
    return known[0]


def school_name(release: Release) -> str | None:
    return _one(release, _SCHOOL_NAME)


def name_claims(release: Release) -> Mapping[str, str]:
    """The names of OpenID Connect Core §5.1, each only where it was released. A name infix,
    for which there is no claim, stands before the family name."""
    given, infix, surname = (
        _one(release, name) for name in ("givenName", "nlEduPersonTussenvoegsels", "sn")
    )
    family = " ".join(filter(None, [infix, surname])) if surname else None
    whole = _one(release, "displayName") or (f"{given} {family}" if given and family else None)
    values = (whole, given, family, _one(release, "mail"))
    return {claim: value for claim, value in zip(NAME_CLAIMS, values, strict=True) if value}


def deployment_of(service_id: str, release: Release) -> str:
    """The tool at the person's school (LTI Core §3.1.3)."""
    return names.deployment_id(service_id, school_key(release))


def context_of(service_id: str, release: Release) -> str:
    """Where all people of the school meet in the tool, pupils and teachers alike."""
    return names.context_id(service_id, school_key(release))


def _one(release: Release, name: str) -> str | None:
    values = release.attributes.get(name)
    return values[0] if values else None
