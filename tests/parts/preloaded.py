"""Reads the code of all commands: what a command of the tests is forked from has it then."""

import gc
import importlib
import pkgutil
from functools import cache
from typing import Any

from prometheus_client import values

import gateway.app
import gateway.cli

for _module in pkgutil.walk_packages(gateway.cli.__path__, "gateway.cli."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

_value_class = cache(values.get_value_class)


def _value(*of: Any, **more: Any) -> Any:
    """Whether processes count together is looked up as the library is read, which is too early
    here: `serve` says so later."""
    return _value_class()(*of, **more)


values.ValueClass = _value

# The collector would write to all of it in each fork, and so have it copied.
gc.freeze()
