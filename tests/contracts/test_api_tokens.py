"""Tokens for the HTTP API, on SQLite and PostgreSQL."""

from dataclasses import replace

import pytest
from sqlalchemy import Engine, select

from gateway.core.api_tokens import (
    MOST_DAYS,
    SCOPES,
    ApiToken,
    Owner,
    Scope,
    Terms,
    check_scope,
    check_token,
    new_token,
)
from gateway.errors import (
    RegistrationRefused,
    ScopeMissing,
    TokenEnded,
    TokenNotFor,
    TokenRefused,
)
from gateway.store.repositories import Repositories
from gateway.store.tables import api_tokens
from tests.contracts.invented import CONNECTION, SCHOOL, SERVICE, SUPPLIER

NOW = 1_800_000_000
DAY = "2027-01-15"
DAY_SECONDS = 24 * 3600
TERMS = Terms("CMS", [Scope.MATERIALS_READ], 30)


def of_school() -> tuple[ApiToken, str]:
    terms = Terms("ELO", SCOPES[Owner.SCHOOL])
    return new_token("tok-2", Owner.SCHOOL, SCHOOL.brin, terms, NOW)


@pytest.fixture
def secret(filled: Repositories) -> str:
    """The text of a token of the supplier."""
    token, text = new_token("tok-1", Owner.SUPPLIER, SUPPLIER.id, TERMS, NOW)
    filled.api_tokens.add(token)
    return text


def test_a_token_is_known_by_its_text(filled: Repositories, secret: str) -> None:
    token = check_token(filled.api_tokens, secret, NOW)
    assert (token.kind, token.owner, token.name) == (Owner.SUPPLIER, SUPPLIER.id, "CMS")


def test_only_a_digest_is_kept(filled: Repositories, engine: Engine, secret: str) -> None:
    with engine.connect() as connection:
        (row,) = connection.execute(select(api_tokens)).all()
    plain = secret.partition(".")[2]
    assert not [value for value in row if plain in str(value)]


def test_two_secrets_differ_and_carry_32_bytes() -> None:
    (one, first), (other, second) = of_school(), of_school()
    assert first != second
    assert one.digest != other.digest
    assert len(first.partition(".")[2]) >= 43


def test_a_token_ends_on_its_day(filled: Repositories, secret: str) -> None:
    """RFC 6750 §3.1, invalid_token: the access token expired."""
    last = NOW + 30 * DAY_SECONDS - 1
    assert check_token(filled.api_tokens, secret, last).expires_at == last + 1
    with pytest.raises(TokenEnded):
        check_token(filled.api_tokens, secret, last + 1)
    with pytest.raises(TokenRefused) as refused:
        check_token(filled.api_tokens, f"{secret}x", last + 1)
    assert not isinstance(refused.value, TokenEnded)


def test_a_token_is_for_its_scopes_alone(filled: Repositories, secret: str) -> None:
    """RFC 6750 §3.1, insufficient_scope; reading is not part of writing, nor the other way round."""
    token = check_token(filled.api_tokens, secret, NOW)
    check_scope(token, Owner.SUPPLIER, Scope.MATERIALS_READ)
    for scope in set(Scope) - {Scope.MATERIALS_READ}:
        with pytest.raises(ScopeMissing, match=scope):
            check_scope(token, Owner.SUPPLIER, scope)
    with pytest.raises(TokenNotFor):
        check_scope(token, Owner.SCHOOL, Scope.MATERIALS_READ)


@pytest.mark.parametrize(
    "terms",
    [
        Terms("CMS", []),
        Terms("CMS", ["links:write"]),
        Terms("CMS", ["materials:read", "all"]),
        Terms("CMS", ["materials:read"], 0),
        Terms("CMS", ["materials:read"], MOST_DAYS + 1),
    ],
)
def test_no_token_without_a_scope_of_its_party_or_without_an_end(terms: Terms) -> None:
    with pytest.raises(RegistrationRefused):
        new_token("tok-1", Owner.SUPPLIER, SUPPLIER.id, terms, NOW)


@pytest.mark.parametrize(
    "text", ["", ".", "tok-1", "tok-1.", ".x", "tok-1.x", "tok-2.x", "tok-1.\ud800", "\0.\0"]
)
def test_another_text_is_refused(filled: Repositories, secret: str, text: str) -> None:
    with pytest.raises(TokenRefused):
        check_token(filled.api_tokens, text, NOW)


def test_the_last_day_of_use_is_kept_and_no_more_than_the_day(
    filled: Repositories, secret: str
) -> None:
    check_token(filled.api_tokens, secret, NOW)
    check_token(filled.api_tokens, secret, NOW + 60)
    (token,) = filled.api_tokens.of(Owner.SUPPLIER, SUPPLIER.id)
    assert token.last_used == DAY
    check_token(filled.api_tokens, secret, NOW + 86400)
    assert filled.api_tokens.of(Owner.SUPPLIER, SUPPLIER.id)[0].last_used == "2027-01-16"


def test_a_wrong_secret_is_no_use(filled: Repositories, secret: str) -> None:
    with pytest.raises(TokenRefused):
        check_token(filled.api_tokens, secret + "x", NOW)
    assert filled.api_tokens.of(Owner.SUPPLIER, SUPPLIER.id)[0].last_used is None


def test_a_revoked_token_is_refused_and_still_listed(filled: Repositories, secret: str) -> None:
    filled.api_tokens.revoke(Owner.SUPPLIER, "tok-1", NOW + 5)
    with pytest.raises(TokenRefused):
        check_token(filled.api_tokens, secret, NOW + 6)
    assert filled.api_tokens.of(Owner.SUPPLIER, SUPPLIER.id)[0].revoked_at == NOW + 5
    with pytest.raises(RegistrationRefused, match="no supplier has a living token tok-1"):
        filled.api_tokens.revoke(Owner.SUPPLIER, "tok-1", NOW + 7)


def test_a_token_is_revoked_under_its_own_kind_alone(filled: Repositories, secret: str) -> None:
    with pytest.raises(RegistrationRefused):
        filled.api_tokens.revoke(Owner.SCHOOL, "tok-1", NOW)
    assert check_token(filled.api_tokens, secret, NOW)


def test_parties_have_their_own(filled: Repositories, secret: str) -> None:
    token = replace(of_school()[0], last_used=DAY)
    filled.api_tokens.add(token)
    assert filled.api_tokens.of(Owner.SCHOOL, SCHOOL.brin) == [token]
    assert [each.id for each in filled.api_tokens.of(Owner.SUPPLIER, SUPPLIER.id)] == ["tok-1"]


def test_tokens_go_with_a_school_and_do_not_come_back_with_it(filled: Repositories) -> None:
    token, text = of_school()
    filled.api_tokens.add(token)
    filled.schools.remove(SCHOOL.brin)
    filled.schools.add(SCHOOL)
    assert CONNECTION.id == SCHOOL.connection_id
    with pytest.raises(TokenRefused):
        check_token(filled.api_tokens, text, NOW)


def test_tokens_go_with_a_supplier(filled: Repositories, secret: str) -> None:
    filled.services.remove(SERVICE.id)
    filled.suppliers.remove(SUPPLIER.id)
    with pytest.raises(TokenRefused):
        check_token(filled.api_tokens, secret, NOW)
