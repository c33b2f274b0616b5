"""The databases of the contract suites."""

from tests.contracts.conftest import clock, database_url, engine, repositories

__all__ = ["clock", "database_url", "engine", "repositories"]
