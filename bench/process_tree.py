"""CPU and memory of a process and all that it started, from Linux' /proc (proc(5))."""

import os
from pathlib import Path

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, UTIME, CSTIME = 1, 11, 14  # places in /proc/PID/stat after the command's name


def cpu_seconds(root: int) -> float:
    """utime + stime + cutime + cstime of the whole tree: children that have exited count too."""
    stats = _stats()
    ticks = sum(int(n) for pid in _tree(root, stats) for n in stats[pid][UTIME : CSTIME + 1])
    return ticks / TICKS_PER_SECOND


def peak_rss_mb(root: int) -> float:
    """The processes' highest resident sizes (VmHWM), added up; shared pages count in each."""
    return sum(_peak_kb(pid) for pid in _tree(root, _stats())) / 1024


def _stats() -> dict[int, list[str]]:
    stats = {}
    for entry in Path("/proc").iterdir():
        if entry.name.isdigit():
            try:
                line = (entry / "stat").read_text()
            except (FileNotFoundError, ProcessLookupError):
                continue  # it ended while we looked
            stats[int(entry.name)] = line.rpartition(")")[2].split()
    return stats


def _tree(root: int, stats: dict[int, list[str]]) -> list[int]:
    pids = [root]
    for pid in pids:
        pids += [child for child, stat in stats.items() if int(stat[PARENT]) == pid]
    return pids


def _peak_kb(pid: int) -> int:
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        if line.startswith("VmHWM:"):
            return int(line.split()[1])
    return 0
