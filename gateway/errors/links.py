"""Materials and deep links."""

from collections.abc import Sequence
from dataclasses import dataclass

from gateway.errors.base import GatewayError, Mender, _

_FAULTS_SHOWN = 20


class UnknownMaterial(GatewayError):
    code = "KP-400"
    status = 404
    mender = Mender.PERSON
    title = _("We do not know this material")
    advice = _("Search for it again: its supplier may have taken it away.")


class UnknownLink(GatewayError):
    code = "KP-401"
    status = 404
    mender = Mender.PERSON
    title = _("We do not know this link")
    advice = _("Check the address or code, or ask your teacher for the link.")


class _Timed(GatewayError):
    """`at`: the moment that was set, in seconds since the epoch."""

    def __init__(self, detail: str = "", at: int = 0) -> None:
        super().__init__(detail)
        self.at = at


class LinkNotYet(_Timed):
    code = "KP-402"
    status = 403
    mender = Mender.PERSON
    title = _("This link does not work yet")
    advice = _("Your teacher set a later time for it. Try again then.")


class LinkExpired(_Timed):
    code = "KP-403"
    status = 410
    mender = Mender.PERSON
    title = _("This link has expired")
    advice = _("Ask your teacher for a new link.")


class LinkStopped(GatewayError):
    code = "KP-404"
    status = 410
    mender = Mender.PERSON
    title = _("This link was stopped")
    advice = _("Ask your teacher for a new link.")


class LinkForOtherSchool(GatewayError):
    """`school`: the BRIN that the link is for."""

    code = "KP-405"
    status = 403
    mender = Mender.PERSON
    title = _("This link is for another school")
    advice = _("Are you signed in at the right school? Else ask your own teacher for a link.")

    def __init__(self, detail: str = "", school: str = "") -> None:
        super().__init__(detail)
        self.school = school


class LinkForOtherGroup(GatewayError):
    """`groups`: the class groups that the link is for."""

    code = "KP-406"
    status = 403
    mender = Mender.PERSON
    title = _("This link is for another class")
    advice = _("Ask the teacher who gave you the link, or your own teacher.")

    def __init__(self, detail: str = "", groups: frozenset[str] = frozenset()) -> None:
        super().__init__(detail)
        self.groups = groups


class FragmentGone(GatewayError):
    """`nearest`: the title of the nearest living place above the one that is gone."""

    code = "KP-407"
    status = 410
    mender = Mender.SUPPLIER
    title = _("This exercise is no longer there")
    advice = _("The supplier took it away. Ask your teacher which exercise to do instead.")

    def __init__(self, detail: str = "", nearest: str | None = None) -> None:
        super().__init__(detail)
        self.nearest = nearest


class NotATeacher(GatewayError):
    code = "KP-408"
    status = 403
    mender = Mender.SCHOOL
    title = _("This page is for teachers")
    advice = _("Do you teach? Then your school's login does not tell us so: ask its helpdesk.")


@dataclass(frozen=True, slots=True)
class Fault:
    """What is wrong at one place of what was delivered: a JSON pointer, a row, a record."""

    place: str
    text: str


class ContentRefused(GatewayError):
    """Materials or a link that can not be taken over as they were delivered."""

    code = "KP-410"
    status = 422
    mender = Mender.SUPPLIER
    title = _("What was sent can not be taken over")
    advice = _("Mend what is said of each place and send it again.")

    def __init__(self, faults: Sequence[Fault]) -> None:
        shown = [f"{each.place}: {each.text}" for each in faults[:_FAULTS_SHOWN]]
        more = len(faults) - len(shown)
        super().__init__("\n".join([*shown, *([f"and {more} more"] if more else [])]))
        self.faults = faults
