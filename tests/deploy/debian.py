"""Bare Debian roots to build in, such as a container engine would give; made by debootstrap."""

import os
import shutil
import subprocess
import tempfile
from collections.abc import Sequence
from pathlib import Path

KEPT = Path("/var/tmp")  # outlives a restart, so that only the first run downloads a Debian
PATH = "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin"
# How this machine reaches Debian and PyPI. Its own authorities stand twice: Debian's
# ca-certificates, once installed in the root, makes the bundle anew from the second place.
NETWORK_FILES = [
    Path("/etc/resolv.conf"),
    Path("/etc/pip.conf"),
    Path("/etc/ssl/certs/ca-certificates.crt"),
    *Path("/usr/local/share/ca-certificates").glob("*.crt"),
]
NETWORK_PREFIXES = ("PIP_", "UV_", "SSL_", "REQUESTS_")


def bare_root(suite: str) -> Path:
    """The kept root of `suite`, made as Debian's images are when it is not there.

    It is for all tests: copy it, do not change it.
    """
    kept = KEPT / f"ketenpoort-tests-{suite}"
    if not kept.is_dir():
        made = Path(tempfile.mkdtemp(prefix=f"{kept.name}-", dir=KEPT))
        _run("debootstrap", "--variant=minbase", suite, made, *_mirror(suite))
        made.chmod(0o755)
        (made / "etc/dpkg/dpkg.cfg.d/unsafe-io").write_text("force-unsafe-io\n")
        _run("chroot", made, "apt-get", "clean")
        try:
            made.rename(kept)
        except OSError:  # another test process was first
            shutil.rmtree(made)
    assert kept.stat().st_uid == os.geteuid()
    return kept


def copy_root(suite: str, root: Path) -> Path:
    """A root of `suite` of one's own, with nothing of this machine in it."""
    _run("cp", "-a", bare_root(suite), root)
    return root


def copy_network(root: Path) -> None:
    """Let `root` reach the network as this machine does."""
    for file in filter(Path.exists, NETWORK_FILES):
        copy = root / file.relative_to("/")
        copy.parent.mkdir(parents=True, exist_ok=True)
        shutil.copyfile(file, copy)
    acquire = _run("apt-config", "dump", "Acquire")
    (root / "etc/apt/apt.conf.d/00machine").write_text(acquire)


def run_in(root: Path, *command: str | Path) -> str:
    """Run a command as root in `root`; return what it prints."""
    network = {k: v for k, v in os.environ.items() if _is_network(k)}
    environment = {"PATH": PATH, "HOME": "/root", "LANG": "C.UTF-8", **network}
    return _run("chroot", root, *command, env=environment)


def _is_network(name: str) -> bool:
    return name.startswith(NETWORK_PREFIXES) or name.lower().endswith("_proxy")


def _mirror(suite: str) -> Sequence[str]:
    """The mirror that this machine has `suite` from; none: debootstrap knows one."""
    listed = _run("apt-get", "indextargets", "--format", "$(RELEASE) $(REPO_URI)")
    pairs = (line.split() for line in listed.splitlines())
    return [address for release, address in pairs if release == suite][:1]


def _run(*command: str | Path, env: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        [str(part) for part in command],
        env=env,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    assert done.returncode == 0, f"{command[0]}: {done.stdout[-4000:]}"
    return done.stdout
