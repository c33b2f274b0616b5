"""The request itself, whatever it asks."""

from gateway.errors.base import GatewayError, Mender, _


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
