"""The HTTP API for suppliers and for software of schools: `/api/v1`, no cookies, bearer tokens."""

from flask import Blueprint, Response

from gateway.core.api_tokens import ApiTokens
from gateway.core.ports import Published, Registrar
from gateway.errors import NotFound
from gateway.services import Parts
from gateway.web.api.bodies import answer
from gateway.web.api.callers import Callers
from gateway.web.api.kept_links import KeptLinksApi
from gateway.web.api.licences import LicencesApi
from gateway.web.api.links import LinksApi
from gateway.web.api.materials import MaterialsApi
from gateway.web.api.openapi import description
from gateway.web.api.problems import kinds
from gateway.web.api.warnings import WarningsApi


def api(parts: Parts, tokens: ApiTokens, published: Published, registrar: Registrar) -> Blueprint:
    """Its requests prove themselves by their token: no form token, and no cookie is read."""
    pages = Blueprint("api", __name__, url_prefix="/api/v1")
    callers = Callers(parts, tokens)
    materials = MaterialsApi(parts, callers, published)
    links, kept_links = LinksApi(parts, callers), KeptLinksApi(parts, callers)
    licences = LicencesApi(parts, callers)
    described = description(parts.settings.base_url)
    problems = kinds()

    def problem_kind(code: str) -> Response:
        if code not in problems:
            raise NotFound(f"problem {code[:40]}")
        return answer(problems[code])

    pages.put("/services/<service_id>/materials")(materials.put)
    pages.get("/services/<service_id>/materials")(materials.get)
    pages.post("/links")(links.post)
    pages.get("/links", endpoint="links")(kept_links.list)
    pages.patch("/links/<code>")(kept_links.change)
    pages.post("/links/takeover")(kept_links.take_over)
    pages.get("/licences", endpoint="licences")(licences.get)
    pages.put("/licences", endpoint="set_licences")(licences.put)
    pages.get("/warnings")(WarningsApi(parts, callers, registrar).list_all)
    pages.get("/openapi.json", endpoint="openapi")(lambda: answer(described))
    pages.get("/problems/<code>")(problem_kind)
    return pages
