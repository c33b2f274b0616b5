"""Materials, in each form in which suppliers deliver them; and what tools offer (LTI)."""

import json
from collections.abc import Mapping

from gateway.catalogue import course_json, course_xml, csv_form, json_form, nl_lom
from gateway.core.licence_list import read_licences
from gateway.core.materials import Material
from gateway.core.strict_json import JsonRefused, read_json
from gateway.errors import ContentRefused, MalformedBody, SupplierError
from gateway.trust.xml import XmlRefused, parse
from gateway.web.api.link_form import read_link
from providers.suppliers.lti.content_items import read_items
from providers.suppliers.lti.metadata import MetadataRefused, read_metadata
from providers.suppliers.lti.tool import tool_of
from tests.catalogue.test_course_structure import JSON, XML
from tests.catalogue.test_csv_form import ROWS, written
from tests.catalogue.test_nl_lom import lom
from tests.core.people import SCHOOL
from tests.fuzz.parties import NOW, TOOL
from tests.fuzz.target import Target, as_text

_REFUSED = (ContentRefused, MalformedBody, XmlRefused, JsonRefused)


def _registered(data: bytes) -> object:
    asked = read_json(data)
    if not isinstance(asked, Mapping):
        return None
    return read_metadata(asked, service_id="s", supplier_id="u", fault=lambda address: None)


def _json(value: object) -> bytes:
    return json.dumps(value).encode()


_MATERIALS = {
    "materials": [
        {
            "key": "m", "title": "Rekenen", "years": [1], "subjects": ["rekenen"],
            "parts": [{"key": "h1", "title": "Een", "kind": "chapter", "parts": []}],
        }
    ]
}  # fmt: skip
_ITEMS = [
    {
        "type": "ltiResourceLink", "title": "Opgave", "url": "http://tool.test/start?a=1",
        "custom": {"a": "b"}, "lineItem": {"scoreMaximum": 10, "label": "Opgave", "resourceId": "r"},
    }
]  # fmt: skip
_TOOL = {
    "application_type": "web", "response_types": ["id_token"], "grant_types": ["implicit", "client_credentials"],
    "initiate_login_uri": "http://tool.test/login", "redirect_uris": ["http://tool.test/launch"],
    "client_name": "Oefenen", "jwks_uri": "http://tool.test/jwks", "token_endpoint_auth_method": "private_key_jwt",
    "scope": "https://purl.imsglobal.org/spec/lti-ags/scope/score",
    "https://purl.imsglobal.org/spec/lti-tool-configuration": {
        "domain": "tool.test", "target_link_uri": "http://tool.test/start", "claims": ["given_name"],
        "custom_parameters": {"a": "b"}, "messages": [{"type": "LtiDeepLinkingRequest", "target_link_uri": "http://tool.test/pick"}],
    },
}  # fmt: skip


def _licences(data: bytes) -> object:
    known = Material("m-1", TOOL.id, "9789999999991", "Rekenen", "f-1", isbn="9789999999991")
    return read_licences(as_text(data), [known])


def _link(data: bytes) -> object:
    form = read_link(data, NOW)
    return form.ends_at(NOW), form.for_whom(SCHOOL.brin)


_LINK = {
    "service": TOOL.id, "target": "http://tool.test/start", "title": "Opgave", "note": "Lees eerst",
    "valid_from": "2026-11-01T08:30:00+01:00", "audience": "school", "groups": ["2B"],
}  # fmt: skip

TARGETS = (
    Target("licence-list", _licences, (), (b"material;group\n9789999999991;2B\nm-1;\n",)),
    Target("api-link", _link, _REFUSED, (_json(_LINK),)),
    Target("materials-csv", csv_form.read, _REFUSED, (written(ROWS).encode(),)),
    Target("materials-json", json_form.read, _REFUSED, (_json(_MATERIALS),)),
    Target("materials-nl-lom", lambda d: nl_lom.read(parse(d)), _REFUSED, (lom().encode(),)),
    Target("materials-course-xml", lambda d: course_xml.read(parse(d)), _REFUSED, (XML.encode(),)),
    Target("materials-course-json", lambda d: course_json.read(read_json(d)), _REFUSED, (_json(JSON),)),
    Target("lti-content-items", lambda d: read_items(read_json(d), tool_of(TOOL)), (*_REFUSED, SupplierError), (_json(_ITEMS),)),
    Target("lti-registration", _registered, (JsonRefused, MetadataRefused), (_json(_TOOL),)),
)  # fmt: skip
