"""What was done in the consoles: shown, exported, and held against its own chain."""

import json
import time

import click

from gateway.cli.context import as_json, open_database, show_list
from gateway.core.acts import BEGINNING, ChainedAct, chain
from gateway.errors import RegistrationRefused

_SHOWN = 50


@click.group()
def audit() -> None:
    """What was done in the consoles: who, what, before, after."""


@audit.command("list")
@click.option("--words", default="", help="Those that stand in who, what or to what.")
@click.option("--limit", default=_SHOWN, show_default=True, help="How many at most.")
@as_json
def list_acts(*, words: str, limit: int, as_json: bool) -> None:
    """The latest acts first."""
    found = open_database().acts.find(words, None, limit)
    show_list([_record(each) for each in found], as_json=as_json)


@audit.command()
def export() -> None:
    """All acts as JSON lines, from the first on."""
    for each in open_database().acts.all():
        click.echo(json.dumps(_record(each) | {"digest": each.digest}, ensure_ascii=False))


@audit.command()
@click.option("--digest", help="One that was noted before; it must still be in the chain.")
def verify(digest: str | None) -> None:
    """Hold every act against its digest, and print the last one, to be noted elsewhere."""
    last, count, seen = BEGINNING, 0, digest is None
    for each in open_database().acts.all():
        count += 1
        if each.act.number != count or chain(each.act, last) != each:
            raise RegistrationRefused(f"act {count} was changed, taken out or put in")
        last = each.digest
        seen = seen or last == digest
    if not seen:
        raise RegistrationRefused("the digest that you noted is not in the chain any more")
    click.echo(f"{count} acts, all as they were written; last digest {last}")


def _record(chained: ChainedAct) -> dict[str, object]:
    act = chained.act
    return {
        "number": act.number,
        "at": time.strftime("%Y-%m-%d %H:%M:%S", time.gmtime(act.at)),
        "who": act.actor,
        "what": act.act,
        "of": act.object,
        "before": act.before,
        "after": act.after,
    }
