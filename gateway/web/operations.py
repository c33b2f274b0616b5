"""For machines that watch us: alive, ready, measured."""

from collections.abc import Callable, Mapping

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.multiprocess import MultiProcessCollector

Check = Callable[[], None]


def operations(checks: Mapping[str, Check], multiprocess: str | None) -> Blueprint:
    """`checks` raise when a part is not ready; `multiprocess` is the directory that
    workers count in together (PROMETHEUS_MULTIPROC_DIR); without it each counts for itself."""
    pages = Blueprint("operations", __name__)

    @pages.get("/healthz")
    def alive() -> Response:
        return jsonify(status="ok")

    @pages.get("/readyz")
    def ready() -> tuple[Response, int]:
        states = {name: _state(check) for name, check in checks.items()}
        ok = all(state == "ok" for state in states.values())
        return jsonify(status="ok" if ok else "not ready", **states), 200 if ok else 503

    @pages.get("/metrics")
    def metrics() -> Response:
        counted = generate_latest(_of_all_workers(multiprocess) if multiprocess else REGISTRY)
        return Response(counted, content_type=CONTENT_TYPE_LATEST)

    return pages


def _of_all_workers(directory: str) -> CollectorRegistry:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=directory)  # type: ignore[no-untyped-call]
    return registry


def _state(check: Check) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001  # whatever is wrong with a part, it is not ready
        return type(error).__name__
    return "ok"
