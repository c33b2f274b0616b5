"""Reads a document of metadata in a process of its own, and tells what came and what it took.

The growth is that of the process's peak memory, in MB, after the document's bytes were read.
"""

import json
import subprocess
import sys
from pathlib import Path

from gateway.trust.metadata.aggregate import read_entities
from gateway.trust.metadata.proof import Proof
from gateway.trust.metadata.rules import Rules

ROOT = Path(__file__).parents[2]
_SMALL = b'<EntityDescriptor xmlns="urn:oasis:names:tc:SAML:2.0:metadata" entityID="urn:a"/>'


def stream(path: Path, now: float, certificate: Path | None = None) -> dict[str, float]:
    """Read it elsewhere: memory is counted a process, and this one has had its own peaks."""
    command = [sys.executable, "-m", __name__, str(path), str(now), str(certificate or "")]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=True)
    return json.loads(done.stdout)


def _peak_kb() -> int:
    status = Path("/proc/self/status").read_text()
    return int(next(line for line in status.splitlines() if line.startswith("VmHWM")).split()[1])


def _main(path: str, now: str, certificate: str) -> None:
    list(read_entities(_SMALL, Rules(now=0), None))
    proof = Proof.from_pem(Path(certificate).read_bytes()) if certificate else None
    data = Path(path).read_bytes()
    Path("/proc/self/clear_refs").write_text("5")  # sets the peak back to what is used now
    before = _peak_kb()
    shares: list[float] = []
    took = {"roles": 0, "refused": 0, "problems": 0}
    entities = read_entities(
        data, Rules(now=float(now)), proof, lambda _count, share: shares.append(share)
    )
    for entity in entities:
        took["roles"] += sum(bool(r) for r in (entity.service_provider, entity.identity_provider))
        took["refused"] += entity.refused
        took["problems"] += len(entity.problems)
    assert shares == sorted(shares)
    grown = (_peak_kb() - before) / 1024
    print(json.dumps({**took, "shares": len(shares), "last": shares[-1], "growth_mb": grown}))


if __name__ == "__main__":
    _main(*sys.argv[1:])
