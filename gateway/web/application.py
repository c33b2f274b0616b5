"""Flask for a gateway that knows its own address, without what no page of it uses."""

import re
from collections.abc import Callable
from functools import cached_property
from typing import TYPE_CHECKING, Any
from urllib.parse import urlsplit

import flask
from flask import Flask
from flask.ctx import RequestContext
from flask.globals import request_ctx
from flask.typing import ResponseReturnValue
from werkzeug.routing import MapAdapter, Rule

from gateway.web.request import Request

_NAMED = re.compile(r"([^<]*/)<(\w+)>")

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment


def this_request() -> flask.Request:
    """The request itself, for what looks at it often: each look through `flask.request` searches
    it anew."""
    return request_ctx._get_current_object().request  # type: ignore[attr-defined,no-any-return]  # noqa: SLF001


class Application(Flask):
    """Spares each request the reading of its Host header, which nothing here may follow, the
    search of a pattern for an address that needs none, and the question whether a view is a
    coroutine."""

    request_class = Request

    def __init__(self, base_url: str) -> None:
        super().__init__("gateway", static_folder="web/static", template_folder="web/templates")
        self.base = urlsplit(base_url)

    @cached_property
    def whole_addresses(self) -> dict[tuple[str, str], Rule]:
        """The rules without a variable, by method and path. Complete at the first request."""
        return {
            (method, rule.rule): rule
            for rule in self.url_map.iter_rules()
            for method in rule.methods or ()
            if not rule.arguments
        }

    @cached_property
    def named_addresses(self) -> dict[tuple[str, str], tuple[Rule, str]]:
        """The rules whose one variable is all that follows the last slash, with its name, by
        method and what stands before it."""
        return {
            (method, form[1]): (rule, form[2])
            for rule in self.url_map.iter_rules()
            for method in rule.methods or ()
            if (form := _NAMED.fullmatch(rule.rule))
        }

    def request_context(self, environ: "WSGIEnvironment") -> RequestContext:
        return _Context(self, environ)

    def create_url_adapter(self, request: flask.Request | None) -> MapAdapter | None:
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

    def preprocess_request(self) -> ResponseReturnValue | None:
        """What must happen before the view; no page here preprocesses the values of its address."""
        for name in (None, *reversed(this_request().blueprints)):
            for step in self.before_request_funcs.get(name, ()):
                answer: ResponseReturnValue | None = step()  # type: ignore[assignment]
                if answer is not None:
                    return answer
        return None

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """All views are plain functions."""
        return func


class _Context(RequestContext):
    app: Application

    def match_request(self) -> None:
        request = self.request
        if rule := self.app.whole_addresses.get((request.method, request.path)):
            request.url_rule, request.view_args = rule, {}
            return
        before, slash, value = request.path.rpartition("/")
        named = self.app.named_addresses.get((request.method, before + slash))
        if named and value:
            request.url_rule, request.view_args = named[0], {named[1]: value}
        else:
            super().match_request()
