"""The image without a container engine: its stages in Debian roots, run read-only as its user."""

import contextlib
import os
import shutil
import subprocess
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path

from tests.deploy import debian
from tests.deploy.dockerfile import Stage, context, read_stages
from tests.parts.process import Program, answers, free_port, run_program

IGNORED = shutil.ignore_patterns("__pycache__", "*.mo")
APPLICATION = "opt/ketenpoort"
# As an engine does with --read-only: the root, then the volume in it, each in own mounts.
# Where we are in a chroot ourselves, / is no mount whose propagation could be set.
OWN_MOUNTS = ("unshare", "--mount", "--propagation", "unchanged")
RUN_READ_ONLY = """
mount --make-rprivate / 2>/dev/null || true
mount --bind "$1" "$1"
mount --bind "$2" "$1/data"
mount -t proc proc "$1/proc"
mount -o remount,bind,ro "$1"
root=$1 user=$3
shift 3
exec chroot --userspec="$user" --groups= "$root" "$@"
"""


@dataclass(frozen=True, slots=True)
class Image:
    """A built image: its root and the stage of the Dockerfile that says how to run it."""

    root: Path
    stage: Stage

    @property
    def user(self) -> str:
        return self.stage.one("USER")


@dataclass(frozen=True, slots=True)
class Container:
    """A running image; commands run beside the gateway, in the same mounts."""

    image: Image
    port: int
    program: Program

    def run(self, *command: str, user: str) -> subprocess.CompletedProcess[str]:
        uid, _, gid = user.partition(":")
        beside = ["nsenter", "--target", str(self.program.process.pid), "--mount", "--root", "--wd"]
        return subprocess.run(
            [*beside, "--setgid", gid, "--setuid", uid, *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )


def build_image(directory: Path) -> Image:
    """Both stages of the Dockerfile, in `directory`."""
    build, run = read_stages()
    root = debian.copy_root(_suite(build), directory / "build")
    debian.copy_network(root)
    for path in context():
        _copy(path, root / "source" / path.name)
    debian.run_in(root, build.one("RUN"))

    final = debian.copy_root(_suite(run), directory / "run")
    _copy(root / "source/deploy/image-run", final / "image-run")
    apt = final / "etc/apt/apt.conf.d/00machine"
    shutil.copy(root / "etc/apt/apt.conf.d/00machine", apt)
    debian.run_in(final, run.one("RUN").split()[-1])
    (final / "image-run").unlink()
    apt.unlink()
    shutil.copytree(root / APPLICATION, final / APPLICATION, symlinks=True)
    return Image(final, run)


@contextlib.contextmanager
def run_image(image: Image, directory: Path, settings: Mapping[str, str]) -> Iterator[Container]:
    """Run the image's own command on another port of 127.0.0.1; its volume lies in `directory`.

    `settings` are named as in the environment, without KETENPOORT_.
    """
    data = directory / "data"
    data.mkdir()
    uid, _, gid = image.user.partition(":")
    os.chown(data, int(uid), int(gid))
    port = free_port()
    given = [f"KETENPOORT_{name}={value}" for name, value in settings.items()]
    inside = [
        "env",
        "-i",
        f"--chdir={image.stage.one('WORKDIR')}",
        f"PATH={debian.PATH}",
        *image.stage.all("ENV"),
        *given,
    ]
    command = [*image.stage.command("ENTRYPOINT"), *image.stage.command("CMD")]
    with run_program(
        "image",
        [
            *OWN_MOUNTS,
            *("sh", "-euc", RUN_READ_ONLY, "sh", image.root, data, image.user),
            *inside,
            *command,
            *("--host", "127.0.0.1", "--port", str(port)),
        ],
        log=directory / "log",
        ready=answers(f"http://127.0.0.1:{port}/healthz"),
    ) as program:
        yield Container(image, port, program)


def _suite(stage: Stage) -> str:
    """The Debian of `debian:bookworm-slim`."""
    return stage.base.split()[0].removeprefix("debian:").removesuffix("-slim")


def _copy(source: Path, target: Path) -> None:
    target.parent.mkdir(parents=True, exist_ok=True)
    if source.is_dir():
        shutil.copytree(source, target, ignore=IGNORED)
    else:
        shutil.copy(source, target)
