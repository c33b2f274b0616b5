"""What the gateway tells its operator: audit lines and counters. Names and ids, never values."""

import json
import logging
from collections.abc import Sequence
from functools import cache
from typing import TextIO

import structlog
from prometheus_client import Counter

from gateway.core.ports import Audit

EVENTS = Counter(
    "ketenpoort_events_total", "What happened, by event and error code.", ["event", "code"]
)
_encoder = json.JSONEncoder(ensure_ascii=False, default=repr)


def make_audit(level: str, stream: TextIO) -> Audit:
    """One JSON line an event, on `stream`."""
    least = logging.getLevelNamesMapping()[level.upper()]
    structlog.configure(
        processors=[
            structlog.processors.add_log_level,
            structlog.processors.TimeStamper(fmt="iso", utc=True),
            structlog.processors.JSONRenderer(serializer=_json),
        ],
        wrapper_class=structlog.make_filtering_bound_logger(least),
        logger_factory=structlog.WriteLoggerFactory(stream),
        cache_logger_on_first_use=True,
    )
    log = structlog.get_logger().bind()

    def audit(event: str, **facts: str | int | Sequence[str]) -> None:
        _counter(event, str(facts.get("code", ""))).inc()
        log.info(event, **facts)

    return audit


@cache
def _counter(event: str, code: str) -> Counter:
    return EVENTS.labels(event, code)


def _json(event: object, **_options: object) -> str:
    """With an encoder that is made once."""
    return _encoder.encode(event)
