"""Who may not follow a link, and what a machine sees of one: each page in its states."""

import time

from flask import Flask, Response, render_template, request
from flask_babel import gettext

from gateway import errors
from gateway.core.model import Brin, School
from gateway.web.refusals import Stopped, refusal
from tests.pages.portal_site import SCHOOL, SERVICES

NOW = 1_795_500_000  # 24 November 2026
DAY = 24 * 3600
LONG = "Oefening 14: vergelijkingen met breuken en haakjes oplossen"

REFUSED: dict[str, errors.GatewayError] = {
    "unknown": errors.UnknownLink(),
    "gone": errors.FragmentGone(),
    "gone, nearest": errors.FragmentGone(nearest=LONG),
    "expired": errors.LinkExpired(at=NOW - DAY),
    "not yet": errors.LinkNotYet(at=NOW + DAY),
    "stopped": errors.LinkStopped(),
    "other school": errors.LinkForOtherSchool(school=SCHOOL.brin),
    "other class": errors.LinkForOtherGroup(groups=frozenset({"2A", "4 havo wiskunde"})),
    "not switched on": errors.ServiceNotForSchool(),
    "not for the group": errors.ServiceNotForGroup(),
    "material of others": errors.MaterialNotForGroup(),
    "service off": errors.ServiceOff(),
    "not a teacher": errors.NotATeacher(),
}
STATES = {
    **{f"refused, {name}": f"/refused?why={name}" for name in REFUSED},
    "preview, shown": "/preview?shown",
    "preview, not shown": "/preview",
    "link, in a frame": "/framed",
}


class OneSchool:
    """In the place of the registry."""

    def school(self, brin: Brin) -> School:
        assert brin == SCHOOL.brin
        return SCHOOL


def refused() -> tuple[str, int]:
    """As `gateway.web.errors` shows it, to somebody of the school on the way to a service."""
    error, service = REFUSED[request.args["why"]], SERVICES["rekenrijk"]
    stopped = Stopped("/d/bktmr479dx", service, SCHOOL.brin)
    page = render_template(
        "error.html",
        error_title=gettext(error.title),
        advice=gettext(error.advice),
        mender=error.mender.value,
        code=error.code,
        reference="q7Zr2hXk",
        time=time.strftime("%Y-%m-%d %H:%M", time.gmtime(NOW)),
        service_name=service.name,
        refusal=refusal(error, stopped, OneSchool()),  # type: ignore[arg-type]
    )
    return page, error.status


def preview() -> str:
    shown = "shown" in request.args
    return render_template(
        "preview.html",
        link_title=LONG if shown else None,
        school_name=SCHOOL.name if shown else None,
        onward="/held",
    )


def framed() -> str:
    return render_template("new_window.html", onward="/arrived")


def held() -> Response:
    """The way on, which a browser that reads the page does not go."""
    return Response(status=204)


def add_to(site: Flask) -> None:
    for page in (refused, preview, framed, held):
        site.get(f"/{page.__name__}")(page)
