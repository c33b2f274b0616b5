"""An operator with a new gateway that knows nobody, or one of each."""

from pathlib import Path

import pytest

from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.operations.command import Operator


@pytest.fixture
def operator(tmp_path: Path) -> Operator:
    return Operator(tmp_path / "data", {"BASE_URL": "https://poort.example"})


@pytest.fixture
def service_metadata(tmp_path: Path) -> Path:
    file = tmp_path / "service.xml"
    acs = ["https://rekenen.linde.example/acs"]
    file.write_text(sp_metadata("https://rekenen.linde.example", acs, [rsa_key("service")]))
    return file


@pytest.fixture
def school_metadata(tmp_path: Path) -> Path:
    file = tmp_path / "school.xml"
    sso = "https://inloggen.dekade.example/sso"
    file.write_text(idp_metadata("https://inloggen.dekade.example", sso, [rsa_key("school")]))
    return file


@pytest.fixture
def supplier(operator: Operator) -> str:
    """The id of a supplier."""
    return str(operator.read("supplier", "add", "--name", "De Linde")["id"])


@pytest.fixture
def service(operator: Operator, supplier: str, service_metadata: Path) -> str:
    """The id of a SAML service that asks a first name."""
    options = ("--supplier", supplier, "--metadata", service_metadata)
    ask = ("--attribute", "givenName=De leraar ziet wie er werkt.")
    return str(operator.read("service", "add", *options, *ask)["id"])


@pytest.fixture
def school(operator: Operator, school_metadata: Path) -> str:
    """The BRIN of a SAML school."""
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    return str(operator.read("school", "add", *who, "--metadata", school_metadata)["brin"])
