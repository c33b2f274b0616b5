"""Flask for a gateway that knows its own address, without what no page of it uses."""

from collections.abc import Callable
from typing import Any
from urllib.parse import urlsplit

from flask import Flask, Request
from flask.globals import request_ctx
from werkzeug.routing import MapAdapter


def this_request() -> Request:
    """The request itself, for what looks at it often: each look through `flask.request` searches
    it anew."""
    return request_ctx.request


class Application(Flask):
    """Spares each request the reading of its Host header, which nothing here may follow, and the
    question whether a view is a coroutine."""

    def __init__(self, base_url: str) -> None:
        super().__init__("gateway", static_folder="web/static", template_folder="web/templates")
        self.base = urlsplit(base_url)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Addresses, and redirects to them, are of the base URL whatever Host says."""
        if request is None:
            return None
        return MapAdapter(
            self.url_map,
            server_name=self.base.netloc,
            script_name="/",
            subdomain="",
            url_scheme=self.base.scheme,
            path_info=request.path,
            default_method=request.method,
            query_args=request.query_string.decode("latin-1"),
        )

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """All views are plain functions."""
        return func
