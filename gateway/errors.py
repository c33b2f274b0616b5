"""Every way in which a request can end badly: one class a cause.

A class says what the person reads (title, advice), who can mend it and the code for the
helpdesk. The detail given when it is raised is for the log alone: names and addresses of
parties, never a person's data. `gateway.web.errors` is the one place where they end.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import ClassVar

_FAULTS_SHOWN = 20


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


# The journey of a login


class Restartable(GatewayError):
    """`restart` is the address where the person begins again, when that is known."""

    def __init__(self, detail: str = "", restart: str | None = None) -> None:
        super().__init__(detail)
        self.restart = restart


class FlowLost(Restartable):
    code = "KP-101"
    status = 400
    mender = Mender.PERSON
    title = _("This login has ended")
    advice = _("It took too long or was finished already. Start again at your material.")


class OtherBrowser(Restartable):
    code = "KP-102"
    status = 400
    mender = Mender.PERSON
    title = _("This login was started somewhere else")
    advice = _("Finish it in the browser where you began, or start again at your material.")


class LoginRequired(GatewayError):
    """A service asked for an answer without a page, and there is no session."""

    code = "KP-103"
    status = 403
    mender = Mender.SUPPLIER
    title = _("You are not signed in")
    advice = _("Open your material again and sign in at your school.")


# What a school sends


class SchoolError(Restartable):
    """Ends no login: `restart` leads back into it, to the choice of a school. `school` is the one
    that was asked, `service_id` for what, where they are known."""

    school: str = ""
    service_id: str = ""
    status = 403
    mender = Mender.SCHOOL
    title = _("Your school's answer could not be used")
    advice = _("Try again. If it stays, tell your school's helpdesk the code below.")


class UnknownSchool(SchoolError):
    code = "KP-201"
    status = 404
    title = _("We do not know this school")
    advice = _("Choose your school from the list, or ask your school to join.")


class SchoolUnreachable(SchoolError):
    code = "KP-202"
    status = 502
    title = _("Your school's login does not answer")
    advice = _("Try again in a minute. If it stays, tell your school's helpdesk the code below.")


class SchoolRefused(SchoolError):
    """The school answered with an error of its own (SAML status, OAuth error)."""

    code = "KP-203"
    title = _("Your school did not sign you in")
    advice = _("Try again and check your user name and password at your school.")


class MalformedAnswer(SchoolError):
    code = "KP-210"
    status = 400


class UnsignedAnswer(SchoolError):
    code = "KP-211"


class BadSignature(SchoolError):
    code = "KP-212"
    advice = _(
        "Your school may have renewed its certificate. Tell your school's helpdesk the code below."
    )


class WeakAlgorithm(SchoolError):
    code = "KP-213"


class WrongIssuer(SchoolError):
    code = "KP-214"


class WrongAudience(SchoolError):
    code = "KP-215"


class WrongDestination(SchoolError):
    code = "KP-216"


class OutOfTime(SchoolError):
    code = "KP-217"
    title = _("Your school's answer came too late or too early")
    advice = _("Try again. If it stays, a clock at your school may be wrong: tell its helpdesk.")


class UnexpectedAnswer(SchoolError):
    """No question of ours, of this browser and this journey, belongs to it."""

    code = "KP-218"


class ReplayedAnswer(SchoolError):
    code = "KP-219"


class UndecryptableAnswer(SchoolError):
    code = "KP-220"


class MissingAttribute(SchoolError):
    code = "KP-221"
    title = _("Your school did not send all that is needed")


class ForeignSchool(SchoolError):
    """The answer names a school that is not registered for the connection that signed it."""

    code = "KP-222"


class StaleLogin(SchoolError):
    """A service asked for a fresh login, and the school let an old one count."""

    code = "KP-223"


class WrongContext(SchoolError):
    """The school's login is of none of the authentication contexts that a service asked for."""

    code = "KP-224"


class UnmetCondition(SchoolError):
    """The school set a condition on its answer that we do not know or can not meet."""

    code = "KP-225"


class SchoolMetadataEnded(SchoolError):
    """What a school's metadata says, its addresses and keys, does not hold any more."""

    code = "KP-226"
    title = _("We can not reach your school's login at the moment")
    advice = _("Tell your school's helpdesk the code below: its metadata has ended.")


# What a supplier sends or is


class SupplierError(GatewayError):
    status = 400
    mender = Mender.SUPPLIER
    title = _("The supplier's request could not be used")
    advice = _("Go back to the material and try again. If it stays, tell the supplier the code.")


class ServiceMetadataEnded(SupplierError):
    """What a service's metadata says, its addresses and keys, does not hold any more."""

    code = "KP-227"
    status = 403
    advice = _("Tell the supplier the code below: its metadata has ended.")


class UnknownService(SupplierError):
    code = "KP-301"
    status = 404
    title = _("We do not know this service")


class MalformedRequest(SupplierError):
    code = "KP-302"


class UnregisteredAddress(SupplierError):
    """An ACS, redirect_uri or target that the service did not register."""

    code = "KP-303"
    title = _("This address does not belong to the service")


class BadRequestSignature(SupplierError):
    code = "KP-304"
    status = 403


class UnsupportedRequest(SupplierError):
    code = "KP-305"


class ServiceOff(SupplierError):
    code = "KP-306"
    status = 403
    mender = Mender.OPERATOR
    title = _("This service is switched off")
    advice = _("Ask your teacher or your school's helpdesk which material to use.")


class ServiceNotForSchool(SupplierError):
    code = "KP-307"
    status = 403
    mender = Mender.SCHOOL
    title = _("Your school has not switched this material on")
    advice = _("Ask your teacher or your school's administrator to switch it on.")


class ServiceNotForGroup(SupplierError):
    code = "KP-308"
    status = 403
    mender = Mender.SCHOOL
    title = _("Your school has not switched this material on for you")
    advice = _("It is for other roles or classes. Ask your teacher whether you should have it.")


class MaterialNotForGroup(SupplierError):
    """The school has licences of the material for other class groups."""

    code = "KP-309"
    status = 403
    mender = Mender.SCHOOL
    title = _("Your class does not have this material")
    advice = _("Your school has it for other classes. Ask your teacher whether you should have it.")


# Materials and deep links


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


# The HTTP API


class TokenRefused(GatewayError):
    code = "KP-506"
    status = 401
    mender = Mender.SUPPLIER
    title = _("This token is not accepted")
    advice = _("Send a token that is not revoked, of the party that this address is for.")


class TokenNotFor(GatewayError):
    """A token of a school where a supplier's is needed, or the other way round."""

    code = "KP-511"
    status = 403
    mender = Mender.SUPPLIER
    title = _("This token is not for this address")
    advice = _("Materials need the token of their supplier; links need the token of a school.")


class MalformedBody(GatewayError):
    code = "KP-507"
    status = 400
    mender = Mender.SUPPLIER
    title = _("What was sent can not be read")
    advice = _("Send one JSON document in UTF-8, as application/json.")


class NotJson(MalformedBody):
    code = "KP-508"
    status = 415


class KeyInUse(GatewayError):
    """An Idempotency-Key whose first request is still being answered."""

    code = "KP-509"
    status = 409
    mender = Mender.SUPPLIER
    title = _("The first request with this Idempotency-Key is still under way")
    advice = _("Wait a second and send it again.")


class KeyReused(GatewayError):
    """An Idempotency-Key that another request was sent with."""

    code = "KP-510"
    status = 422
    mender = Mender.SUPPLIER
    title = _("This Idempotency-Key was used for another request")
    advice = _("Make a new key for each new request.")


# The consoles


class PasskeyRefused(GatewayError):
    code = "KP-520"
    status = 403
    mender = Mender.PERSON
    title = _("This passkey did not work")
    advice = _("Try again with a key that you registered here, or ask for a new invitation.")


class InvitationRefused(GatewayError):
    """An invitation that was used, has expired or never was."""

    code = "KP-521"
    status = 403
    mender = Mender.OPERATOR
    title = _("This invitation does not work any more")
    advice = _("An invitation works once and for a week. Ask for a new one.")


class NotYours(GatewayError):
    """A console, or a part of it, that is for others."""

    code = "KP-522"
    status = 403
    mender = Mender.OPERATOR
    title = _("This page is not for you")
    advice = _("Sign in as somebody who may see it, or ask who runs this gateway.")


class ServiceInTest(SupplierError):
    """A real person on the way to a service that the operator has not approved."""

    code = "KP-524"
    status = 403
    title = _("This service is still being tried out")
    advice = _("Only its supplier can use it now, with invented people. Come back later.")


class InventedPersonElsewhere(SupplierError):
    """Somebody of the test school where real people alone may be, or at another's service."""

    code = "KP-525"
    status = 403
    title = _("Invented people can not come here")
    advice = _("Sign out and sign in at your own school.")


class PictureRefused(GatewayError):
    code = "KP-526"
    status = 400
    mender = Mender.SUPPLIER
    title = _("This picture can not be used")
    advice = _("Upload a PNG, JPEG, GIF or WebP of a few hundred pixels.")


class NotAnAdministrator(GatewayError):
    code = "KP-523"
    status = 403
    mender = Mender.SCHOOL
    title = _("This page is for administrators of your school")
    advice = _("Ask an administrator of your school for an invitation.")


# The edge


class BadInput(GatewayError):
    code = "KP-501"
    status = 400
    mender = Mender.PERSON
    title = _("This address is not complete")
    advice = _("Go back and try again.")


class NotFound(GatewayError):
    code = "KP-502"
    status = 404
    mender = Mender.PERSON
    title = _("There is no page here")
    advice = _("Check the address, or start again at your material.")


class ForgedForm(GatewayError):
    code = "KP-503"
    status = 403
    mender = Mender.PERSON
    title = _("This page was open too long")
    advice = _("Go back, load the page again and try once more.")


class TooLarge(GatewayError):
    code = "KP-504"
    status = 413
    mender = Mender.SUPPLIER
    title = _("This message is too large")
    advice = _("Go back to the material and try again.")


class TooMany(GatewayError):
    code = "KP-505"
    status = 429
    mender = Mender.PERSON
    title = _("Too many tries in a short time")
    advice = _("Wait a minute and try again.")


# The operator's side: commands and start-up


class ConfigurationError(GatewayError):
    """A setting, key or store is not as it must be; the detail says which and what to do."""

    code = "KP-901"


class RegistrationRefused(GatewayError):
    """A party can not be registered as given; the detail says which part and the cure."""

    code = "KP-902"
    status = 400


class FetchRefused(GatewayError):
    """An address that we will not or could not fetch; the detail says why."""

    code = "KP-903"
    status = 502
