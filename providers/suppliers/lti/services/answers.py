"""What the services read and answer: JSON that is strict, errors as RFC 9457 says them."""

import json
from collections.abc import Mapping
from typing import Any

from gateway.core.ports import Document, HttpRequest

NO_STORE = {"Cache-Control": "no-store", "Pragma": "no-cache"}
_PROBLEM = "application/problem+json"
_NUMBER_LIMIT = 1e9


class ServiceError(Exception):
    """A request that is refused; the detail is for the tool's developer."""

    def __init__(self, status: int, detail: str, headers: Mapping[str, str] | None = None) -> None:
        super().__init__(detail)
        self.status = status
        self.detail = detail
        self.headers = headers or {}

    def document(self) -> Document:
        record = {"status": self.status, "detail": self.detail}
        return document(record, _PROBLEM, self.status, self.headers)


def document(
    record: object,
    content_type: str = "application/json",
    status: int = 200,
    headers: Mapping[str, str] | None = None,
) -> Document:
    body = json.dumps(record, ensure_ascii=False, separators=(",", ":")).encode()
    return Document(body, content_type, status, {**NO_STORE, **(headers or {})})


def read_object(request: HttpRequest, content_type: str) -> Mapping[str, Any]:
    """The JSON object of a request; raises ServiceError 415, 400."""
    sent = (request.headers.get("Content-Type") or "").partition(";")[0].strip().lower()
    if sent != content_type:
        raise ServiceError(415, f"Content-Type must be {content_type}")
    try:
        record = json.loads(request.get_data())
    except (ValueError, RecursionError):
        raise ServiceError(400, "the body is not JSON") from None
    if not isinstance(record, dict):
        raise ServiceError(400, "the body is not a JSON object")
    return record


def text(record: Mapping[str, Any], name: str, limit: int = 255) -> str | None:
    """A text of the record, None where there is none; raises ServiceError 400."""
    value = record.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or not 0 < len(value) <= limit or not is_storable(value):
        raise ServiceError(400, f"{name} must be a text of 1 to {limit} characters")
    return value


def needed_text(record: Mapping[str, Any], name: str, limit: int = 255) -> str:
    value = text(record, name, limit)
    if value is None:
        raise ServiceError(400, f"{name} is missing")
    return value


def number(record: Mapping[str, Any], name: str) -> float | None:
    """A number from 0 on and not NaN, None where there is none; raises ServiceError 400."""
    value = record.get(name)
    if value is None:
        return None
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise ServiceError(400, f"{name} must be a number")
    if not 0 <= value <= _NUMBER_LIMIT:
        raise ServiceError(400, f"{name} must lie between 0 and {_NUMBER_LIMIT:.0f}")
    return float(value)


def as_number(value: float) -> int | float:
    """As people write it: a whole number without a point."""
    return int(value) if value.is_integer() else value


def is_storable(value: str) -> bool:
    """Whether both databases can keep a text: no NUL, and no half of a surrogate pair."""
    return "\0" not in value and not any("\ud800" <= letter <= "\udfff" for letter in value)
