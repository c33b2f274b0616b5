"""A setting that a file of deploy/ or the Dockerfile names is one that the gateway knows."""

import re
import tomllib

import pytest

import config
from tests.deploy.dockerfile import PROJECT

FILES = ["Dockerfile", "deploy/compose.yaml", "deploy/ketenpoort.service"]


@pytest.mark.parametrize("file", FILES)
def test_the_settings_exist(file: str) -> None:
    named = {name.lower() for name in re.findall(r"KETENPOORT_(\w+)", (PROJECT / file).read_text())}
    known = tomllib.loads((config.DIRECTORY / "gateway.toml").read_text())
    assert named
    assert named - known.keys() == set()
