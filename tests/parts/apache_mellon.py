"""A SAML supplier: Debian's Apache with mod_auth_mellon."""

import contextlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_xml import PERSISTENT
from tests.parts import apache
from tests.parts.process import free_port, run_directory

DIRECTIVES = """
ServerName {base}
UseCanonicalName On
MellonDiagnosticsEnable Off
<Location />
    MellonEnable info
    MellonEndpointPath /mellon
    MellonSPMetadataFile "{directory}/sp.xml"
    MellonSPPrivateKeyFile "{directory}/sp.key"
    MellonSPCertFile "{directory}/sp.crt"
    MellonIdPMetadataFile "{directory}/idp.xml"
    MellonSignatureMethod rsa-sha256
    MellonMergeEnvVars On ";"
    MellonRedirectDomains [self]
    MellonDefaultLoginPath /protected/
    MellonSecureCookie {secure}
</Location>
<Location /protected>
    AuthType Mellon
    MellonEnable auth
    Require valid-user
</Location>
"""


@dataclass(frozen=True, slots=True)
class MellonSupplier:
    """A running service provider; every address under `protected` asks a login.

    It listens on `port` of 127.0.0.1; browsers know it as `base`.
    """

    port: int
    base: str

    @property
    def protected(self) -> str:
        return f"{self.base}/protected/"

    @property
    def entity_id(self) -> str:
        return f"{self.base}/mellon/metadata"

    @property
    def acs(self) -> str:
        return f"{self.base}/mellon/postResponse"

    @property
    def logout_address(self) -> str:
        """Where it is asked to end a session; with `?ReturnTo=` it asks us."""
        return f"{self.base}/mellon/logout"

    @property
    def start_address(self) -> str:
        """The start address to register for deep links."""
        return f"{self.base}/mellon/login?ReturnTo={{target}}"

    def login_address(self, target: str) -> str:
        return self.start_address.format(target=quote(target, safe=""))

    def metadata(self) -> str:
        """The metadata that it publishes."""
        answer = requests.get(f"http://127.0.0.1:{self.port}/mellon/metadata", timeout=10)
        answer.raise_for_status()
        return answer.text

    @staticmethod
    def learned(page: str) -> dict[str, str]:
        """What a protected page says it was told: attributes by name, the NameID as NAME_ID."""
        return apache.read_environment(page, "MELLON_")

    @staticmethod
    def pseudonym(page: str) -> str:
        return MellonSupplier.learned(page)["NAME_ID"]


@contextlib.contextmanager
def run_mellon(idp_metadata: str, base: str | None = None) -> Iterator[MellonSupplier]:
    """Start a supplier that trusts the identity provider of `idp_metadata`.

    `base` is its public address where a proxy stands before it.
    """
    port = free_port()
    supplier = MellonSupplier(port, base or f"http://127.0.0.1:{port}")
    with run_directory("mellon") as directory:
        _write_files(directory, supplier, idp_metadata)
        secure = "On" if supplier.base.startswith("https:") else "Off"
        directives = DIRECTIVES.format(base=supplier.base, directory=directory, secure=secure)
        directives += apache.write_protected_page(directory)
        with apache.run_apache("mellon", port, directory, ["auth_mellon"], directives):
            yield supplier


def _write_files(directory: Path, supplier: MellonSupplier, idp_metadata: str) -> None:
    keys = rsa_key(supplier.base)
    (directory / "sp.key").write_text(keys.key)
    (directory / "sp.crt").write_text(keys.certificate)
    # What it would make itself asks a transient NameID: of no use where work is kept.
    own = sp_metadata(
        supplier.entity_id,
        [supplier.acs],
        [keys],
        encryption=[keys],
        slo=supplier.logout_address,
        name_id_format=PERSISTENT,
    )
    (directory / "sp.xml").write_text(own)
    (directory / "idp.xml").write_text(idp_metadata)
