"""The application for a WSGI server: granian (as `ketenpoort serve` does), gunicorn, uwsgi."""

import gc

from gateway.app import create_app
from gateway.settings import load_settings
from gateway.store.read_ahead import read_ahead

settings = load_settings()
app = create_app(settings)
read_ahead(settings.database_url)

# What was made until here stays for ever: the collector need not look at it again.
gc.collect()
gc.freeze()
