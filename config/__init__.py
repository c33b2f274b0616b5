"""Settings and vocabulary as files: found beside this module, wherever the project lies."""

from pathlib import Path

DIRECTORY = Path(__file__).parent
