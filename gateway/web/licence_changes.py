"""The licences of a school, replaced whole: by its administrator, or by software that it uses."""

from collections.abc import Mapping, Sequence

from gateway.core.materials import Material
from gateway.core.model import Brin
from gateway.core.sharing import for_schools
from gateway.services import Parts

_Groups = Mapping[str, frozenset[str]]


def licensable(parts: Parts) -> Sequence[Material]:
    """The materials that a school may have licences of."""
    services = for_schools(parts.registry.services())
    return parts.catalogue.materials_of(service.id for service in services)


def set_licences(parts: Parts, actor: str, school: Brin, groups: _Groups) -> None:
    """In place of all that was there, recorded with it; `groups` by our id of a material."""
    before, after = _recorded(parts.licences.of_school(school)), _recorded(groups)
    with parts.acts.recording(actor, "licences set", school, before, after):
        parts.licences.replace(school, groups)
    parts.audit("licences.set", school=school, materials=len(groups))


def _recorded(groups: _Groups) -> dict[str, list[str]]:
    return {material: sorted(found) for material, found in groups.items()}
