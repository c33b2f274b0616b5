"""The integration check: the real thing, done with a service as a browser would do it.

visitor   a browser of our own: cookies, redirects, forms that send themselves (forms)
asked     what a service asks when it leads here, read by the protocol itself
trial     logins of an invented person at one service, right and wrong
published what the service publishes: metadata, keys
logins    SAML and OpenID: start, answers, deep link, logout
tools     LTI: launches, deep linking, scores
refusals  what a service must refuse, and how it is mended
check     the checks in their order, each a finding
"""

from .check import IntegrationCheck
from .published import Published

__all__ = ["IntegrationCheck", "Published"]
