"""What is counted is at `/metrics` under any server: one process, or workers that count together."""

from pathlib import Path

from flask import Flask
from prometheus_client import CONTENT_TYPE_LATEST

from gateway.observe import EVENTS
from gateway.web.operations import operations


def counted(multiprocess: str | None) -> str:
    app = Flask(__name__)
    app.register_blueprint(operations({}, multiprocess))
    answer = app.test_client().get("/metrics")
    assert (answer.status_code, answer.content_type) == (200, CONTENT_TYPE_LATEST)
    return answer.text


def test_a_server_of_one_process_shows_what_it_counted() -> None:
    """waitress, or flask run: nobody set PROMETHEUS_MULTIPROC_DIR."""
    EVENTS.labels("link.followed", "KP-401").inc()
    assert 'ketenpoort_events_total{code="KP-401",event="link.followed"}' in counted(None)


def test_workers_show_what_all_of_them_counted_and_nothing_beside(tmp_path: Path) -> None:
    EVENTS.labels("link.followed", "KP-401").inc()
    assert counted(str(tmp_path)) == ""
