"""The ready-made configurations work: in Apache for the modules that are here, else as they read.

Issue 5: what is shown for software that the tests install is itself tested.
"""

import ast
import json
import subprocess
from collections.abc import Callable
from pathlib import Path
from urllib.parse import urlsplit

import pytest
from lxml import etree
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from saml2.config import SPConfig

from gateway.core.model import Service
from gateway.setups import SECRET, SOFTWARE, setup
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.actors.saml_xml import PERSISTENT
from tests.interop.test_integration_check import outcomes, report
from tests.parts import apache
from tests.parts.apache_mellon import MellonSupplier
from tests.parts.apache_openidc import OpenidcSupplier
from tests.parts.gateway import Gateway
from tests.parts.process import free_port, run_directory
from tests.parts.registration import add_oidc_service, add_saml_service, add_supplier

GATEWAY = "https://poort.example"
NASTY = "\"'\\ ${HOME} %{ENV:PATH} $(id) `id` </SPConfig> \n</Location>\nInclude /etc/passwd <?php \u2028"


@pytest.fixture(scope="module")
def store() -> str:
    return "sqlite"


def service(protocol: str, name: str = "Rekenen") -> Service:
    configs: dict[str, dict[str, object]] = {
        "saml": {"assertion_consumers": [{"location": "https://rekenen.example/saml/acs"}]},
        "oidc": {"redirect_uris": ["https://rekenen.example/veilig/callback"]},
        "lti": {"redirect_uris": ["https://rekenen.example/launch"]},
    }
    return Service(
        "svc-1", "sup-1", protocol, "https://rekenen.example/id", name, configs[protocol]
    )  # type: ignore[arg-type]


def test_mod_auth_mellon_runs_with_what_is_shown(gateway: Gateway) -> None:
    supplier = MellonSupplier(port := free_port(), f"http://127.0.0.1:{port}")
    keys = rsa_key(supplier.base)
    own = sp_metadata(
        supplier.entity_id, [supplier.acs], [keys], encryption=[keys], name_id_format=PERSISTENT
    )
    owner = add_supplier(gateway, "Uitgeverij Mellon")
    made = add_saml_service(gateway, owner, own, name="Mellon", targets=[f"{supplier.base}/"])
    shown = gateway.ketenpoort("service", "setup", made, "mod_auth_mellon")
    with run_directory("mellon-setup") as directory:
        files = {"sp.key": keys.key, "sp.crt": keys.certificate, "sp.xml": own}
        for name, text in {**files, "idp.xml": gateway.idp_metadata()}.items():
            (directory / name).write_text(text)
        text = shown.replace("/etc/apache2/mellon", str(directory))
        directives = f"ServerName {supplier.base}\nUseCanonicalName On\n{text}"
        directives += apache.write_protected_page(directory)
        with apache.run_apache("mellon", port, directory, ["auth_mellon"], directives):
            found = outcomes(report(gateway, made, supplier.protected))
    assert found["valid answer"] == "ok", found
    assert "fail" not in found.values(), found


def test_mod_auth_openidc_runs_with_what_is_shown(gateway: Gateway) -> None:
    supplier = OpenidcSupplier(free_port())
    owner = add_supplier(gateway, "Uitgeverij Openidc")
    client = add_oidc_service(
        gateway, owner, [supplier.redirect_uri], name="Openidc", targets=[f"{supplier.base}/"]
    )
    shown = gateway.ketenpoort("service", "setup", client.id, "mod_auth_openidc")
    with run_directory("openidc-setup") as directory:
        directives = f"ServerName {supplier.base}\n{shown.replace(SECRET, client.secret)}"
        directives += apache.write_protected_page(directory)
        with apache.run_apache("openidc", supplier.port, directory, ["auth_openidc"], directives):
            found = outcomes(report(gateway, client.id, supplier.protected))
    assert found["valid answer"] == "ok", found
    assert "fail" not in found.values(), found


def reads_python(text: str) -> object:
    return ast.parse(text)


def reads_php(text: str) -> object:
    done = subprocess.run(["php", "-l"], input=text, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stdout
    return done.stdout


def reads_shell(text: str) -> object:
    done = subprocess.run(["sh", "-n"], input=text, text=True, capture_output=True, check=False)
    assert done.returncode == 0, done.stderr
    return done.stdout


def reads_node(text: str) -> object:
    done = subprocess.run(
        ["node", "--input-type=module", "--check"],
        input=text,
        text=True,
        capture_output=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


def reads_xml(text: str) -> object:
    return etree.fromstring(text.encode())


def reads_apache(text: str) -> object:
    """Each section that begins ends, and nothing is included."""
    words = [line.split()[0] for line in text.splitlines() if line.strip()]
    assert words.count("<Location") == words.count("</Location>")
    assert not {"Include", "Require"} & {
        line.split()[0] for line in text.splitlines() if line[:1].strip()
    }
    return words


READS: dict[str, Callable[[str], object]] = {
    ".py": reads_python,
    ".php": reads_php,
    ".json": json.loads,
    ".xml": reads_xml,
    ".sh": reads_shell,
    ".mjs": reads_node,
    ".conf": reads_apache,
}
ALL = [(protocol, software) for protocol, known in SOFTWARE.items() for software in known]


@pytest.mark.parametrize(("protocol", "software"), ALL)
@pytest.mark.parametrize("name", ["Rekenen", NASTY])
def test_each_reads_as_its_software_reads_it_whatever_the_name(
    protocol: str, software: str, name: str
) -> None:
    text = setup(service(protocol, name), software, GATEWAY)
    READS[Path(SOFTWARE[protocol][software]).suffix](text)
    assert urlsplit(GATEWAY).netloc in text
    assert "\nInclude" not in text


def test_pysaml2_loads_it(gateway: Gateway, tmp_path: Path) -> None:
    keys = rsa_key("setup")
    (tmp_path / "idp.xml").write_text(gateway.idp_metadata())
    (tmp_path / "sp.key").write_text(keys.key)
    (tmp_path / "sp.crt").write_text(keys.certificate)
    text = setup(service("saml"), "pysaml2", gateway.base)
    for name in ("idp.xml", "sp.key", "sp.crt"):
        text = text.replace(f'"{name}"', f'"{tmp_path / name}"')
    space: dict[str, object] = {}
    exec(text, space)
    loaded = SPConfig().load(space["CONFIG"])
    assert list(loaded.metadata.with_descriptor("idpsso")) == [f"{gateway.base}/saml/metadata"]


def test_python3_saml_loads_it() -> None:
    text = setup(service("saml"), "python3-saml", GATEWAY)
    loaded = OneLogin_Saml2_Settings(json.loads(text))
    assert loaded.get_idp_data()["singleSignOnService"]["url"] == f"{GATEWAY}/saml/sso"
