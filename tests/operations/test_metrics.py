"""What is counted is at `/metrics` under any server: one process, or workers that count together."""

from collections.abc import Callable
from pathlib import Path

from flask import Flask
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.observe import EVENTS
from gateway.web.endings import Ending
from gateway.web.operations import operations


def counted(multiprocess: str | None, endings: Callable[[], list[Ending]] = list) -> str:
    app = Flask(__name__)
    app.register_blueprint(operations({}, multiprocess, endings))
    answer = app.test_client().get("/metrics")
    assert (answer.status_code, answer.content_type) == (200, CONTENT_TYPE_LATEST)
    return answer.text


def test_a_server_of_one_process_shows_what_it_counted() -> None:
    """waitress, or flask run: nobody set PROMETHEUS_MULTIPROC_DIR."""
    EVENTS.labels("link.followed", "KP-401").inc()
    assert 'ketenpoort_events_total{code="KP-401",event="link.followed"}' in counted(None)


def test_workers_show_what_all_of_them_counted_and_nothing_beside(tmp_path: Path) -> None:
    EVENTS.labels("link.followed", "KP-401").inc()
    assert "ketenpoort_events_total" not in counted(str(tmp_path))


def test_what_ends_soon_is_a_moment_that_an_alert_can_be_made_of(tmp_path: Path) -> None:
    ending = Ending("connection", "idp-1", "De Kade", "signing certificate", 1_800_000_000.0, 7)
    name = (
        'ketenpoort_ends_timestamp_seconds{id="idp-1",kind="connection",what="signing certificate"}'
    )
    for multiprocess in (None, str(tmp_path)):
        assert f"{name} 1.8e+09" in counted(multiprocess, lambda: [ending])


def test_a_database_that_is_away_hides_no_other_number() -> None:
    """/readyz says that it is away."""

    def away() -> list[Ending]:
        raise OSError("no database")

    EVENTS.labels("link.followed", "KP-401").inc()
    said = counted(None, away)
    assert "ketenpoort_events_total" in said
    assert "ketenpoort_ends" not in said
