"""The application for a WSGI server: granian (as `ketenpoort serve` does), gunicorn, uwsgi."""

from gateway.app import create_app
from gateway.settings import load_settings

app = create_app(load_settings())
