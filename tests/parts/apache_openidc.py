"""An OpenID supplier: Debian's Apache with mod_auth_openidc."""

import contextlib
import secrets
from collections.abc import Iterator
from dataclasses import dataclass

from tests.parts import apache
from tests.parts.process import free_port, run_directory

DIRECTIVES = """
ServerName {base}
UseCanonicalName On
OIDCClientID "{client_id}"
OIDCClientSecret "{client_secret}"
OIDCRedirectURI "{base}/protected/oidc-callback"
OIDCCryptoPassphrase "{passphrase}"
OIDCScope "openid profile"
OIDCPKCEMethod S256
OIDCCookieSameSite On
OIDCPassClaimsAs environment
<Location /protected>
    AuthType openid-connect
    Require valid-user
</Location>
"""
DISCOVERED = 'OIDCProviderMetadataURL "{issuer}/.well-known/openid-configuration"\n'
# Where only browsers find the issuer under its name; it takes addresses with TLS alone.
BEHIND = """
OIDCSSLValidateServer Off
OIDCProviderIssuer "{issuer}"
OIDCProviderAuthorizationEndpoint "{issuer}/oidc/authorize"
OIDCProviderEndSessionEndpoint "{issuer}/oidc/logout"
OIDCProviderTokenEndpoint "{behind}/oidc/token"
OIDCProviderUserInfoEndpoint "{behind}/oidc/userinfo"
OIDCProviderJwksUri "{behind}/oidc/jwks"
"""


@dataclass(frozen=True, slots=True)
class OpenidcSupplier:
    """A relying party; every address under `protected` asks a login. It listens on `port` of
    127.0.0.1; browsers know it as `public`, if that is another.

    It is known by its address before it runs, so that a client can be registered for it first.
    """

    port: int
    public: str = ""

    @property
    def base(self) -> str:
        return self.public or f"http://127.0.0.1:{self.port}"

    @property
    def protected(self) -> str:
        return f"{self.base}/protected/"

    @property
    def redirect_uri(self) -> str:
        return f"{self.base}/protected/oidc-callback"

    @property
    def initiate_login_uri(self) -> str:
        """Where a third party starts a login: mod_auth_openidc takes it at its redirect_uri."""
        return self.redirect_uri

    @staticmethod
    def learned(page: str) -> dict[str, str]:
        """What a protected page says it was told: claims by name."""
        return apache.read_environment(page, "OIDC_CLAIM_")

    @staticmethod
    def pseudonym(page: str) -> str:
        return OpenidcSupplier.learned(page)["sub"]


def new_openidc(public: str = "") -> OpenidcSupplier:
    return OpenidcSupplier(free_port(), public)


@contextlib.contextmanager
def run_openidc(
    supplier: OpenidcSupplier,
    *,
    issuer: str,
    client_id: str,
    client_secret: str,
    behind: str = "",
    more: str = "",
) -> Iterator[None]:
    """Run `supplier` as a client of `issuer`, which it discovers at the first login, or finds at
    `behind`; `more` are further directives."""
    provider = (BEHIND if behind else DISCOVERED).format(issuer=issuer, behind=behind)
    with run_directory("openidc") as directory:
        directives = provider + DIRECTIVES.format(
            base=supplier.base,
            client_id=client_id,
            client_secret=client_secret,
            passphrase=secrets.token_hex(16),
        )
        directives += more + apache.write_protected_page(directory)
        with apache.run_apache("openidc", supplier.port, directory, ["auth_openidc"], directives):
            yield
