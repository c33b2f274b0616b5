"""Reads the code of all commands: what a command of the tests is forked from has it then."""

import gc
import importlib
import pkgutil

import gateway.app
import gateway.cli

for _module in pkgutil.walk_packages(gateway.cli.__path__, "gateway.cli."):
    if not _module.name.endswith("__main__"):
        importlib.import_module(_module.name)

# The collector would write to all of it in each fork, and so have it copied.
gc.freeze()
