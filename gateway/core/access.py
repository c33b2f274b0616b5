"""Who may: whom a school lets into a service, and whom a link is for."""

from gateway.core.flow import same_school
from gateway.core.model import Affiliation, Audience, Grants, Identity
from gateway.errors import (
    LinkForOtherGroup,
    LinkForOtherSchool,
    MaterialNotForGroup,
    ServiceNotForGroup,
)

_GROUPS = "nlEduPersonUnit"
_LOCATION = "nlEduPersonHomeOrganizationBranchId"
_TEACHES = frozenset({Affiliation.EMPLOYEE, Affiliation.STAFF})


def check_audience(audience: Audience, identity: Identity) -> None:
    """Whether a link is for this person: one for class groups is for the school's teachers too.
    Raises LinkForOtherSchool, LinkForOtherGroup."""
    if audience.school is None:
        return
    if not same_school(audience.school, identity.school):
        raise LinkForOtherSchool(
            f"for school {audience.school}, not {identity.school}", audience.school
        )
    if audience.groups and not audience.groups & groups_of(identity) and not teaches(identity):
        raise LinkForOtherGroup(
            f"for {len(audience.groups)} groups of {audience.school}", audience.groups
        )


def check_grants(grants: Grants, identity: Identity) -> None:
    """Whether a school lets this person into a service: class groups narrow its pupils, not its
    teachers. Raises ServiceNotForGroup."""
    role_fits = not grants.roles or grants.roles & set(identity.affiliations)
    group_fits = not grants.groups or grants.groups & groups_of(identity) or teaches(identity)
    place_fits = not grants.locations or grants.locations & _locations_of(identity)
    if not role_fits or not group_fits or not place_fits:
        raise ServiceNotForGroup(f"a role, group or location that {identity.school} did not name")


def check_licence(groups: frozenset[str], identity: Identity) -> None:
    """Whether a school has a material for this person: `groups` are those that it has it for,
    none named is all; its teachers always. Raises MaterialNotForGroup."""
    if groups and not groups & groups_of(identity) and not teaches(identity):
        raise MaterialNotForGroup(f"for {len(groups)} groups of {identity.school}")


def teaches(identity: Identity) -> bool:
    """Whether the person works at the school."""
    return bool(_TEACHES & set(identity.affiliations))


def _locations_of(identity: Identity) -> frozenset[str]:
    """The branches where the person is, as the school asserted or is registered."""
    return frozenset((identity.school, *identity.attributes.get(_LOCATION, ())))


def groups_of(identity: Identity) -> frozenset[str]:
    """The class groups that the school asserted."""
    return frozenset(identity.attributes.get(_GROUPS, ()))
