"""What every error has: what the person reads, who can mend it, and the code for the helpdesk."""

from enum import StrEnum
from typing import ClassVar


def _(text: str) -> str:
    """Mark a text for the translators; it is translated where it is shown."""
    return text


class Mender(StrEnum):
    """Who can take the cause away."""

    PERSON = "person"
    SCHOOL = "school"
    SUPPLIER = "supplier"
    OPERATOR = "operator"


class GatewayError(Exception):
    """The base of all: an answer of ours that is not the one that was hoped for."""

    code: ClassVar[str] = "KP-000"
    status: ClassVar[int] = 500
    mender: ClassVar[Mender] = Mender.OPERATOR
    title: ClassVar[str] = _("Something went wrong here")
    advice: ClassVar[str] = _("Please try again in a moment.")

    def __init__(self, detail: str = "") -> None:
        super().__init__(detail or self.title)
        self.detail = detail


class Restartable(GatewayError):
    """`restart` is the address where the person begins again, when that is known."""

    def __init__(self, detail: str = "", restart: str | None = None) -> None:
        super().__init__(detail)
        self.restart = restart
