"""python3-saml, strict, as the judge of a Response; what it does anew for each is done once here.

It reads its schema files, compiles its queries and parses the school's certificates for every
response: nine tenths of its time. And it compares times with a clock of its own, partly without
any skew; `verify.py` compares them all, with ours.
"""

import re
from functools import cache, lru_cache
from importlib.util import find_spec, module_from_spec
from pathlib import Path
from types import ModuleType
from typing import cast
from urllib.parse import urlsplit

import onelogin.saml2
from lxml import etree
from onelogin.saml2.constants import OneLogin_Saml2_Constants
from onelogin.saml2.errors import OneLogin_Saml2_ValidationError
from onelogin.saml2.settings import OneLogin_Saml2_Settings
from onelogin.saml2.utils import OneLogin_Saml2_Utils
from onelogin.saml2.xml_utils import OneLogin_Saml2_XML

from gateway.errors import (
    BadSignature,
    GatewayError,
    MalformedAnswer,
    UnexpectedAnswer,
    UnsignedAnswer,
    WrongAudience,
    WrongDestination,
    WrongIssuer,
)
from gateway.trust.samltime import read_saml_time
from gateway.trust.xml import children
from gateway.trust.xmldsig import (
    SignatureRefused,
    VerificationKey,
    check_value,
    signature_of,
    verification_key,
)

from .gate import UnverifiedResponse, assertion_of

_PREFIXES = OneLogin_Saml2_Constants.NSMAP
_PATH = re.compile(r"(/\w+:\w+)+")
_SCHEMA = "saml-schema-protocol-2.0.xsd"
# Read when the process starts, while it has one thread: two that are the first to read a schema
# at once can leave libxml2 unable to read any for as long as the process lives.
_SCHEMA_OF_PROTOCOL = etree.XMLSchema(
    file=Path(onelogin.saml2.__file__).parent / "schemas" / _SCHEMA
)
_Problem = OneLogin_Saml2_ValidationError
_CAUSES: dict[int, type[GatewayError]] = {
    _Problem.NO_SIGNATURE_FOUND: UnsignedAnswer,
    _Problem.NO_SIGNED_ASSERTION: UnsignedAnswer,
    _Problem.NO_SIGNED_MESSAGE: UnsignedAnswer,
    _Problem.INVALID_SIGNATURE: BadSignature,
    _Problem.WRONG_ISSUER: WrongIssuer,
    _Problem.WRONG_AUDIENCE: WrongAudience,
    _Problem.WRONG_DESTINATION: WrongDestination,
    _Problem.EMPTY_DESTINATION: WrongDestination,
    _Problem.WRONG_INRESPONSETO: UnexpectedAnswer,
    _Problem.WRONG_SUBJECTCONFIRMATION: UnexpectedAnswer,
}


def check_by_library(
    unverified: UnverifiedResponse,
    settings: OneLogin_Saml2_Settings,
    acs: str,
    request_id: str | None,
) -> None:
    """Strict validation and the signatures' values, by python3-saml; raises SchoolError."""
    response = _Response(settings, unverified)
    try:
        response.is_valid(_request(acs), request_id, raise_exceptions=True)
    except _Problem as error:
        raise _CAUSES.get(error.code, MalformedAnswer)(str(error)) from error
    except Exception as error:  # a bare one for a time that it can not read
        raise MalformedAnswer(str(error)) from error


class _Xml(OneLogin_Saml2_XML):  # type: ignore[misc]
    @staticmethod
    def validate_xml(xml: etree._Element, schema: str, debug: bool = False) -> object:  # noqa: ARG004
        assert schema == _SCHEMA, "the library has one for a response"
        return xml if _SCHEMA_OF_PROTOCOL.validate(xml) else "invalid_xml"

    @staticmethod
    def query(
        dom: etree._Element, query: str, context: etree._Element | None = None, tagid: None = None
    ) -> list[etree._Element]:
        assert tagid is None, "only the library's own _query_assertion has one"
        return _nodes(query, dom if context is None else context)


class _Utils(OneLogin_Saml2_Utils):  # type: ignore[misc]
    @staticmethod
    def validate_sign(
        xml: etree._Element, *_: object, xpath: str, multicerts: list[str], **__: object
    ) -> bool:
        """Whether one of the school's keys made the signature at `xpath`; `verify.py` compares
        the digest, on the bytes that it returns."""
        parents = [signature.getparent() for signature in _nodes(xpath, xml)]
        form = signature_of(parents[0]) if len(parents) == 1 and parents[0] is not None else None
        if form is None:
            return False
        try:
            check_value(form, (_key(certificate) for certificate in multicerts))
        except SignatureRefused:
            return False
        return True

    @staticmethod
    def parse_SAML_to_time(timestr: str) -> int:  # noqa: N802  # the library's name
        return read_saml_time(timestr)

    @staticmethod
    def now() -> "_NoMoment":
        return _NoMoment()


class _NoMoment:
    """A time that none is before or after, with or without a drift."""

    def __add__(self, drift: int) -> "_NoMoment":
        return self

    def __lt__(self, moment: int) -> bool:
        return False

    __gt__ = __le__ = __ge__ = __lt__


@cache
def _request(acs: str) -> dict[str, str]:
    """Our address as the library reads it from a web framework; ours never follows Host."""
    parts = urlsplit(acs)
    return {
        "https": "on" if parts.scheme == "https" else "off",
        "http_host": parts.netloc,
        "script_name": parts.path,
    }


def _nodes(query: str, source: etree._Element) -> list[etree._Element]:
    return cast("list[etree._Element]", _xpath(query)(source))  # noqa: SLF001  # a type


@cache
def _xpath(query: str) -> etree.XPath:
    return etree.XPath(query, namespaces=_PREFIXES)


@cache
def _path(query: str) -> tuple[str, ...]:
    """The tags of a path of children, as nearly all are; none where there is more in it."""
    if not _PATH.fullmatch(query):
        return ()
    steps = (step.split(":") for step in query.split("/")[1:])
    return tuple(f"{{{_PREFIXES[prefix]}}}{name}" for prefix, name in steps)


@lru_cache(maxsize=10_000)
def _key(certificate: str) -> VerificationKey:
    """Of a certificate as the library's settings keep it, in PEM."""
    lines = certificate.splitlines()
    return verification_key("".join(line for line in lines if not line.startswith("-----")))


def _own_copy() -> ModuleType:
    """The library's module that judges a response, once more, with our two classes in it; who
    else uses the library in this process does not meet them."""
    spec = find_spec("onelogin.saml2.response")
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    spec.loader.exec_module(module)
    vars(module).update(OneLogin_Saml2_XML=_Xml, OneLogin_Saml2_Utils=_Utils)
    return module


class _Response(_own_copy().OneLogin_Saml2_Response):  # type: ignore[misc]
    """A response over trees that the gate parsed and decrypted already."""

    def __init__(self, settings: OneLogin_Saml2_Settings, unverified: UnverifiedResponse) -> None:
        self._settings = settings
        self._error = None
        self.document = unverified.document
        self.decrypted_document = unverified.plain if unverified.encrypted else None
        self.encrypted = unverified.encrypted
        self.valid_scd_not_on_or_after = None
        self._assertion = assertion_of(unverified.plain)

    def check_status(self) -> None:
        """`verify.py` has, before: a refusal ends there, with its own words."""

    def _query_assertion(self, xpath_expr: str) -> list[etree._Element]:
        """In the one assertion that the gate found at its place; the library looks for it anew,
        by the signature's reference, for each of its twenty questions."""
        if path := _path(xpath_expr):
            return children(self._assertion, *path)
        return _nodes(f".{xpath_expr}", self._assertion)
