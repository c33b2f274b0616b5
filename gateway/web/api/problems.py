"""Errors for programs: `application/problem+json` (RFC 9457)."""

import json
from http import HTTPStatus

from flask import Response, request
from werkzeug.exceptions import HTTPException

from gateway import errors
from gateway.core.model import Json, JsonValue
from gateway.errors import (
    ContentRefused,
    Fault,
    GatewayError,
    MalformedBody,
    ScopeMissing,
    TokenEnded,
    TokenNotFor,
    TokenRefused,
    TooMany,
)

PREFIX = "/api/"
PATH = "/api/v1/problems/"
_FAULTS_SENT = 100
_WAIT_SECONDS = "60"


def is_of_api() -> bool:
    """Whether a program asks, not a person."""
    return request.path.startswith(PREFIX)


def problem(error: GatewayError, reference: str, http: HTTPException | None = None) -> Response:
    """An error as an answer; `http` is what the router refused, when it is that."""
    status = (http and http.code) or error.status
    body: dict[str, JsonValue] = {
        "type": PATH + error.code,
        "title": HTTPStatus(status).phrase if http else error.title,
        "status": status,
        "detail": error.detail if isinstance(error, MalformedBody) else error.advice,
        "code": error.code,
        "reference": reference,
    }
    if isinstance(error, ContentRefused):
        body["errors"] = [_fault(each) for each in error.faults[:_FAULTS_SENT]]
        body["total"] = len(error.faults)
    headers = _headers(error)
    if http and (allowed := http.get_response().headers.get("Allow")):
        headers["Allow"] = allowed
    return Response(
        json.dumps(body), status, headers, content_type="application/problem+json; charset=utf-8"
    )


def kinds() -> dict[str, Json]:
    """All problems by code: what `type` leads to."""
    found = (each for each in vars(errors).values() if isinstance(each, type))
    return {
        each.code: {
            "code": each.code,
            "status": each.status,
            "title": each.title,
            "advice": each.advice,
        }
        for each in found
        if issubclass(each, GatewayError)
    }


def _fault(fault: Fault) -> JsonValue:
    return {"pointer": fault.place, "detail": fault.text}


def _headers(error: GatewayError) -> dict[str, str]:
    match error:
        case TokenRefused() | TokenNotFor() | ScopeMissing():
            said = {"realm": "ketenpoort", **_challenge(error)}
            pairs = ", ".join(f'{name}="{value}"' for name, value in said.items())
            return {"WWW-Authenticate": f"Bearer {pairs}"}
        case TooMany():
            return {"Retry-After": _WAIT_SECONDS}
        case _:
            return {}


def _challenge(error: TokenRefused | TokenNotFor | ScopeMissing) -> dict[str, str]:
    """RFC 6750 §3: no error code when no token came."""
    match error:
        case TokenRefused() if "Authorization" not in request.headers:
            return {}
        case TokenEnded():
            return {"error": "invalid_token", "error_description": "the token expired"}
        case TokenRefused():
            return {"error": "invalid_token"}
        case ScopeMissing():
            return {"error": "insufficient_scope", "scope": error.detail}
        case _:
            return {"error": "insufficient_scope"}
