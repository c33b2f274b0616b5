"""Deep links: a code that leads to an exact place at a service."""

import secrets
import time
from collections.abc import Callable, Iterator, Mapping
from dataclasses import replace
from datetime import datetime

import click

from gateway.cli.context import as_json, open_database, read_brin, show_list, show_one
from gateway.core.codes import free_code, normalise
from gateway.core.days import end_of, last_end, usual_end
from gateway.core.link_state import LinkState, deciding_school, state_of
from gateway.core.links import is_target
from gateway.core.model import Brin, Grants, Link, Service
from gateway.core.ports import Whereabouts
from gateway.errors import RegistrationRefused, UnknownLink
from gateway.settings import load_settings
from gateway.store.repositories import Repositories


@click.group()
def link() -> None:
    """Deep links into services."""


@link.command()
@click.option("--service", "service_id", metavar="ID")
@click.option("--target", metavar="ADDRESS", help="The exact page or exercise.")
@click.option(
    "--fragment",
    "fragment_id",
    metavar="ID",
    help="A part of a material: it is followed when it moves.",
)
@click.option("--title", default="", help="What people see of it.")
@click.option(
    "--until",
    type=click.DateTime(["%Y-%m-%d"]),
    metavar="DAY",
    help="The last day, three years ahead at most; else the end of the school year.",
)
@click.option("--forever", is_flag=True, help="It never ends.")
@as_json
def add(
    *,
    service_id: str | None,
    target: str | None,
    fragment_id: str | None,
    title: str,
    until: datetime | None,
    forever: bool,
    as_json: bool,
) -> None:
    """Make a link, to an address of a service or to a fragment, and print its address."""
    settings = load_settings()
    database = open_database(settings)
    if fragment_id and not (service_id or target):
        service, target = _at_fragment(database, fragment_id)
    elif service_id and target and not fragment_id:
        service = database.services.find(service_id)
    else:
        raise RegistrationRefused("give --service and --target, or --fragment alone")
    if not is_target(service, target):
        inside = ", ".join(service.targets) or "nowhere"
        raise RegistrationRefused(f"{target} lies outside the service's addresses ({inside})")
    end = _end(until, time.time(), forever=forever)
    code = free_code(database.links, secrets.token_urlsafe)
    made = Link(
        code, service.id, target, int(time.time()), fragment_id, title=title, valid_until=end
    )
    database.links.add(made)
    url = f"{settings.base_url}/d/{code}"
    if as_json:
        show_one({"code": code, "url": url}, as_json=True)
    else:
        click.echo(url)


@link.command("list")
@as_json
def list_all(*, as_json: bool) -> None:
    """All links."""
    rows = [
        {"code": each.code, "service": each.service_id, "target": each.target}
        for each in open_database().links.all()
    ]
    show_list(rows, as_json=as_json)


@link.command()
@click.argument("code")
@as_json
def show(*, code: str, as_json: bool) -> None:
    """One link: where it leads now, whom it is for, how often it was used."""
    database = open_database()
    found = _find(database, code)
    uses = database.links.uses([found.link.code]).get(found.link.code, {})
    state = _judge(database)(found)
    show_one({**_facts(found), "state": state, "uses": sum(uses.values())}, as_json=as_json)


@link.command()
@click.argument("code")
def stop(*, code: str) -> None:
    """Stop a link: who follows it is told so. Its teacher can let it work again."""
    database = open_database()
    found = _find(database, code)
    database.links.replace(replace(found.link, stopped_at=int(time.time())))
    click.echo(f"stopped {found.link.code}")


@link.command()
@click.argument("code")
def remove(code: str) -> None:
    """Remove a link: who follows it is told so."""
    open_database().links.remove(code)
    click.echo(f"removed {code}")


@link.command()
@as_json
def check(*, as_json: bool) -> None:
    """The links that lead nowhere: to a fragment that is gone, to an address outside those of
    the service, to a service that is off. Not those that were stopped or have expired."""
    database = open_database()
    show_list(list(_broken(database)), as_json=as_json)


@link.command()
@click.option("--school", "brin", required=True, metavar="BRIN")
@click.option("--from", "left", required=True, metavar="CODE", help="A link of who left.")
@click.option("--to", "stays", required=True, metavar="CODE", help="A link of who takes over.")
def takeover(*, brin: str, left: str, stays: str) -> None:
    """Give all links of a teacher who left to another of the school. Each is known by a link
    that the teacher made, so that nobody needs to see a pseudonym."""
    database, school = open_database(), read_brin(brin)
    one, other = (_maker(database, school, code) for code in (left, stays))
    if one == other:
        raise RegistrationRefused("one teacher made both links")
    click.echo(f"{database.links.hand_over(school, one, other)} links go on with who made {stays}")


def _end(until: datetime | None, now: float, *, forever: bool) -> int | None:
    """When a new link ends; raises RegistrationRefused."""
    if forever:
        if until:
            raise RegistrationRefused("give --until or --forever")
        return None
    end = end_of(until.date()) if until else usual_end(now)
    if end <= now:
        raise RegistrationRefused("the last day is over already")
    if end > last_end(now):
        raise RegistrationRefused("a link lasts three years at most; --forever has no end")
    return end


def _at_fragment(database: Repositories, fragment_id: str) -> tuple[Service, str]:
    _, fragment = database.catalogue.fragment(fragment_id)
    if fragment.gone_at is not None or fragment.locator is None:
        raise RegistrationRefused(
            f"fragment {fragment_id} can not be opened: it is gone, or a heading"
        )
    return database.services.find(fragment.service_id), fragment.locator


def _find(database: Repositories, code: str) -> Whereabouts:
    """A link by its code as somebody wrote it; raises RegistrationRefused."""
    for each in (code, normalise(code)):
        try:
            return database.links.find(each)
        except UnknownLink:
            continue
    raise RegistrationRefused(f"there is no link {code}; `ketenpoort link list` shows them")


def _maker(database: Repositories, school: Brin, code: str) -> str:
    made = _find(database, code).link
    if made.school != school or made.maker is None:
        raise RegistrationRefused(f"no teacher of school {school} made link {code}")
    return made.maker


def _services(database: Repositories) -> Mapping[str, Service]:
    return {service.id: service for service in database.services.all()}


def _judge(database: Repositories) -> Callable[[Whereabouts], LinkState]:
    """What says the state of a link, with services and schools' switches read once."""
    services, off, now = _services(database), database.grants.off(), time.time()

    def judge(found: Whereabouts) -> LinkState:
        link = found.link
        grants = Grants(switched_off=(deciding_school(link), link.service_id) in off)
        return state_of(found, services.get(link.service_id), grants, now)

    return judge


def _broken(database: Repositories) -> Iterator[Mapping[str, object]]:
    judge = _judge(database)
    for found in database.links.leading():
        state = judge(found)
        if state.is_broken:
            yield {**_place(found), "school": found.link.school, "state": state}


def _place(found: Whereabouts) -> dict[str, object]:
    link, fragment = found.link, found.fragment
    return {
        "code": link.code,
        "service": link.service_id,
        "title": link.title or (fragment.title if fragment else ""),
        "target": (fragment.locator if fragment else None) or link.target,
    }


def _facts(found: Whereabouts) -> dict[str, object]:
    link = found.link
    return {
        **_place(found),
        "fragment": link.fragment_id,
        "nearest": found.nearest.id if found.nearest else None,
        "school": link.school,
        "for_school": link.audience.school,
        "for_groups": sorted(link.audience.groups),
        "created_at": link.created_at,
        "valid_from": link.valid_from,
        "valid_until": link.valid_until,
        "stopped_at": link.stopped_at,
        "previewed": link.previewed,
    }
