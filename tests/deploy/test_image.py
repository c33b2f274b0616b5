"""The Dockerfile's own build steps and start command, in a bare Debian root."""

import os
from collections.abc import Iterator, Mapping

import psutil
import pytest
import requests

from tests.deploy.dockerfile import read_stages
from tests.deploy.image import APPLICATION, Container, Image, build_image, run_image
from tests.parts.process import run_directory

# A machine's first run downloads a Debian.
pytestmark = pytest.mark.timeout(600)

# Of which none may be in an image that only runs.
TOOLS = {
    "cc",
    "gcc",
    "g++",
    "c++",
    "clang",
    "ld",
    "make",
    "git",
    "curl",
    "wget",
    "pip",
    "pip3",
    "uv",
}
TOOL_PACKAGES = {"pip", "setuptools", "ensurepip", "uv"}
MEGABYTE = 2**20
WRITE = "import sys; open(sys.argv[1] + '/written', 'w').close()"
PYTHON = f"/{APPLICATION}/.venv/bin/python"


@pytest.fixture(scope="module")
def image() -> Iterator[Image]:
    if os.geteuid() != 0:
        pytest.skip("making a Debian root needs root")
    with run_directory("image") as directory:
        yield build_image(directory)


@pytest.fixture(scope="module")
def container(image: Image, store_settings: Mapping[str, str]) -> Iterator[Container]:
    """On SQLite, and on PostgreSQL and Redis as deploy/compose.yaml has it."""
    with (
        run_directory("image-data") as directory,
        run_image(image, directory, store_settings) as container,
    ):
        yield container


def test_the_dockerfile_only_calls_the_scripts_that_are_run_here() -> None:
    build, run = read_stages()
    assert build.all("RUN") == ["/source/deploy/image-build"]
    assert run.one("RUN").endswith("source=deploy/image-run,target=/image-run /image-run")
    assert run.one("COPY") == "--from=build /opt/ketenpoort /opt/ketenpoort"


def test_the_dockerfile_runs_the_gateway_for_others_and_not_as_root() -> None:
    run = read_stages()[-1]
    assert run.command("CMD") == ["serve", "--host", "0.0.0.0"]
    assert "0" not in run.one("USER").split(":")
    assert run.one("VOLUME") == "/data"
    assert run.one("ENV") == "KETENPOORT_DATA_DIR=/data"


def test_it_answers_and_is_ready(container: Container) -> None:
    for path in ("/healthz", "/readyz", "/saml/metadata", "/school"):
        answer = requests.get(f"http://127.0.0.1:{container.port}{path}", timeout=30)
        assert answer.status_code == 200, path


def test_the_pages_are_in_dutch(container: Container) -> None:
    answer = requests.get(
        f"http://127.0.0.1:{container.port}/school", headers={"Accept-Language": "nl"}, timeout=30
    )
    assert "Kies je school" in answer.text


def test_every_process_runs_as_the_user_of_the_image(container: Container) -> None:
    main = psutil.Process(container.program.process.pid)
    processes = [main, *main.children(recursive=True)]
    users = [f"{each.uids().effective}:{each.gids().effective}" for each in processes]
    assert len(users) > 1
    assert set(users) == {container.image.user}


def test_the_health_check_tells_a_gateway_from_none(container: Container) -> None:
    check = container.image.stage.command("HEALTHCHECK")
    user = container.image.user
    here = [part.replace("8080", str(container.port)) for part in check]
    assert container.run(*here, user=user).returncode == 0
    nowhere = [part.replace("8080", "1") for part in check]
    assert container.run(*nowhere, user=user).returncode != 0


@pytest.mark.parametrize("path", ["/", "/etc", "/tmp", "/var/tmp", "/home", f"/{APPLICATION}"])
def test_the_root_is_read_only_even_for_root(container: Container, path: str) -> None:
    done = container.run(PYTHON, "-c", WRITE, path, user="0:0")
    assert "Read-only file system" in done.stderr


def test_the_data_directory_can_be_written(container: Container) -> None:
    assert container.run(PYTHON, "-c", WRITE, "/data", user=container.image.user).returncode == 0


def test_no_compiler_and_no_installer_is_in_it(image: Image) -> None:
    found = {path.name for path in image.root.rglob("*") if path.is_file() and path.name in TOOLS}
    assert found == set()
    packages = {path.name for path in image.root.glob("**/python3*/**/") if path.is_dir()}
    assert packages & TOOL_PACKAGES == set()
    assert "flask" in packages


def test_everything_is_compiled_beforehand(image: Image) -> None:
    application = image.root / APPLICATION
    sources = list((application / "gateway").rglob("*.py"))
    compiled = {path.name.split(".")[0] for path in application.glob("gateway/**/*.pyc")}
    assert {source.stem for source in sources} == compiled
    assert list(application.rglob("messages.mo"))


def test_it_is_small(image: Image) -> None:
    files = (path for path in (image.root / APPLICATION).rglob("*") if not path.is_symlink())
    # Of it 11 are the library that reads and re-encodes a supplier's logo.
    assert sum(path.stat().st_size for path in files) < 165 * MEGABYTE
