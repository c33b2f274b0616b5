"""The examples in README and docs run, as they stand, block by block, in one shell each."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import ScriptedSupplier

ROOT = Path(__file__).parents[2]
BLOCK = re.compile(r"^```sh\n(.*?)^```", re.DOTALL | re.MULTILINE)
PAGES = [
    "README.md",
    "docs/supplier.md",
    "docs/school.md",
    "docs/operator.md",
    "docs/links.md",
    "docs/lti.md",
    "docs/saml.md",
    "docs/openid.md",
]


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A directory with the files that the examples name."""
    supplier = ScriptedSupplier("", "https://supplier.example")
    school = ScriptedSchool("", "https://login.school.example")
    (tmp_path / "supplier.xml").write_text(supplier.metadata())
    (tmp_path / "federation.xml").write_text(supplier.metadata())
    (tmp_path / "school.xml").write_text(school.metadata())
    (tmp_path / "secret.txt").write_text("a secret of the school")
    (tmp_path / "salt.txt").write_text("rktYml0MIp9TC9u6Ny6uqw==")
    return tmp_path


@pytest.mark.parametrize("page", PAGES)
def test_the_examples_run(page: str, desk: Path) -> None:
    blocks = BLOCK.findall((ROOT / page).read_text("utf-8"))
    assert blocks, "the page has no example left"
    before = ""
    if page == "docs/school.md":  # its reader's gateway has a service already
        before = (ROOT / "docs/supplier.md").read_text("utf-8")
        before = BLOCK.findall(before)[0]
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", before + "\n".join(blocks)],
        cwd=desk,
        env={
            **{name: value for name, value in os.environ.items() if "KETENPOORT" not in name},
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "KETENPOORT_DATA_DIR": str(desk / "data"),
            "KETENPOORT_BASE_URL": "http://127.0.0.1:9",
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr


def test_every_picture_is_shown_where_it_lies() -> None:
    """tests/demo/test_screens.py takes them of the running demo."""
    kept = {picture.name for picture in (ROOT / "docs/pictures").iterdir()}
    pages = [ROOT / "README.md", *(ROOT / "docs").glob("*.md")]
    shown = set()
    for page in pages:
        for path in re.findall(r"!\[[^]]+\]\(([^)]+)\)", page.read_text("utf-8")):
            assert (page.parent / path).is_file(), f"{page.name} shows {path}"
            shown.add(Path(path).name)
    assert shown == kept


def test_every_setting_is_documented() -> None:
    """config/gateway.toml is the documentation: a sentence stands above each setting."""
    lines = (ROOT / "config/gateway.toml").read_text("utf-8").splitlines()
    for number, line in enumerate(lines):
        if re.match(r"[a-z_]+ = ", line):
            assert lines[number - 1].startswith("# "), f"{line} has no sentence above it"
