import re

from bench.browser import Browser
from bench.connection import Reply
from bench.federation import IdentityProvider, ServiceProvider
from bench.journeys import Journey, World

COLD, WARM = "simplesamlphp-cold", "simplesamlphp-warm"
PATHS = (COLD, WARM)
PSEUDONYM = re.compile("[0-9a-f]{40}")


class PeerWorld(World):
    """The peer between the same parties, at its own addresses."""

    @property
    def identity_provider(self) -> IdentityProvider:
        base = f"{self.registered.base_url}/simplesaml/saml2/idp"
        sso, certificate = f"{base}/SSOService.php", self.keys.idp_certificate
        return IdentityProvider(f"{base}/metadata.php", sso, certificate, PSEUDONYM)

    @property
    def service_provider(self) -> ServiceProvider:
        base = f"{self.registered.base_url}/simplesaml/module.php/saml/sp"
        return ServiceProvider(f"{base}/metadata.php/hub", f"{base}/saml2-acs.php/hub")


class PeerJourney(Journey):
    """The same login; the peer needs its cookie with the school's answer, and gives its own
    answer to that at once."""

    def _bring(self, browser: Browser, target: str, form: bytes) -> Reply:
        return browser.post_with_cookies(target, form)
