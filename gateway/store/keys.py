"""Which pseudonym keys have been used here. The keys themselves are never in the database."""

from dataclasses import dataclass

from sqlalchemy import Engine, select

from gateway.errors import ConfigurationError
from gateway.store.tables import pseudonym_keys
from gateway.store.upsert import insert_into


@dataclass(frozen=True, slots=True)
class KeyRecord:
    """A version of the key and the form of what it makes (`core.pseudonyms.PseudonymKey`)."""

    version: int
    fingerprint: str
    base: str
    period: str


class PseudonymKeys:
    """Remembers the first key of each version for ever."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine
        self._insert = insert_into(pseudonym_keys, engine).on_conflict_do_nothing()

    def remember(self, version: int, fingerprint: str, base: str, period: str) -> None:
        """Raises ConfigurationError when another key has been used under this version."""
        record = KeyRecord(version, fingerprint, base, period)
        with self._engine.begin() as connection:
            connection.execute(
                self._insert,
                {"version": version, "fingerprint": fingerprint, "base": base, "period": period},
            )
        if record not in self.known():
            raise ConfigurationError(
                f"pseudonym key {version} is another one than was used with this database, or its"
                " base address or period changed: every pupil would get another ECK iD and lose"
                " their work at every supplier. Put the first key file and base address back."
            )

    def known(self) -> list[KeyRecord]:
        """All versions that were ever used, the first one first."""
        row = pseudonym_keys.c
        query = select(row.version, row.fingerprint, row.base, row.period).order_by(row.version)
        with self._engine.connect() as connection:
            return [KeyRecord(*found) for found in connection.execute(query)]
