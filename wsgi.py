"""The application for a WSGI server: granian (as `ketenpoort serve` does), gunicorn, uwsgi."""

import gc

# What is made until the end of this file stays for ever: the collector need not look at it, now
# or later. That is a quarter of the start.
gc.disable()

from gateway.app import create_app  # noqa: E402
from gateway.settings import load_settings  # noqa: E402

app = create_app(load_settings())

gc.freeze()
gc.enable()
