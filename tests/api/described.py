"""Whether an answer is one that the API describes of itself."""

import json
import re
from collections.abc import Mapping
from typing import Any

import requests
from jsonschema import Draft202012Validator

Document = Mapping[str, Any]


def operation(document: Document, method: str, path: str) -> Any:
    """The described operation for a request; None when there is none."""
    for template, item in document["paths"].items():
        if re.fullmatch(re.sub(r"\{[a-z_]+\}", "[^/]+", template), path):
            return item.get(method.lower())
    return None


def assert_described(document: Document, answer: requests.Response) -> None:
    """The status, the type and the body are described for the request that was sent."""
    sent = answer.request
    path = (sent.path_url or "").partition("?")[0]
    described = operation(document, sent.method or "", path)
    assert described, f"{sent.method} {path} is not described"
    assert str(answer.status_code) in described["responses"], answer.text
    response = described["responses"][str(answer.status_code)]
    if "$ref" in response:
        response = document["components"]["responses"][response["$ref"].rpartition("/")[2]]
    kind = answer.headers["Content-Type"].partition(";")[0]
    assert list(response["content"]) == [kind]
    validate(document, response["content"][kind]["schema"], json.loads(answer.text))
    assert "Set-Cookie" not in answer.headers


def validate(document: Document, schema: Mapping[str, Any], value: object) -> None:
    """Raises ValidationError when a value is not as a schema of the document says."""
    whole = {**schema, "components": document["components"]}
    Draft202012Validator(whole).validate(value)
