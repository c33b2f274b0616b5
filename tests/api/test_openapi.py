"""The description of the API is OpenAPI 3.1 and true. That each answer is as described is checked
with every request of this folder (`Api.send`)."""

import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from jsonschema import ValidationError
from openapi_spec_validator import OpenAPIV31SpecValidator, validate

from gateway.catalogue import json_form
from gateway.errors import ContentRefused
from gateway.web.api.openapi import description
from tests.api.conftest import Stage
from tests.api.described import operation
from tests.api.described import validate as validate_value
from tests.api.materials import material

DOCUMENT = description("https://poort.example")
MATERIALS = {"$ref": "#/components/schemas/MaterialsForm"}

# JSON Schema takes 7.0 for an integer; we do not.
fractions = st.floats(allow_nan=False).filter(lambda value: not value.is_integer())
values = st.recursive(
    st.none() | st.booleans() | st.integers() | fractions | st.text(max_size=4),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=4), inner),
    max_leaves=6,
)


def test_the_description_is_openapi_3_1():
    validate(DOCUMENT, cls=OpenAPIV31SpecValidator)


def test_the_gateway_answers_with_it(stage: Stage):
    answer = stage.stranger.send("GET", "/api/v1/openapi.json")
    assert answer.json() == description(stage.gateway.base)


def test_every_operation_has_a_name_of_its_own_and_says_whose_token_it_needs():
    operations = [
        operation
        for item in DOCUMENT["paths"].values()
        for name, operation in item.items()
        if name != "parameters"
    ]
    assert len({each["operationId"] for each in operations}) == len(operations) == 11
    assert all("security" in each for each in operations)


def test_what_is_not_described_is_not_there(stage: Stage):
    for path in ("/api/v1/", "/api/", "/api/v1/services", "/api/v2/links", "/api/v1/link/x"):
        answer = requests.get(stage.gateway.base + path, timeout=60)
        assert (answer.status_code, answer.json()["code"]) == (404, "KP-502")
        assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_a_method_that_is_not_described_is_refused(stage: Stage):
    for path in ("/api/v1/links", "/api/v1/services/x/materials", "/api/v1/openapi.json"):
        for method in ("GET", "PUT", "POST", "PATCH", "DELETE"):
            if operation(DOCUMENT, method, path) is None:
                answer = requests.request(method, stage.gateway.base + path, timeout=60)
                assert answer.status_code == 405
                assert method not in answer.headers["Allow"]
                assert answer.headers["Content-Type"].startswith("application/problem+json")


def test_the_type_of_a_problem_leads_to_what_it_is(stage: Stage):
    problem = stage.stranger.get(stage.service).json()
    kind = stage.stranger.send("GET", problem["type"])
    assert {name: kind.json()[name] for name in ("code", "status", "title")} == {
        name: problem[name] for name in ("code", "status", "title")
    }
    assert stage.stranger.send("GET", "/api/v1/problems/KP-999").status_code == 404


def test_the_answer_says_nothing_to_a_browser_of_another_site(stage: Stage):
    answer = stage.stranger.send(
        "GET", "/api/v1/openapi.json", headers={"Origin": "https://boos.example"}
    )
    assert "Access-Control-Allow-Origin" not in answer.headers


@given(st.dictionaries(st.sampled_from(sorted(material())), values, max_size=4))
@settings(max_examples=300, deadline=None)
def test_what_the_schema_refuses_is_refused_and_nothing_else(wrong: dict[str, object]):
    """The schema and the reader agree, whatever comes in place of a field."""
    body = {"materials": [{**material(), **wrong}]}
    assert _is_described(body) == _is_read(body)


@given(values)
@settings(max_examples=300, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_any_document_is_read_or_refused_as_described(body: object):
    assert _is_described(body) == _is_read(body)


def _is_described(body: object) -> bool:
    try:
        validate_value(DOCUMENT, MATERIALS, body)
    except ValidationError:
        return False
    return True


def _is_read(body: object) -> bool:
    try:
        json_form.read_value(body)
    except ContentRefused:
        return False
    return True
