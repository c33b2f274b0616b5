"""The page for whoever arrives at the gateway itself."""

from flask import Blueprint, render_template, request

from gateway.web.flow import Dispatcher


def home_page(dispatcher: Dispatcher) -> Blueprint:
    pages = Blueprint("home", __name__)

    @pages.get("/")
    def home() -> str:
        return render_template("home.html", signed_in=dispatcher.session(request) is not None)

    return pages
