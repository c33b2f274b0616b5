"""Before the first request: keys made where there are none, the database brought up to date,
and the pseudonym keys held against those that were used before."""

import time
from datetime import UTC, datetime

from sqlalchemy import Engine

from gateway.core.pseudonyms import Issuer
from gateway.errors import ConfigurationError
from gateway.settings import Settings
from gateway.store.database import connect
from gateway.store.keys import PseudonymKeys
from gateway.store.migrations import migrate
from gateway.trust.keyfiles import make_pseudonym_key, make_state_key, read_pseudonym_keys
from gateway.trust.keyring import Retirement, make_keys
from gateway.trust.metadata.write import CACHE_SECONDS, VALID_SECONDS


def prepare(settings: Settings) -> Engine:
    """Make what is missing and open the database; raises ConfigurationError, and closes it then.
    May run twice."""
    try:
        settings.data_dir.mkdir(parents=True, exist_ok=True, mode=0o700)
    except OSError as error:
        raise ConfigurationError(f"data_dir {settings.data_dir}: {error.strerror}") from error
    engine = connect(settings.database_url)
    try:
        _bring_up_to_date(settings, engine)
    except BaseException:
        engine.dispose()
        raise
    return engine


def _bring_up_to_date(settings: Settings, engine: Engine) -> None:
    migrate(engine)
    known = PseudonymKeys(engine)
    if not settings.pseudonym_key_file.exists():
        if known.known():
            raise ConfigurationError(
                f"the pseudonym key {settings.pseudonym_key_file} is gone, and this database was"
                " used with one: put it back from the safe; a new one would cut every pupil off"
                " from their work"
            )
        make_pseudonym_key(settings.pseudonym_key_file, period_of(time.time()))
    if not settings.state_key_file.exists():
        make_state_key(settings.state_key_file)
    make_keys(settings.signing_key_dir, time.time)
    remember_pseudonym_keys(settings, known)


def retirement(settings: Settings) -> Retirement:
    """A token of ours lasts as a hint while its session does; our metadata, as long as it says,
    for who read it just before."""
    return Retirement(
        published=max(2 * settings.token_seconds, settings.session_seconds),
        decrypts=VALID_SECONDS + CACHE_SECONDS,
    )


def remember_pseudonym_keys(settings: Settings, known: PseudonymKeys) -> list[Issuer]:
    """The keys with their base, each found to be what was used before.

    A base that no setting names is the one that was used before, so that a gateway may move to
    another address. Raises ConfigurationError.
    """
    keys = read_pseudonym_keys(settings.pseudonym_key_file)
    used = {record.version: record.base for record in known.known()}
    if missing := set(used) - set(keys):
        raise ConfigurationError(
            f"pseudonym key {min(missing)} was used with this database and is not in"
            f" {settings.pseudonym_key_file}"
        )
    first = settings.eckid_base or f"{settings.base_url}/eckid"
    issuers = [
        Issuer(key, settings.eckid_base or used.get(key.version, first)) for key in keys.values()
    ]
    for issuer in issuers:
        key = issuer.key
        known.remember(key.version, key.fingerprint(), issuer.base, key.period)
    return issuers


def period_of(seconds: float) -> str:
    """The period in an ECK iD: year and month (yyyymm)."""
    return datetime.fromtimestamp(seconds, UTC).strftime("%Y%m")
