"""CPU and memory of a process and all that it started, from Linux' /proc (proc(5))."""

import os
from pathlib import Path
from time import clock_gettime

TICKS_PER_SECOND = os.sysconf("SC_CLK_TCK")
PARENT, CUTIME, CSTIME = 1, 13, 14  # places in /proc/PID/stat after the command's name


def cpu_seconds(root: int) -> float:
    """User and system time of the whole tree: children that have exited count too, those alone in
    ticks of a hundredth of a second."""
    stats = _stats()
    tree = _tree(root, stats)
    exited = sum(int(n) for pid in tree for n in stats[pid][CUTIME : CSTIME + 1])
    return sum(clock_gettime(_cpu_clock(pid)) for pid in tree) + exited / TICKS_PER_SECOND


def peak_rss_mb(root: int) -> float:
    """The processes' highest resident sizes (VmHWM), added up; shared pages count in each."""
    return sum(_peak_kb(pid) for pid in _tree(root, _stats())) / 1024


def _cpu_clock(pid: int) -> int:
    """Of a process, as clock_getcpuclockid(3) names it: with all its threads."""
    return ~pid << 3 | 2


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
