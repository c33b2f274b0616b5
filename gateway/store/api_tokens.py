"""Tokens of suppliers and schools for the HTTP API."""

from dataclasses import asdict

from sqlalchemy import Connection, Engine, RowMapping, delete, insert, select, update

from gateway.core.api_tokens import ApiToken, Owner, Scope
from gateway.errors import RegistrationRefused
from gateway.store.changes import changing
from gateway.store.tables import api_tokens

_row = api_tokens.c


class ApiTokenBook:
    """The port `ApiTokens`, and what the commands write."""

    def __init__(self, engine: Engine) -> None:
        self._engine = engine

    def find(self, token_id: str) -> ApiToken | None:
        with self._engine.connect() as connection:
            query = select(api_tokens).where(_row.id == token_id)
            row = connection.execute(query).mappings().first()
        return _token(row) if row else None

    def used(self, token_id: str, day: str) -> None:
        """Remember the last day on which a token was used."""
        with self._engine.begin() as connection:
            connection.execute(update(api_tokens).where(_row.id == token_id).values(last_used=day))

    def add(self, token: ApiToken) -> None:
        with changing(self._engine) as change:
            change.connection.execute(insert(api_tokens).values(asdict(token)))

    def of(self, kind: Owner, owner: str) -> list[ApiToken]:
        """The tokens of one party, the oldest first, those that were revoked too."""
        query = (
            select(api_tokens)
            .where(_row.kind == kind, _row.owner == owner)
            .order_by(_row.created_at, _row.id)
        )
        with self._engine.connect() as connection:
            return [_token(row) for row in connection.execute(query).mappings()]

    def revoke(self, kind: Owner, token_id: str, now: int) -> None:
        """Raises RegistrationRefused when a party of this kind has no such living token."""
        condition = (_row.id == token_id, _row.kind == kind, _row.revoked_at.is_(None))
        revoked = update(api_tokens).where(*condition).values(revoked_at=now)
        with changing(self._engine) as change:
            done = change.connection.execute(revoked)
        if not done.rowcount:
            raise RegistrationRefused(
                f"no {kind} has a living token {token_id}; `{kind} token list` shows them"
            )


def forget_tokens(connection: Connection, kind: Owner, owner: str) -> None:
    """A party that is removed and comes back begins without tokens."""
    connection.execute(delete(api_tokens).where(_row.kind == kind, _row.owner == owner))


def _token(row: RowMapping) -> ApiToken:
    scopes = tuple(Scope(each) for each in row["scopes"])
    return ApiToken(**{**row, "kind": Owner(row["kind"]), "scopes": scopes})
