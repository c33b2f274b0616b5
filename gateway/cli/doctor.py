"""A look at everything that a gateway stands on, with what to do about each finding."""

from collections.abc import Iterable

import click

from gateway.cli.checks import Finding
from gateway.cli.checks.clock import check_clock
from gateway.cli.checks.feeds import check_feeds
from gateway.cli.checks.keys import check_keys, check_made, missing_keys
from gateway.cli.checks.parties import check_parties
from gateway.cli.checks.stores import check_redis
from gateway.cli.context import open_database
from gateway.errors import GatewayError
from gateway.settings import Settings, load_settings


@click.command()
def doctor() -> None:
    """Check configuration, keys, stores, clock and certificates; say what to do."""
    findings = list(_examine())
    for finding in findings:
        click.echo(
            f"{finding.level:8}{finding.what}"
            + (f"\n        → {finding.cure}" if finding.cure else "")
        )
    if any(finding.level == "error" for finding in findings):
        raise SystemExit(1)


def _examine() -> Iterable[Finding]:
    try:
        settings = load_settings()
    except GatewayError as error:
        yield Finding(
            "error", error.detail, "Correct the setting; config/gateway.toml explains each."
        )
        return
    yield Finding("ok", f"settings for {settings.base_url}")
    yield from _settings(settings)
    made = missing_keys(settings)
    try:
        database = open_database(settings)
    except GatewayError as error:
        yield Finding("error", error.detail, "Nothing works before this does.")
        return
    yield Finding("ok", "database is reached and up to date")
    yield from check_made(made)
    for check in (check_keys, check_redis, check_clock):
        yield from check(settings)
    yield from check_parties(settings, database)
    yield from check_feeds(database)


def _settings(settings: Settings) -> Iterable[Finding]:
    if settings.allow_loopback:
        yield Finding(
            "warning", "allow_loopback is on", "For tests and the demo only: switch it off."
        )
    if settings.rate_limits == "off":
        yield Finding("warning", "rate_limits are off", "For load tests only: switch them on.")
    if not settings.secure_cookies:
        yield Finding("warning", "base_url is plain http", "Use https wherever people come.")
