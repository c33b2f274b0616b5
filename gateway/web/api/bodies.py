"""Bodies that programs send and get."""

import json

from flask import Response, request

from gateway.core.model import Json
from gateway.errors import NotJson, TooLarge


def json_body(limit: int) -> bytes:
    """The body of the request, at most `limit` bytes; raises NotJson, TooLarge."""
    if request.mimetype != "application/json":
        raise NotJson("send it as application/json")
    if request.headers.get("Content-Encoding", "identity") != "identity":
        raise NotJson("send it without Content-Encoding")
    # One that comes in chunks is cut off at the limit without a word: read one byte more.
    request.max_content_length = limit + 1
    data = request.get_data(cache=False)
    if len(data) > limit:
        raise TooLarge(f"a body of more than {limit} bytes")
    return data


def answer(body: Json, status: int = 200, headers: dict[str, str] | None = None) -> Response:
    text = json.dumps(body, ensure_ascii=False)
    return Response(text, status, headers, content_type="application/json")
