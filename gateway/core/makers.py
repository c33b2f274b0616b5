"""Who made a link, as the maker's school may tell its teachers apart: a mark for each, which is
no name and no pseudonym, the same on all links of one maker and another at each school."""

import hashlib
from collections.abc import Iterable

from gateway.core.model import Brin

_LENGTH = 20


def mark_of(school: Brin, maker: str) -> str:
    """A pseudonym can not be guessed, so neither can what its digest stands for."""
    return hashlib.sha256(f"maker {school} {maker}".encode()).hexdigest()[:_LENGTH]


def maker_with(mark: str, school: Brin, makers: Iterable[str]) -> str | None:
    """The one of a school's makers who has the mark."""
    return next((maker for maker in makers if mark_of(school, maker) == mark), None)
