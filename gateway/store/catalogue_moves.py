"""Links that go on in another material of the service: a new edition, a new version of a course.

Within a material a fragment stays the same by its key. In another material the same key may be
another exercise's, so the links of one that went follow only where nothing else can be meant: of
all that went with links, and of all that lives, one each has the key, and it is new.
"""

from collections import defaultdict
from collections.abc import Collection
from typing import Any

from sqlalchemy import Connection, select, update

from gateway.core.materials import PICKS, Fragment, Moved
from gateway.store.material_rows import fragment_of
from gateway.store.search_entries import batches
from gateway.store.tables import fragments, links, materials

_Kept = dict[str, list[Fragment]]


def move_links(connection: Connection, service_id: str, new: Collection[str]) -> tuple[Moved, ...]:
    """`new` are the keys of the fragments that a publication added."""
    orphans = {key: gone for key, gone in _orphans(connection, service_id).items() if key in new}
    heirs = _heirs(connection, service_id, list(orphans)) if orphans else {}
    pairs = ((gone, heirs.get(key, [])) for key, gone in orphans.items())
    sure = [(gone[0], heir[0]) for gone, heir in pairs if len(gone) == len(heir) == 1]
    return tuple(Moved(gone, heir, _move(connection, gone, heir)) for gone, heir in sure)


def _orphans(connection: Connection, service_id: str) -> _Kept:
    """What went and has links, by key."""
    led_to = select(links.c.code).where(links.c.fragment_id == fragments.c.id).exists()
    return _by_key(connection, service_id, fragments.c.gone_at.is_not(None), led_to)


def _heirs(connection: Connection, service_id: str, keys: list[str]) -> _Kept:
    """What lives and has one of the keys, by key."""
    found: _Kept = {}
    for batch in batches(keys):
        living = fragments.c.gone_at.is_(None), fragments.c.key.in_(batch)
        found |= _by_key(connection, service_id, *living)
    return found


def _by_key(connection: Connection, service_id: str, *conditions: Any) -> _Kept:
    query = select(fragments).join(materials, materials.c.id == fragments.c.material_id)
    ours = fragments.c.service_id == service_id, fragments.c.key != "", materials.c.key != PICKS
    found: _Kept = defaultdict(list)
    for row in connection.execute(query.where(*ours, *conditions)):
        fragment = fragment_of(tuple(row))
        found[fragment.key].append(fragment)
    return found


def _move(connection: Connection, gone: Fragment, heir: Fragment) -> int:
    change = update(links).where(links.c.fragment_id == gone.id).values(fragment_id=heir.id)
    return connection.execute(change).rowcount
