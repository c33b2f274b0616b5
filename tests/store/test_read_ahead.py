"""The database is read once when a gateway starts: links would fetch it page by page."""

import os
from pathlib import Path

from gateway.store.read_ahead import read_ahead

SIZE = 3 << 20


def bytes_read() -> int:
    """By all reads of this process until now (proc_pid_io(5))."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


def read_of(file: Path, size: int) -> int:
    """What is read of a database of a size, which has holes for all its bytes."""
    file.touch()
    os.truncate(file, size)
    before = bytes_read()
    read_ahead(f"sqlite:///{file}").join()
    return bytes_read() - before


def test_the_whole_file_is_read(tmp_path: Path) -> None:
    assert SIZE <= read_of(tmp_path / "ketenpoort.db", SIZE) < 2 * SIZE


def test_a_file_that_would_push_all_else_out_of_memory_is_left(tmp_path: Path) -> None:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert read_of(tmp_path / "ketenpoort.db", memory) < SIZE


def test_postgresql_reads_for_itself() -> None:
    before = bytes_read()
    read_ahead("postgresql+psycopg://kp@127.0.0.1/ketenpoort").join()
    assert bytes_read() - before < SIZE
