"""The application for a WSGI server: granian (as `ketenpoort serve` does), gunicorn, uwsgi."""

import gc

from gateway.app import create_app
from gateway.settings import load_settings

app = create_app(load_settings())

# What was made until here stays for ever: the collector need not look at it again.
gc.collect()
gc.freeze()
