"""A SAML supplier: Debian's SimpleSAMLphp as service provider, with a page of its own behind it."""

import contextlib
import json
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import requests

from tests.actors.keys import KeyPair
from tests.actors.saml_xml import REDIRECT
from tests.parts.apache import run_apache
from tests.parts.process import free_port, run_directory
from tests.parts.simplesamlphp_idp import CONFIG, DIRECTIVES, PROGRAM

OWN = Path(__file__).parent / "simplesamlphp_sp"
PAGES = ("book.php", "leave.php", "left.php")


@dataclass(frozen=True, slots=True)
class SimplesamlphpSupplier:
    """A running service provider, which signs its requests and wants assertions encrypted."""

    port: int

    @property
    def base(self) -> str:
        return f"http://127.0.0.1:{self.port}"

    @property
    def protected(self) -> str:
        return f"{self.base}/site/book.php"

    @property
    def logout_address(self) -> str:
        return f"{self.base}/site/leave.php"

    @property
    def left(self) -> str:
        """Says without a login who is there."""
        return f"{self.base}/site/left.php"

    def metadata(self) -> str:
        address = f"{self.base}/simplesaml/module.php/saml/sp/metadata.php/gateway"
        answer = requests.get(address, timeout=30)
        answer.raise_for_status()
        return answer.text

    @staticmethod
    def learned(page: str) -> dict[str, str]:
        """Attributes by name, each with its only value."""
        told: dict[str, Any] = json.loads(page)
        return {name: values[0] for name, values in told["attributes"].items()}


@contextlib.contextmanager
def run_simplesamlphp_sp(
    idp_metadata: str,
    idp: str,
    keys: tuple[KeyPair, ...],
    *,
    logout: str = REDIRECT,
    port: int | None = None,
) -> Iterator[SimplesamlphpSupplier]:
    """Start a supplier that trusts the identity provider of `idp_metadata`. The first of `keys`
    signs; a second one is its next. `logout`: the binding of its SingleLogoutService. On the
    port of an earlier one it is the same."""
    supplier = SimplesamlphpSupplier(port or free_port())
    values = {
        "base": supplier.base,
        "idp": idp,
        "rolling": len(keys) > 1,
        "logout": logout,
    }
    with run_directory("simplesamlphp-sp") as directory:
        _write_config(directory, idp_metadata, keys, values)
        directives = DIRECTIVES.format(directory=directory, program=PROGRAM)
        directives += f'Alias /site "{directory}/site"\n'
        with run_apache("simplesamlphp-sp", supplier.port, directory, ["php"], directives):
            yield supplier


def _write_config(
    directory: Path, idp_metadata: str, keys: tuple[KeyPair, ...], values: dict[str, object]
) -> None:
    for name in ("sessions", "data", "site", "config"):
        (directory / name).mkdir()
    for name, pair in zip(("sp", "new"), keys, strict=False):
        (directory / f"{name}.key").write_text(pair.key)
        (directory / f"{name}.crt").write_text(pair.certificate)
    for page in PAGES:
        shutil.copy(OWN / page, directory / "site")
    source = directory / "idp.xml"
    source.write_text(idp_metadata)
    shutil.copy(CONFIG / "config.php", directory / "config")
    shutil.copy(OWN / "authsources.php", directory / "config")
    whole = {**values, "directory": str(directory), "sources": [str(source)]}
    (directory / "config" / "values.json").write_text(json.dumps(whole))
