"""What is written beside a login and must not make it wait: counts, and what was disclosed.

Each process collects and writes once a second, in one transaction. What a process that is
killed had not written yet is lost: a second of counts, and of records that the person's next
login at that service makes again.
"""

import atexit
import logging
import threading
from collections import Counter
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime, timedelta
from typing import Any

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESSIV
from sqlalchemy import Connection, Engine, delete, select
from sqlalchemy.exc import SQLAlchemyError

from gateway.core.disclosures import Disclosure, Whose, from_bytes, to_bytes
from gateway.core.logins import LoginCount
from gateway.core.ports import Clock
from gateway.store.tables import disclosures, login_counts
from gateway.store.upsert import insert_into

_WRITE_SECONDS = 1.0
_HOUR = 3600
_KEPT_DAYS = 366
_MOST = 10_000

_log = logging.getLogger(__name__)


class LedgerStore:
    """The port `Ledger`."""

    def __init__(self, engine: Engine, clock: Clock) -> None:
        self._engine = engine
        self._clock = clock
        self._lock = threading.Lock()
        self._counts: Counter[tuple[int, str, str, str]] = Counter()
        self._told: list[tuple[Whose, Disclosure]] = []
        self._writer: threading.Timer | None = None
        self._cleaned_on = ""
        self._count = _count(engine)
        self._tell = insert_into(disclosures, engine).on_conflict_do_nothing()
        atexit.register(self.write)

    def count(self, school: str, service_id: str, outcome: str) -> None:
        hour = int(self._clock()) // _HOUR * _HOUR
        with self._lock:
            self._counts[hour, school, service_id, outcome] += 1
            self._write_soon()

    def disclosed(self, whose: Whose, disclosure: Disclosure) -> None:
        with self._lock:
            if len(self._told) < _MOST:
                self._told.append((whose, disclosure))
            self._write_soon()

    def of_person(self, whose: Whose) -> Sequence[Disclosure]:
        query = select(disclosures.c.day, disclosures.c.sealed)
        with self._engine.connect() as connection:
            rows = connection.execute(query.where(disclosures.c.person == whose.name)).all()
        return list(_opened(AESSIV(whose.key), rows))

    def forget(self, whose: Whose) -> None:
        with self._engine.begin() as connection:
            connection.execute(delete(disclosures).where(disclosures.c.person == whose.name))

    def logins(self, since: int) -> Sequence[LoginCount]:
        query = select(login_counts).where(login_counts.c.hour >= since)
        with self._engine.connect() as connection:
            found = connection.execute(query)
            return [LoginCount(**row) for row in found.mappings()]

    def write(self) -> None:
        """Write what was collected."""
        with self._lock:
            counts, self._counts = self._counts, Counter()
            told, self._told = self._told, []
            writer, self._writer = self._writer, None
        if writer:
            writer.cancel()
        if not counts and not told:
            return
        try:
            with self._engine.begin() as connection:
                self._keep(connection, counts, told)
        except SQLAlchemyError as error:
            _log.warning("counts of logins and disclosures are lost: %s", type(error).__name__)

    def _keep(
        self,
        connection: Connection,
        counts: Counter[tuple[int, str, str, str]],
        told: Iterable[tuple[Whose, Disclosure]],
    ) -> None:
        if counts:
            names = ("hour", "school", "service_id", "outcome")
            rows = [
                {**dict(zip(names, key, strict=True)), "logins": n} for key, n in counts.items()
            ]
            connection.execute(self._count, sorted(rows, key=lambda row: tuple(row.values())))
        if told:
            connection.execute(self._tell, [_sealed(*each) for each in told])
        self._clean(connection)

    def _clean(self, connection: Connection) -> None:
        """Once a day: what is older than a school year and a summer is forgotten."""
        today = datetime.fromtimestamp(self._clock(), UTC).date()
        if self._cleaned_on == f"{today}":
            return
        self._cleaned_on = f"{today}"
        oldest = today - timedelta(days=_KEPT_DAYS)
        connection.execute(delete(disclosures).where(disclosures.c.day < f"{oldest}"))
        hour = int(self._clock()) - _KEPT_DAYS * 24 * _HOUR
        connection.execute(delete(login_counts).where(login_counts.c.hour < hour))

    def _write_soon(self) -> None:
        """Called under the lock: one writer at a time waits."""
        if self._writer is None:
            self._writer = threading.Timer(_WRITE_SECONDS, self.write)
            self._writer.daemon = True
            self._writer.start()


def _sealed(whose: Whose, disclosure: Disclosure) -> dict[str, object]:
    sealed = AESSIV(whose.key).encrypt(to_bytes(disclosure), [disclosure.day.encode()])
    return {"person": whose.name, "day": disclosure.day, "sealed": sealed}


def _count(engine: Engine) -> Any:
    statement = insert_into(login_counts, engine)
    return statement.on_conflict_do_update(
        index_elements=list(login_counts.primary_key.columns),
        set_={"logins": login_counts.c.logins + statement.excluded.logins},
    )


def _opened(cipher: AESSIV, rows: Iterable[Any]) -> Iterable[Disclosure]:
    """What was sealed under another key counts as absent."""
    for row in rows:
        try:
            yield from_bytes(row.day, cipher.decrypt(row.sealed, [row.day.encode()]))
        except InvalidTag:
            continue
