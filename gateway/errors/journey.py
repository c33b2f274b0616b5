"""The journey of a login."""

from gateway.errors.base import GatewayError, Mender, Restartable, _


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
