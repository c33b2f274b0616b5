"""A look at everything that a gateway stands on, with what to do about each finding."""

import base64
import time
from collections.abc import Iterable, Sequence
from dataclasses import dataclass

import click
from cryptography import x509
from sqlalchemy import text

from gateway.core.model import Connection, Service
from gateway.errors import GatewayError
from gateway.install import prepare, retirement
from gateway.settings import Settings, load_settings
from gateway.store.repositories import Repositories, open_repositories
from gateway.store.state_redis import connect_redis
from gateway.trust.keyfiles import read_pseudonym_keys, read_state_key
from gateway.trust.keyring import FileKeyring

_NEAR_DAYS = 60
_DAY_SECONDS = 86_400
_LAST_DAYS = 2
_IDLE_SECONDS = _DAY_SECONDS
_CLOCK_SECONDS = 5


@dataclass(frozen=True, slots=True)
class Finding:
    """`level` is ok, warning or error; `cure` says what to do."""

    level: str
    what: str
    cure: str = ""


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
    try:
        database = open_repositories(prepare(settings))
    except GatewayError as error:
        yield Finding("error", error.detail, "Nothing works before this does.")
        return
    yield Finding("ok", "database is reached and up to date")
    for check in (_keys, _redis, _clock):
        yield from check(settings)
    yield from _parties(database)
    yield from _feeds(database)


def _settings(settings: Settings) -> Iterable[Finding]:
    if settings.allow_loopback:
        yield Finding(
            "warning", "allow_loopback is on", "For tests and the demo only: switch it off."
        )
    if settings.rate_limits == "off":
        yield Finding("warning", "rate_limits are off", "For load tests only: switch them on.")
    if not settings.secure_cookies:
        yield Finding("warning", "base_url is plain http", "Use https wherever people come.")


def _keys(settings: Settings) -> Iterable[Finding]:
    try:
        read_state_key(settings.state_key_file)
        versions = read_pseudonym_keys(settings.pseudonym_key_file)
        ring = FileKeyring(settings.signing_key_dir, time.time, retirement(settings))
        kid = ring.signer().kid
    except GatewayError as error:
        yield Finding("error", error.detail, "Put the key files back from the safe.")
        return
    yield Finding(
        "ok", f"pseudonym keys of version {', '.join(map(str, versions))}, signing key {kid}"
    )
    for key in ring.all():
        days = (key.not_after().timestamp() - time.time()) / _DAY_SECONDS
        if days < _NEAR_DAYS:
            yield Finding(
                "warning",
                f"certificate of {key.kid} ends in {days:.0f} days",
                "Run ketenpoort keys rotate.",
            )
    for key in ring.without_use():
        yield Finding(
            "ok",
            f"retired key {key.kid} ({key.algorithm}) may go",
            "The next ketenpoort keys rotate removes it.",
        )


def _redis(settings: Settings) -> Iterable[Finding]:
    if not settings.redis_url:
        yield Finding("ok", "short-lived state lies in the database")
        return
    try:
        client = connect_redis(settings.redis_url)
    except GatewayError as error:
        yield Finding("error", error.detail, "Start Redis or correct redis_url.")
        return
    policy = client.config_get("maxmemory-policy").get("maxmemory-policy")
    yield Finding("ok", "Redis is reached")
    if policy not in {"noeviction", None}:
        yield Finding("warning", f"Redis drops keys ({policy})", "Set maxmemory-policy noeviction.")


def _clock(settings: Settings) -> Iterable[Finding]:
    """Against the other clock that we can ask without the internet: the store's."""
    try:
        ours, theirs = time.time(), _store_time(settings)
    except GatewayError:
        return  # the store is away, as was said above
    if abs(ours - theirs) > _CLOCK_SECONDS:
        yield Finding(
            "error",
            f"clock differs {ours - theirs:+.0f} s from the store's",
            "Run a time service (NTP) on both.",
        )
    else:
        yield Finding("ok", "clock agrees with the store's")


def _store_time(settings: Settings) -> float:
    if settings.redis_url:
        seconds, _ = connect_redis(settings.redis_url).time()
        return float(seconds)
    engine = prepare(settings)
    query = (
        "SELECT strftime('%s', 'now')"
        if engine.dialect.name == "sqlite"
        else "SELECT extract(epoch FROM now())"
    )
    with engine.connect() as connection:
        return float(connection.execute(text(query)).scalar_one())


def _parties(database: Repositories) -> Iterable[Finding]:
    services, connections = database.services.all(), database.connections.all()
    yield Finding("ok", f"{len(database.schools.all())} schools, {len(services)} services")
    parties: list[Service | Connection] = [*services, *connections]
    for party in parties:
        certificates = party.config.get("signing_certificates") or ()
        assert isinstance(certificates, Sequence)
        days = [left for each in certificates if (left := _days_left(str(each))) is not None]
        if days and (haste := _haste(max(days))):
            yield Finding(
                "warning",
                f"{party.identifier}: its newest certificate ends in {max(days):.0f} days{haste}",
                "Ask it for new metadata, and run ketenpoort metadata import.",
            )


def _feeds(database: Repositories) -> Iterable[Finding]:
    """Addresses of metadata: one that fails, one that no timer reads, one that is never renewed."""
    now = time.time()
    feeds = database.feeds.all()
    for feed in feeds:
        left = None if feed.valid_until is None else (feed.valid_until - now) / _DAY_SECONDS
        ends = "" if left is None else f"; what we have ends in {left:.0f} days{_haste(left)}"
        idle = now - (feed.checked_at or 0) > _IDLE_SECONDS
        if feed.problem:
            yield Finding(
                "warning",
                f"{feed.address} could not be read again: {feed.problem}{ends}",
                "Tell its publisher; then run ketenpoort metadata refresh.",
            )
        elif idle:
            yield Finding(
                "warning",
                f"{feed.address} was not read for a day{ends}",
                "Let a timer run ketenpoort metadata refresh (docs/operator.md).",
            )
        elif left is not None and left < _LAST_DAYS:
            yield Finding(
                "warning",
                f"{feed.address} is read well{ends}",
                "Ask its publisher to renew it in time.",
            )
    if feeds:
        yield Finding("ok", f"{len(feeds)} addresses of metadata")


def _haste(days: float) -> str:
    """How soon an end is near: by the bands of 60, 30 and 7 days; none when it is far."""
    bands = {7: ": at once", 30: ": this week", 60: ": soon"}
    return next((word for end, word in bands.items() if days < end), "")


def _days_left(certificate: str) -> float | None:
    try:
        loaded = x509.load_der_x509_certificate(base64.b64decode(certificate))
    except ValueError:
        return None
    return (loaded.not_valid_after_utc.timestamp() - time.time()) / _DAY_SECONDS
