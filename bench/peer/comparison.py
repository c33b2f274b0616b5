"""The gateway's rows against the peer's of the same rounds."""

from collections.abc import Iterator, Sequence

from bench.journeys import is_cold
from bench.peer.journeys import COLD, WARM
from bench.results import BOUND_R, Result, name

# What the peer took on the machine on which the bounds were set.
PEER_R = {"cold": 22.0, "warm": 11.0}


def compare(rows: Sequence[Result], peer_rows: Sequence[Result]) -> Iterator[str]:
    """A line a row: its part of what the peer takes, in R as the bound is, beside the bound's."""
    peer = {(row.path, row.concurrency): row.ratio for row in peer_rows}
    for row in rows:
        kind, path = ("cold", COLD) if is_cold(row.path) else ("warm", WARM)
        part = row.ratio / peer[path, row.concurrency]
        bound = BOUND_R[kind] / PEER_R[kind]
        yield f"{name(row)}: {part:.2f} of {path}; the bound was {bound:.2f} of it"
