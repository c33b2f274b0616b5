"""The consoles."""

from gateway.errors.base import GatewayError, Mender, _
from gateway.errors.supplier import SupplierError


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
