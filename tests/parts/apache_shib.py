"""A SAML supplier: Debian's Apache with mod_shib, the Shibboleth SP, and its daemon."""

import contextlib
import signal
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import quote

import requests

from tests.actors.keys import KeyPair, rsa_key
from tests.parts import apache
from tests.parts.process import START_SECONDS, free_port, run_directory, run_program

DEBIAN = Path("/etc/shibboleth")
CONFIGURATION = """\
<SPConfig xmlns="urn:mace:shibboleth:3.0:native:sp:config" logger="{debian}/console.logger">
  <OutOfProcess/>
  <InProcess logger="{debian}/native.logger"/>
  <UnixListener address="{directory}/shibd.sock"/>
  <ApplicationDefaults entityID="{entity_id}" REMOTE_USER="pseudonym pairwise-id"
                       attributePrefix="SP_" signing="{signing}">
    <Sessions lifetime="3600" timeout="3600" relayState="ss:mem" checkAddress="false"
              handlerSSL="false" cookieProps="http" redirectLimit="exact">
      <SSO entityID="{idp}">SAML2</SSO>
      <Logout>SAML2 Local</Logout>
      <Handler type="MetadataGenerator" Location="/Metadata" signing="false"/>
      <Handler type="Session" Location="/Session"/>
    </Sessions>
    <MetadataProvider type="XML" validate="false" {metadata}/>
    <AttributeExtractor type="Chaining">
      <AttributeExtractor type="XML" validate="false" path="{debian}/attribute-map.xml"/>
      <AttributeExtractor type="XML" validate="false" path="{directory}/attributes.xml"/>
    </AttributeExtractor>
    <AttributeFilter type="XML" validate="false" path="{debian}/attribute-policy.xml"/>
    <CredentialResolver type="Chaining">{keys}</CredentialResolver>
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
  <Attribute name="urn:oid:1.3.6.1.4.1.5923.1.1.1.1" id="eduPersonAffiliation"/>
  <Attribute name="urn:oid:2.5.4.42" id="givenName"/>
  {named}
</Attributes>
"""
NAMES = (
    "eduPersonAffiliation",
    "nlEduPersonHomeOrganizationId",
    "nlEduPersonHomeOrganization",
)
CREDENTIAL = '<CredentialResolver type="File" key="{file}.key" certificate="{file}.crt"/>'
DOCUMENT = 'path="{directory}/idp.xml"'
# Read again each second, and kept in a file.
LIVE = 'url="{address}" backingFilePath="{directory}/idp.xml" maxRefreshDelay="1"'
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
class Setting:
    """How it is set up. The first of `keys` signs requests and logouts, each opens what is
    encrypted; none: a key of its own that signs nothing. `live`: the address at which it reads
    the metadata of the identity provider again and again."""

    keys: tuple[KeyPair, ...] = ()
    live: str = ""


@dataclass(frozen=True, slots=True)
class ShibSupplier:
    """A running Shibboleth SP; every address under `protected` asks a login."""

    port: int
    directory: Path

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

    @property
    def logout_address(self) -> str:
        return f"{self.base}/Shibboleth.sso/Logout"

    def wait_for_key(self, certificate: str) -> None:
        """Until it has read a certificate (PEM) in the live metadata."""
        wanted = "".join(certificate.splitlines()[1:-1])
        end = time.monotonic() + START_SECONDS
        while wanted not in "".join((self.directory / "idp.xml").read_text().split()):
            assert time.monotonic() < end, "the metadata was not read again"
            time.sleep(0.05)  # no event tells that a foreign program has read

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
def run_shib(
    idp_metadata: str, idp_entity_id: str, setting: Setting | None = None, port: int | None = None
) -> Iterator[ShibSupplier]:
    """Start a supplier that trusts the identity provider of `idp_metadata`; on the port of an
    earlier one it is the same."""
    with run_directory("shib") as directory:
        supplier = ShibSupplier(port or free_port(), directory)
        _write_files(supplier, idp_metadata, idp_entity_id, setting or Setting())
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
    supplier: ShibSupplier, idp_metadata: str, idp_entity_id: str, setting: Setting
) -> None:
    directory, keys = supplier.directory, setting.keys or (rsa_key(supplier.base),)
    for number, pair in enumerate(keys):
        (directory / f"sp-{number}.key").write_text(pair.key)
        (directory / f"sp-{number}.crt").write_text(pair.certificate)
    (directory / "idp.xml").write_text(idp_metadata)
    (directory / "attributes.xml").write_text(
        ATTRIBUTES.format(named="\n  ".join(map(_plain, NAMES)))
    )
    source = LIVE if setting.live else DOCUMENT
    files = (directory / f"sp-{number}" for number in range(len(keys)))
    (directory / "shibboleth2.xml").write_text(
        CONFIGURATION.format(
            debian=DEBIAN,
            directory=directory,
            entity_id=supplier.entity_id,
            idp=idp_entity_id,
            signing="true" if setting.keys else "false",
            metadata=source.format(address=setting.live, directory=directory),
            keys="".join(CREDENTIAL.format(file=file) for file in files),
        )
    )


def _plain(name: str) -> str:
    """In the profile entree, and in saml2int for what has no OID."""
    basic = "urn:oasis:names:tc:SAML:2.0:attrname-format:basic"
    return (
        f'<Attribute name="{name}" nameFormat="{basic}" id="{name}"/>'
        f'<Attribute name="{name}" id="{name}"/>'
    )
