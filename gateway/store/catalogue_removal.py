"""The end of all that a service published."""

from sqlalchemy import Connection, delete, select

from gateway.store.tables import fragments, links, materials, search_entries


def remove_catalogue(connection: Connection, service_id: str) -> None:
    """Remove the materials of a service, and the links that lead to them."""
    own = select(fragments.c.id).where(fragments.c.service_id == service_id)
    connection.execute(delete(links).where(links.c.fragment_id.in_(own)))
    connection.execute(delete(search_entries).where(search_entries.c.fragment_id.in_(own)))
    connection.execute(delete(fragments).where(fragments.c.service_id == service_id))
    connection.execute(delete(materials).where(materials.c.service_id == service_id))
