"""Which school is meant by a BRIN that a request names, so that nobody is asked for it."""

from gateway.core.model import Brin, institution, parse_brin
from gateway.core.ports import Registry
from gateway.errors import UnknownSchool


def school_meant(named: str, registry: Registry) -> Brin | None:
    """The school itself, its institution, or its only branch; None for what says no school."""
    if not named:
        return None
    try:
        return registry.school(named).brin
    except UnknownSchool:
        return _near(named, registry)


def _near(named: str, registry: Registry) -> Brin | None:
    try:
        brin = parse_brin(named)
    except ValueError:
        return None
    family = registry.schools_at(institution(brin))
    for meant in (brin, institution(brin)):
        if any(school.brin == meant for school in family):
            return meant
    return family[0].brin if len(family) == 1 and len(brin) < len(family[0].brin) else None
