"""What a school sends, or fails to."""

from gateway.errors.base import Mender, Restartable, _


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
