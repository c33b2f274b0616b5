"""For machines that watch us: alive, ready, measured."""

from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass

from flask import Blueprint, Response, jsonify
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily, Metric
from prometheus_client.multiprocess import MultiProcessCollector

from gateway.web.endings import Ending

Check = Callable[[], None]


def operations(
    checks: Mapping[str, Check], multiprocess: str | None, endings: Callable[[], Sequence[Ending]]
) -> Blueprint:
    """`checks` raise when a part is not ready; `multiprocess` is the directory that
    workers count in together (PROMETHEUS_MULTIPROC_DIR); without it each counts for itself.
    `endings` is read anew each time, and left out when the database does not answer."""
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
        return Response(counted + _ends(endings), content_type=CONTENT_TYPE_LATEST)

    return pages


def _of_all_workers(directory: str) -> CollectorRegistry:
    registry = CollectorRegistry()
    MultiProcessCollector(registry, path=directory)  # type: ignore[no-untyped-call]
    return registry


@dataclass(frozen=True, slots=True, eq=False)
class _Ends:
    """A collector of Prometheus: it says what it is told at that moment, where a gauge of several
    workers would be kept by each."""

    endings: Sequence[Ending]

    def collect(self) -> Iterator[Metric]:
        said = "When a certificate or metadata of a party ends: what ends within 60 days."
        names = ["kind", "id", "what"]
        family = GaugeMetricFamily("ketenpoort_ends_timestamp_seconds", said, labels=names)
        for each in self.endings:
            family.add_metric([each.kind, each.id, each.what], each.until)
        yield family


def _ends(endings: Callable[[], Sequence[Ending]]) -> bytes:
    """Nothing when it can not be read: what was counted is shown all the same."""
    try:
        found = endings()
    except Exception:  # noqa: BLE001  # whatever is wrong, /readyz says so
        return b""
    registry = CollectorRegistry()
    registry.register(_Ends(found))
    return generate_latest(registry)


def _state(check: Check) -> str:
    try:
        check()
    except Exception as error:  # noqa: BLE001  # whatever is wrong with a part, it is not ready
        return type(error).__name__
    return "ok"
