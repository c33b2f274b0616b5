"""The examples in docs/materials.md: its files are what its commands take, on a running gateway."""

import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

from tests.actors.html import read_links
from tests.actors.scripted_school import ScriptedSchool
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory

PAGE = (Path(__file__).parents[2] / "docs/materials.md").read_text("utf-8")
BLOCK = re.compile(
    r"^```(?P<kind>[a-z]+)(?: (?P<name>\S+))?\n(?P<text>.*?)^```", re.DOTALL | re.MULTILINE
)
BLOCKS = [match.groupdict() for match in BLOCK.finditer(PAGE)]
PUBLISHED = "curl --fail-with-body --silent --show-error --request PUT"


@pytest.fixture
def running() -> Iterator[Gateway]:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway):
            yield gateway


@pytest.fixture
def desk(tmp_path: Path) -> Path:
    """A directory with the files of the page."""
    for block in BLOCKS:
        if block["name"]:
            (tmp_path / block["name"]).write_text(block["text"], "utf-8")
    school = ScriptedSchool("", "https://login.school.example")
    (tmp_path / "school.xml").write_text(school.metadata())
    return tmp_path


def run(gateway: Gateway, desk: Path, script: str) -> str:
    done = subprocess.run(
        ["bash", "-eu", "-o", "pipefail", "-c", script],
        cwd=desk,
        env={
            **gateway.environment,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "GATEWAY": gateway.base,
        },
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_the_page_has_each_form():
    assert {"json", "csv", "xml", "sh", "html"} == {block["kind"] for block in BLOCKS}
    named = {block["name"] for block in BLOCKS if block["name"]}
    files = {"materials.json", "materials.csv", "record.xml", "course.xml", "share.html"}
    assert named == files | {"answer"}


def test_the_share_button_leads_to_the_page_that_makes_a_link(running: Gateway, desk: Path):
    """A stranger signs in first and comes back to it, with the exercise of the page."""
    (link,) = read_links((desk / "share.html").read_text())
    address = link.href.replace("https://gateway.example", running.base)
    asked = parse_qs(urlsplit(address).query)
    assert [asked["target"], asked["title"]] == [
        ["https://reken.example/oefening/7dd56457"],
        ["Welke is groter?"],
    ]
    answer = requests.get(address, timeout=60, allow_redirects=False)
    to = parse_qs(urlsplit(answer.headers["Location"]).query)["to"]
    assert to == [urlsplit(address)._replace(scheme="", netloc="").geturl()]


def test_every_example_in_json_is_json():
    for block in BLOCKS:
        if block["kind"] == "json":
            json.loads(block["text"])


def test_the_examples_run_and_answer_as_shown(running: Gateway, desk: Path):
    commands = [block["text"] for block in BLOCKS if block["kind"] == "sh"]
    script = [f"{text}\necho; echo '--8<--'" for text in commands]
    outputs = run(running, desk, "\n".join(script)).split("--8<--")
    (put,) = (n for n, text in enumerate(commands) if text.startswith(PUBLISHED))
    assert json.loads(outputs[put]) == json.loads((desk / "answer").read_text())
    made = json.loads(outputs[-4].strip().splitlines()[-1])
    (kept,) = json.loads(outputs[-3].strip().splitlines()[-1])["links"]
    (licence,) = json.loads(outputs[-2].strip().splitlines()[-1])["licences"]
    assert licence["group"] == "4A"
    assert (kept["code"], kept["maker"], kept["state"]) == (made["code"], None, "works")
    assert made["url"] == f"{running.base}/d/{made['code']}"
    assert made["fragment"]


def test_the_csv_and_the_json_of_the_page_are_the_same_tree(running: Gateway, desk: Path):
    """So the second import takes nothing away."""
    before = "".join(block["text"] for block in BLOCKS if "SUPPLIER=" in block["text"])
    imports = (
        f'ketenpoort material import materials.{form} --service "$SERVICE" --whole --json\n'
        for form in ("json", "csv")
    )
    second = json.loads(run(running, desk, before + "".join(imports)).splitlines()[-1])
    assert (second["added"], second["disappeared"]) == (0, [])
