"""Coverage-guided fuzzing: `python -m tests.fuzz [-runs=N] [-max_total_time=S] [NAME ...]`.

Each target is a process of its own, so that none ends another; one line says how it ended. What
crashed one is kept in the present directory, as libFuzzer does. Without options a target runs
until it is stopped.
"""

import os
import sys
import tempfile
from pathlib import Path
from typing import NoReturn

import atheris

with atheris.instrument_imports(include=["gateway", "providers"]):
    from tests.fuzz.targets import TARGETS
from tests.fuzz.target import Target

# The same runs each time; a refusal is no finding, so nothing is printed of it.
_OPTIONS = ("-seed=1", "-max_len=8192", "-len_control=0", "-verbosity=0", "-print_final_stats=0")


def main(arguments: list[str]) -> int:
    options = [each for each in arguments if each.startswith("-")]
    names = [each for each in arguments if not each.startswith("-")] or list(TARGETS)
    ends = {name: _ends_well(TARGETS[name], options) for name in names}
    for name, well in ends.items():
        print(name, "ok" if well else "crashed", flush=True)
    return 0 if all(ends.values()) else 1


def _ends_well(target: Target, options: list[str]) -> bool:
    with tempfile.TemporaryDirectory() as corpus:
        for number, seed in enumerate(target.seeds):
            Path(corpus, str(number)).write_bytes(seed)
        child = os.fork()
        if not child:
            _fuzz(target, [*options, corpus])
        return os.waitpid(child, 0)[1] == 0


def _fuzz(target: Target, arguments: list[str]) -> NoReturn:
    prefix = f"-artifact_prefix={target.name}-"
    atheris.Setup([target.name, *_OPTIONS, prefix, *arguments], target)
    atheris.Fuzz()
    raise AssertionError("libFuzzer ends the process itself")


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
