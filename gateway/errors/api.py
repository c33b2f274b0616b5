"""The HTTP API."""

from gateway.errors.base import GatewayError, Mender, _


class TokenRefused(GatewayError):
    code = "KP-506"
    status = 401
    mender = Mender.SUPPLIER
    title = _("This token is not accepted")
    advice = _("Send a token that is not revoked, of the party that this address is for.")


class TokenEnded(TokenRefused):
    """A good token of which the time is over."""

    code = "KP-910"
    title = _("The time of this token is over")
    advice = _("Make a new token, and revoke this one.")


class TokenNotFor(GatewayError):
    """A token of a school where a supplier's is needed, or the other way round."""

    code = "KP-511"
    status = 403
    mender = Mender.SUPPLIER
    title = _("This token is not for this address")
    advice = _("Materials need the token of their supplier; links need the token of a school.")


class ScopeMissing(GatewayError):
    """A token of the right party that was made for other uses; the detail is the scope."""

    code = "KP-911"
    status = 403
    mender = Mender.SUPPLIER
    title = _("This token is not for this use")
    advice = _("Make a token with the scope that WWW-Authenticate names.")


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
