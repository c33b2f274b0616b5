"""A SAML supplier: Debian's Apache with mod_shib, the Shibboleth SP, and its daemon."""

import contextlib
import signal
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from tests.actors.keys import rsa_key
from tests.parts import apache
from tests.parts.process import free_port, run_directory, run_program

DEBIAN = Path("/etc/shibboleth")
CONFIGURATION = """\
<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" logger="{debian}/console.logger">
  <OutOfProcess/>
  <InProcess logger="{debian}/native.logger"/>
  <UnixListener address="{directory}/shibd.sock"/>
  <ApplicationDefaults entityID="{entity_id}" REMOTE_USER="pseudonym"
                       attributePrefix="SP_">
    <Sessions lifetime="3600" timeout="3600" relayState="ss:mem" checkAddress="false"
              handlerSSL="false" cookieProps="http" redirectLimit="exact">
      <SSO entityID="{idp}">SAML2</SSO>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
    </Sessions>
    <MetadataProvider type="XML" validate="false" path="{directory}/idp.xml"/>
    <AttributeExtractor type="XML" validate="false" path="{directory}/attributes.xml"/>
    <CredentialResolver type="File" key="{directory}/sp.key" certificate="{directory}/sp.crt"/>
  </ApplicationDefaults>
  <SecurityPolicyProvider type="XML" validate="true" path="{debian}/security-policy.xml"/>
  <ProtocolProvider type="XML" validate="true" path="{debian}/protocols.xml"/>
</SPConfig>
"""
ATTRIBUTES = """\
<Attributes xmlns="urn:mace:shibboleth:2.0:attribute-map">
  <Attribute name="urn:oasis:names:tc:SAML:2.0:nameid-format:persistent" id="pseudonym">
    <AttributeDecoder type="NameIDAttributeDecoder" formatter="$Name"/>
  </Attribute>
  {named}
</Attributes>
"""
NAMES = (
    "eduPersonAffiliation",
    "nlEduPersonHomeOrganizationId",
    "nlEduPersonHomeOrganization",
)
DIRECTIVES = """
LoadModule mod_shib {modules}/mod_shib.so
ServerName {base}
UseCanonicalName On
ShibConfig "{directory}/shibboleth2.xml"
<Location /protected>
    AuthType shibboleth
    ShibRequestSetting requireSession true
    Require shib-session
</Location>
"""


@dataclass(frozen=True, slots=True)
class ShibSupplier:
    """A running Shibboleth SP; every address under `protected` asks a login."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def protected(self) -> str:
        return f"{self.base}/protected/"

    @property
    def entity_id(self) -> str:
        return f"{self.base}/shibboleth"

    @property
    def start_address(self) -> str:
        """The SessionInitiator, as it is registered for deep links."""
        return f"{self.base}/Shibboleth.sso/Login?target={{target}}"

    def login_address(self, target: str) -> str:
        return self.start_address.format(target=quote(target, safe=""))

    def metadata(self) -> str:
        """The metadata that it makes of itself."""
        answer = requests.get(f"{self.base}/Shibboleth.sso/Metadata", timeout=10)
        answer.raise_for_status()
        return answer.text

    @staticmethod
    def learned(page: str) -> dict[str, str]:
        """What a protected page says it was told: attributes by name, and `pseudonym`."""
        return apache.read_environment(page, "SP_")

    @staticmethod
    def pseudonym(page: str) -> str:
        return ShibSupplier.learned(page)["pseudonym"]


@contextlib.contextmanager
def run_shib(idp_metadata: str, idp_entity_id: str) -> Iterator[ShibSupplier]:
    """Start a supplier that trusts the identity provider of `idp_metadata`."""
    supplier = ShibSupplier(free_port())
    with run_directory("shib") as directory:
        _write_files(directory, supplier, idp_metadata, idp_entity_id)
        directives = DIRECTIVES.format(
            base=supplier.base, directory=directory, modules=apache.MODULES
        )
        directives += apache.write_protected_page(directory)
        with (
            _run_daemon(directory),
            apache.run_apache("shib", supplier.port, directory, [], directives),
        ):
            yield supplier


@contextlib.contextmanager
def _run_daemon(directory: Path) -> Iterator[None]:
    """`shibd` holds keys and sessions; Apache speaks to it by a socket."""
    config, pid, socket = (directory / n for n in ("shibboleth2.xml", "shibd.pid", "shibd.sock"))
    command = ["shibd", "-F", "-f", "-c", config, "-p", pid]
    log = directory / "shibd.log"
    with run_program("shibd", command, log=log, ready=socket.exists, stop=signal.SIGTERM):
        yield


def _write_files(
    directory: Path, supplier: ShibSupplier, idp_metadata: str, idp_entity_id: str
) -> None:
    keys = rsa_key(supplier.base)
    (directory / "sp.key").write_text(keys.key)
    (directory / "sp.crt").write_text(keys.certificate)
    (directory / "idp.xml").write_text(idp_metadata)
    (directory / "attributes.xml").write_text(
        ATTRIBUTES.format(named="\n  ".join(map(_plain, NAMES)))
    )
    (directory / "shibboleth2.xml").write_text(
        CONFIGURATION.format(
            debian=DEBIAN, directory=directory, entity_id=supplier.entity_id, idp=idp_entity_id
        )
    )


def _plain(name: str) -> str:
    basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
    return f'<Attribute name="{name}" nameFormat="{basic}" id="{name}"/>'
