"""The addresses of the protocols, bound to what must happen with their outcome."""

import re
from collections.abc import Callable, Iterable

from flask import Flask, Request, Response
from flask_wtf.csrf import CSRFProtect

from gateway.core.ports import (
    Arrived,
    Begin,
    EndAtSchool,
    EndSession,
    LogoutHeard,
    Outcome,
    Resume,
    Route,
)
from gateway.services import Services
from gateway.web import languages
from gateway.web.application import this_request
from gateway.web.flow import Dispatcher
from gateway.web.links import DeepLinks
from gateway.web.logout import Logout
from gateway.web.replies import redirect, render


def register(
    app: Flask,
    services: Services,
    dispatcher: Dispatcher,
    links: DeepLinks,
    logout: Logout,
    csrf: CSRFProtect,
) -> None:
    """Bind every route of every protocol. Their POSTs come from other sites by design: each
    protocol has its own proof (signature, state, client secret), so no form token."""

    def follow(request: Request, outcome: Outcome) -> Response:
        match outcome:
            case Begin(languages=wishes):
                response = dispatcher.begin(request, outcome)
                if wishes:
                    secure = services.parts.settings.secure_cookies
                    languages.suggest(request, response, wishes, secure=secure)
            case Resume(flow_id, answer):
                response = redirect(f"/flow/{flow_id}?answer={answer}", 303)
            case Arrived():
                response = links.arrived(outcome)
            case EndSession():
                response = logout.by_service(outcome)
            case LogoutHeard():
                response = logout.heard(outcome)
            case EndAtSchool():
                response = logout.by_school(outcome)
            case _:
                response = render(outcome)
        return response

    for route in _routes(services):
        app.add_url_rule(
            route.path,
            endpoint=route.path,
            view_func=csrf.exempt(_view(route, follow)),
            methods=route.methods,
        )


def _routes(services: Services) -> Iterable[Route]:
    for school_protocol in services.schools.values():
        yield from school_protocol.routes()
    for supplier_protocol in services.suppliers.values():
        yield from supplier_protocol.routes()


def _view(route: Route, follow: Callable[[Request, Outcome], Response]) -> Callable[..., Response]:
    def view(**_variables: str) -> Response:
        request = this_request()
        return follow(request, route.handle(request))

    view.__name__ = "handle_" + re.sub(r"\W", "_", route.path)
    view.__module__ = __name__
    return view
