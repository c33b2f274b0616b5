"""Who may: whom a school lets into a service, and whom a link is for."""

from gateway.core.flow import same_school
from gateway.core.model import Audience, Grants, Identity
from gateway.errors import LinkForOtherGroup, LinkForOtherSchool, ServiceNotForGroup

_GROUPS = "nlEduPersonUnit"


def check_audience(audience: Audience, identity: Identity) -> None:
    """Whether a link is for this person; raises LinkForOtherSchool, LinkForOtherGroup."""
    if audience.school is None:
        return
    if not same_school(audience.school, identity.school):
        raise LinkForOtherSchool(f"for school {audience.school}, not {identity.school}")
    if audience.groups and not audience.groups & groups_of(identity):
        raise LinkForOtherGroup(f"for {len(audience.groups)} groups of {audience.school}")


def check_grants(grants: Grants, identity: Identity) -> None:
    """Whether a school lets this person into a service; raises ServiceNotForGroup."""
    role_fits = not grants.roles or grants.roles & set(identity.affiliations)
    group_fits = not grants.groups or grants.groups & groups_of(identity)
    if not role_fits or not group_fits:
        raise ServiceNotForGroup(f"a role or group that {identity.school} did not name")


def groups_of(identity: Identity) -> frozenset[str]:
    """The class groups that the school asserted."""
    return frozenset(identity.attributes.get(_GROUPS, ()))
