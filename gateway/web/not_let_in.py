"""Where a service sends people whom it can not let in: the errorURL of our SAML metadata."""

from flask import Blueprint, render_template

from gateway.settings import NOT_LET_IN


def not_let_in() -> Blueprint:
    """The service got too little, or it is not for this person (SAML Metadata §2.4.1)."""
    pages = Blueprint("not_let_in", __name__)
    pages.get(NOT_LET_IN)(lambda: render_template("not_let_in.html"))
    return pages
