"""The operator's side: commands and start-up."""

from gateway.errors.base import GatewayError


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
