"""The database is read once when a gateway starts: links would fetch it page by page."""

import os
from multiprocessing import active_children
from pathlib import Path

from gateway.store.read_ahead import read_ahead

SIZE = 3 << 20


def bytes_read() -> int:
    """By all reads of this process and its children that have ended (proc_pid_io(5))."""
    lines = Path("/proc/self/io").read_text().splitlines()
    return int(dict(line.split(": ") for line in lines)["rchar"])


def read_of(url: str) -> int:
    before = bytes_read()
    read_ahead(url)
    for reader in active_children():
        reader.join()
        assert reader.exitcode == 0
    return bytes_read() - before


def database(folder: Path, size: int) -> str:
    """One of a size, which has holes for all its bytes."""
    file = folder / "ketenpoort.db"
    file.touch()
    os.truncate(file, size)
    return f"sqlite:///{file}"


def test_the_whole_file_is_read(tmp_path: Path) -> None:
    assert SIZE <= read_of(database(tmp_path, SIZE)) < 2 * SIZE


def test_a_file_that_would_push_all_else_out_of_memory_is_left(tmp_path: Path) -> None:
    memory = os.sysconf("SC_PHYS_PAGES") * os.sysconf("SC_PAGE_SIZE")
    assert read_of(database(tmp_path, memory)) < SIZE


def test_postgresql_reads_for_itself() -> None:
    assert read_of("postgresql+psycopg://kp@127.0.0.1/ketenpoort") < SIZE
