"""What a played supplier asks and gets, alike for both protocols."""

from dataclasses import dataclass
from typing import Protocol

from bench.connection import Reply
from bench.errors import LoginError


@dataclass(frozen=True, slots=True)
class Request:
    """An address of the gateway; the answer must name `id` and bring `state` back untouched."""

    target: str
    id: str
    state: str
    verifier: str = ""


@dataclass(frozen=True, slots=True)
class Answer:
    """The SAMLResponse or id_token, and the id that it must name; a launch's target too."""

    proof: str
    request_id: str
    target: str = ""


NO_ANSWER = Answer("", "")


class Supplier(Protocol):
    """The service's side of a login."""

    def begin(self, *, with_school: bool) -> Request:
        """A fresh request; with the hint that skips the chooser, or without."""

    def receive(self, request: Request, reply: Reply) -> Answer:
        """Read the gateway's last reply to the browser; check its form only."""

    def verify(self, answer: Answer, *, signature: bool) -> str:
        """Check audience, attributes and, if asked, the signature; give the pseudonym."""


class Pseudonyms:
    """Those that logins brought: of as many people, or all of one."""

    def __init__(self, *, of_many: bool) -> None:
        self._of_many = of_many
        self._seen: set[str] = set()

    def take(self, pseudonym: str) -> None:
        known = pseudonym in self._seen
        expect(
            not self._seen or known != self._of_many,
            "two people share a pseudonym, or one has two",
        )
        self._seen.add(pseudonym)


def expect(condition: object, failure: str) -> None:
    if not condition:
        raise LoginError(failure)
