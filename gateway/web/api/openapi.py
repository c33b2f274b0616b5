"""The description of the API (OpenAPI 3.1), made of the same forms that read what is sent."""

from typing import Any

from pydantic.json_schema import models_json_schema

import gateway
from gateway.catalogue.json_form import MaterialsForm
from gateway.catalogue.report_form import ReportForm
from gateway.core.api_tokens import Scope
from gateway.core.model import Json
from gateway.web.api.kept_link_form import LinkChange, LinkKept, LinksKept, TakenOver, Takeover
from gateway.web.api.licences import LicencesForm
from gateway.web.api.link_form import LinkForm, LinkMade
from gateway.web.api.warnings import WarningsForm

Node = dict[str, Any]
_MODELS: dict[type[Any], str] = {
    MaterialsForm: "validation",
    LinkForm: "validation",
    ReportForm: "serialization",
    LinkMade: "serialization",
    LinkChange: "validation",
    Takeover: "validation",
    LinkKept: "serialization",
    LinksKept: "serialization",
    TakenOver: "serialization",
    WarningsForm: "serialization",
    LicencesForm: "validation",
}
_PROBLEMS = {
    400: "The body is not a JSON document that we read.",
    401: "There is no token, or it is not accepted.",
    403: "The token or the service is not for this.",
    404: "The supplier has no such service, or there is no such address.",
    409: "The first request with this Idempotency-Key is still under way.",
    413: "The body is larger than the setting allows.",
    415: "The body is not application/json.",
    422: "The body does not say what it must; `errors` has each place.",
    429: "Too many requests in a minute.",
}


def description(base_url: str) -> Json:
    """The whole document."""
    return {
        "openapi": "3.1.0",
        "info": {
            "title": "Ketenpoort",
            "version": gateway.__version__,
            "summary": "Materials of suppliers and deep links into them.",
        },
        "servers": [{"url": base_url}],
        "paths": {
            "/api/v1/services/{service_id}/materials": _materials(),
            "/api/v1/links": {**_links(), **_kept_links()},
            "/api/v1/links/takeover": _takeover(),
            "/api/v1/links/{code}": _kept_link(),
            "/api/v1/licences": _licences(),
            "/api/v1/warnings": _warnings(),
            "/api/v1/openapi.json": _document("describeApi", "This document."),
            "/api/v1/problems/{code}": _problem_kinds(),
        },
        "components": {
            "schemas": {**_schemas(), "Problem": _problem_schema(), "ProblemKind": _kind_schema()},
            "responses": {f"Problem{status}": _problem(text) for status, text in _PROBLEMS.items()},
            "securitySchemes": {
                "supplierToken": _bearer("`ketenpoort supplier token add` prints one."),
                "schoolToken": _bearer("`ketenpoort school token add` prints one."),
            },
        },
    }


def _materials() -> Node:
    parameter = {
        "name": "service_id",
        "in": "path",
        "required": True,
        "schema": {"type": "string"},
        "description": "Id of a service of the supplier whose token it is.",
    }
    return {
        "parameters": [parameter],
        "get": {
            "operationId": "getMaterials",
            "summary": "What the service publishes, as it may be put back.",
            "security": [{"supplierToken": [Scope.MATERIALS_READ]}],
            "responses": {
                "200": _answer("All materials.", "MaterialsForm"),
                **_refusals(401, 403, 404, 429),
            },
        },
        "put": {
            "operationId": "putMaterials",
            "summary": "Publish all materials of the service: what is not among them is gone.",
            "description": "In one step. A place keeps its links as long as its key is there.",
            "security": [{"supplierToken": [Scope.MATERIALS_WRITE]}],
            "requestBody": _body("MaterialsForm"),
            "responses": {
                "200": _answer("What changed.", "ReportForm"),
                **_refusals(400, 401, 403, 404, 413, 415, 422, 429),
            },
        },
    }


def _links() -> Node:
    location = {"description": "The link's address.", "schema": {"type": "string"}}
    return {
        "post": {
            "operationId": "makeLink",
            "summary": "Make a deep link in the name of the school whose token it is.",
            "security": [{"schoolToken": [Scope.LINKS_WRITE]}],
            "parameters": [
                {
                    "name": "Idempotency-Key",
                    "in": "header",
                    "description": "A request that comes again within a day makes no second link.",
                    "schema": {"type": "string", "pattern": "^[!-~]{1,200}$"},
                }
            ],
            "requestBody": _body("LinkForm"),
            "responses": {
                "201": {
                    **_answer("The link.", "LinkMade"),
                    "headers": {"Location": location},
                },
                **_refusals(400, 401, 403, 409, 413, 415, 422, 429),
            },
        }
    }


def _kept_links() -> Node:
    page = {"type": "integer", "minimum": 1, "maximum": 10_000}
    return {
        "get": {
            "operationId": "getLinks",
            "summary": "The links that teachers and software of the school made, newest first.",
            "security": [{"schoolToken": [Scope.LINKS_READ]}],
            "parameters": [{"name": "page", "in": "query", "schema": page}],
            "responses": {
                "200": _answer("A page of links.", "LinksKept"),
                **_refusals(401, 403, 429),
            },
        },
    }


def _kept_link() -> Node:
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "parameters": [code],
        "patch": {
            "operationId": "changeLink",
            "summary": "Change, stop or resume a link of the school.",
            "security": [{"schoolToken": [Scope.LINKS_WRITE]}],
            "requestBody": _body("LinkChange"),
            "responses": {
                "200": _answer("The link as it is now.", "LinkKept"),
                **_refusals(400, 401, 403, 404, 413, 415, 422, 429),
            },
        },
    }


def _takeover() -> Node:
    return {
        "post": {
            "operationId": "takeOverLinks",
            "summary": "All links of a teacher who left go on with another of the school.",
            "security": [{"schoolToken": [Scope.LINKS_WRITE]}],
            "requestBody": _body("Takeover"),
            "responses": {
                "200": _answer("How many they were.", "TakenOver"),
                **_refusals(400, 401, 403, 413, 415, 422, 429),
            },
        }
    }


def _licences() -> Node:
    return {
        "get": {
            "operationId": "getLicences",
            "summary": "Which class groups of the school may use which material.",
            "security": [{"schoolToken": [Scope.LICENCES_READ]}],
            "responses": {
                "200": _answer("All of the school.", "LicencesForm"),
                **_refusals(401, 403, 429),
            },
        },
        "put": {
            "operationId": "setLicences",
            "summary": "The licences of the school are these and no others.",
            "security": [{"schoolToken": [Scope.LICENCES_WRITE]}],
            "requestBody": _body("LicencesForm"),
            "responses": {
                "200": _answer("All as they are now, by our ids.", "LicencesForm"),
                **_refusals(400, 401, 403, 413, 415, 422, 429),
            },
        },
    }


def _warnings() -> Node:
    return {
        "get": {
            "operationId": "listWarnings",
            "summary": "What of the supplier's services ends within 60 days, the soonest first.",
            "security": [{"supplierToken": [Scope.WARNINGS_READ]}],
            "responses": {
                "200": _answer("The warnings; often none.", "WarningsForm"),
                **_refusals(401, 403, 429),
            },
        }
    }


def _document(operation: str, summary: str) -> Node:
    content = {"application/json": {"schema": {"type": "object"}}}
    return {
        "get": {
            "operationId": operation,
            "summary": summary,
            "security": [],
            "responses": {
                "200": {"description": summary, "content": content},
                **_refusals(429),
            },
        }
    }


def _problem_kinds() -> Node:
    code = {"name": "code", "in": "path", "required": True, "schema": {"type": "string"}}
    return {
        "parameters": [code],
        "get": {
            "operationId": "getProblemKind",
            "summary": "What a problem is: where its `type` leads.",
            "security": [],
            "responses": {
                "200": _answer("The problem.", "ProblemKind"),
                **_refusals(404, 429),
            },
        },
    }


def _schemas() -> Node:
    pairs: Any = list(_MODELS.items())
    _, document = models_json_schema(pairs, ref_template="#/components/schemas/{model}")
    found: Node = document["$defs"]
    return found


def _problem_schema() -> Node:
    texts = ("type", "title", "detail", "code", "reference")
    fault = {
        "type": "object",
        "required": ["pointer", "detail"],
        "properties": {
            "pointer": {"type": "string", "description": "A JSON pointer (RFC 6901)."},
            "detail": {"type": "string"},
        },
    }
    return {
        "type": "object",
        "description": "RFC 9457. `reference` finds it in the gateway's log.",
        "required": [*texts, "status"],
        "properties": {
            **{name: {"type": "string"} for name in texts},
            "status": {"type": "integer"},
            "errors": {"type": "array", "items": fault, "description": "The first hundred."},
            "total": {"type": "integer", "description": "How many errors there are."},
        },
    }


def _kind_schema() -> Node:
    texts = ("code", "title", "advice")
    return {
        "type": "object",
        "required": [*texts, "status"],
        "properties": {
            **{name: {"type": "string"} for name in texts},
            "status": {"type": "integer"},
        },
    }


def _bearer(text: str) -> Node:
    return {"type": "http", "scheme": "bearer", "description": text}


def _body(schema: str) -> Node:
    return {"required": True, "content": {"application/json": {"schema": _ref(schema)}}}


def _answer(text: str, schema: str) -> Node:
    return {"description": text, "content": {"application/json": {"schema": _ref(schema)}}}


def _problem(text: str) -> Node:
    content = {"application/problem+json": {"schema": _ref("Problem")}}
    return {"description": text, "content": content}


def _refusals(*statuses: int) -> Node:
    return {str(status): {"$ref": f"#/components/responses/Problem{status}"} for status in statuses}


def _ref(schema: str) -> Node:
    return {"$ref": f"#/components/schemas/{schema}"}
