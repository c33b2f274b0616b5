"""Tokens for the HTTP API, of suppliers and of schools: the same commands for both."""

import time
from collections.abc import Callable

import click

from gateway.cli.context import as_json, open_database, show_list, show_one
from gateway.core.api_tokens import (
    MOST_DAYS,
    SCOPES,
    USUAL_DAYS,
    ApiToken,
    Owner,
    Terms,
    new_token,
)
from gateway.ids import new_id
from gateway.store.repositories import Repositories

Find = Callable[[Repositories, str], str]
"""The id of the party that is meant; raises RegistrationRefused when there is none."""


def token_commands(kind: Owner, metavar: str, find: Find) -> click.Group:
    """`token add|list|revoke` for a kind of party."""

    @click.group("token", help=f"Tokens with which a {kind} uses the HTTP API.")
    def group() -> None: ...

    @group.command()
    @click.argument("owner", metavar=metavar)
    @click.option("--name", required=True, help="What it is for, such as the software that has it.")
    @click.option(
        "--scope",
        "scopes",
        multiple=True,
        type=click.Choice([scope.value for scope in SCOPES[kind]]),
        help="What it may be used for, as often as needed; without it everything of these.",
    )
    @click.option(
        "--days",
        default=USUAL_DAYS,
        show_default=True,
        type=click.IntRange(1, MOST_DAYS),
        help="How long it counts.",
    )
    @as_json
    def add(*, owner: str, name: str, scopes: tuple[str, ...], days: int, as_json: bool) -> None:
        """Make a token and print it, this once: we keep a digest of it."""
        database = open_database()
        terms = Terms(name, scopes or SCOPES[kind], days)
        token, text = new_token(new_id("tok"), kind, find(database, owner), terms, time.time())
        database.api_tokens.add(token)
        if as_json:
            show_one({"id": token.id, "token": text}, as_json=True)
        else:
            click.echo(text)

    @group.command("list")
    @click.argument("owner", metavar=metavar)
    @as_json
    def list_all(*, owner: str, as_json: bool) -> None:
        """The tokens of one party and the day on which each was last used."""
        database = open_database()
        tokens = database.api_tokens.of(kind, find(database, owner))
        show_list([_record(each) for each in tokens], as_json=as_json)

    @group.command()
    @click.argument("token_id")
    def revoke(token_id: str) -> None:
        """Revoke a token at once, by its id: what stands before the point."""
        token_id = token_id.partition(".")[0]
        open_database().api_tokens.revoke(kind, token_id, int(time.time()))
        click.echo(f"revoked {token_id}")

    return group


def _record(token: ApiToken) -> dict[str, object]:
    return {
        "id": token.id,
        "name": token.name,
        "scopes": " ".join(token.scopes),
        "created": _day(token.created_at),
        "until": _day(token.expires_at),
        "last_used": token.last_used,
        "revoked": token.revoked_at is not None,
    }


def _day(seconds: int) -> str:
    return time.strftime("%Y-%m-%d", time.gmtime(seconds))
