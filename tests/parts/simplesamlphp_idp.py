"""A SAML school: Debian's SimpleSAMLphp as identity provider of two schools."""

import contextlib
import json
import shutil
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path

import requests

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import PASSWORD, PUPIL, SECOND_PUPIL, TEACHER, Person
from tests.parts.apache import run_apache
from tests.parts.process import free_port, run_directory

PROGRAM = Path("/usr/share/simplesamlphp/www")
CONFIG = Path(__file__).parent / "simplesamlphp"
DIRECTIVES = """
ServerName 127.0.0.1
SetEnv SIMPLESAMLPHP_CONFIG_DIR "{directory}/config"
Alias /simplesaml "{program}"
<FilesMatch "\\.php$">
    SetHandler application/x-httpd-php
</FilesMatch>
php_admin_value sys_temp_dir "{directory}"
"""


@dataclass(frozen=True, slots=True)
class SimplesamlphpSchool:
    """A running identity provider, on `port` of 127.0.0.1; browsers know it as `base`."""

    port: int
    base: str

    @property
    def entity_id(self) -> str:
        return f"{self.base}/simplesaml/saml2/idp/metadata.php"

    def metadata(self) -> str:
        address = self.entity_id.replace(self.base, f"http://127.0.0.1:{self.port}")
        answer = requests.get(address, timeout=30)
        answer.raise_for_status()
        return answer.text

    def login(self, browser: Browser, page: Page, person: Person) -> Page:
        """Fill in the login form at which `page` stands, and go on."""
        assert page.url.startswith(self.base), page
        return browser.submit(page, {"username": person.uid, "password": PASSWORD})


@contextlib.contextmanager
def run_simplesamlphp(
    sp_metadata: Sequence[str],
    *,
    encrypt: bool = False,
    base: str | None = None,
    people: Sequence[Person] = (PUPIL, TEACHER, SECOND_PUPIL),
) -> Iterator[SimplesamlphpSchool]:
    """Start an identity provider that answers the service providers of `sp_metadata`.

    It signs assertions, refuses unsigned requests of those that say they sign, and with `encrypt`
    encrypts assertions: by AES-128-CBC and RSA-OAEP, version 1.19 knows no other. `base` is its
    public address where a proxy stands before it.
    """
    port = free_port()
    school = SimplesamlphpSchool(port, base or f"http://127.0.0.1:{port}")
    with run_directory("simplesamlphp") as directory:
        _write_config(directory, school, sp_metadata, encrypt=encrypt, people=people)
        directives = DIRECTIVES.format(directory=directory, program=PROGRAM)
        with run_apache("simplesamlphp", port, directory, ["php"], directives):
            yield school


def _write_config(
    directory: Path,
    school: SimplesamlphpSchool,
    sp_metadata: Sequence[str],
    *,
    encrypt: bool,
    people: Sequence[Person],
) -> None:
    for name in ("sessions", "data"):
        (directory / name).mkdir()
    for number, document in enumerate(sp_metadata):
        (directory / f"sp-{number}.xml").write_text(document)
    keys = rsa_key(school.base)
    (directory / "idp.key").write_text(keys.key)
    (directory / "idp.crt").write_text(keys.certificate)
    values = {
        "base": school.base,
        "directory": str(directory),
        "encrypt": encrypt,
        "users": {f"{person.uid}:{PASSWORD}": person.attributes() for person in people},
        "sources": sorted(map(str, directory.glob("sp-*.xml"))),
    }
    shutil.copytree(CONFIG, directory / "config")
    (directory / "config" / "values.json").write_text(json.dumps(values))
