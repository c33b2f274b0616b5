"""Joins everything: settings become parts, parts become protocols, protocols become addresses."""

import os
import sys
import time
from functools import partial

import orjson
from flask import Flask, has_request_context, request
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address
from sqlalchemy import Engine, text
from werkzeug.middleware.proxy_fix import ProxyFix

import config
import gateway
from gateway.core.attributes import load_vocabulary
from gateway.core.journeys import FlowStore
from gateway.core.ports import State
from gateway.core.pseudonyms import Pseudonyms
from gateway.core.records import Records
from gateway.core.release import ReleasePolicy
from gateway.core.sessions import SessionStore
from gateway.feeds.handed import HandedOver
from gateway.feeds.refresh import make_refresher
from gateway.feeds.work import make_work
from gateway.install import prepare, remember_pseudonym_keys, retirement
from gateway.observe import make_audit
from gateway.outgoing import Internet, RenewalsInTime, for_errands, for_logins
from gateway.services import Parts, Services
from gateway.settings import Settings
from gateway.store.acts import ActStore
from gateway.store.api_tokens import ApiTokenBook
from gateway.store.catalogue import CatalogueStore
from gateway.store.gradebook import GradebookStore
from gateway.store.keys import PseudonymKeys
from gateway.store.ledger import LedgerStore
from gateway.store.licences import LicenceBook
from gateway.store.links import LinkBook
from gateway.store.published import PublishedStore
from gateway.store.registry import MemoryRegistry
from gateway.store.repositories import open_repositories
from gateway.store.sealed import SealedState
from gateway.store.shelf import ShelfStore
from gateway.store.state_redis import RedisState, connect_redis
from gateway.store.state_sql import SqlState
from gateway.store.suppliers import Services as ServiceRegister
from gateway.trust import base64url, pictures
from gateway.trust.certificates import end_of
from gateway.trust.keyfiles import read_state_key
from gateway.trust.keyring import FileKeyring
from gateway.trust.passkeys import SitePasskeys
from gateway.trust.sealing import SecretSealer, SessionIndexes, subkey
from gateway.web import languages, protocols
from gateway.web.api import api
from gateway.web.application import Application
from gateway.web.chooser import Chooser, make_index
from gateway.web.console.desk import ConsoleDesk
from gateway.web.cookies import Cookies
from gateway.web.endings import Endings
from gateway.web.errors import ErrorPages
from gateway.web.farewell_book import FarewellBook
from gateway.web.farewells import Farewells
from gateway.web.finish import Finisher
from gateway.web.flow import Dispatcher
from gateway.web.forms import FormSession, protect_forms
from gateway.web.guesses import Guesses
from gateway.web.headers import protect
from gateway.web.links import DeepLinks
from gateway.web.logout import Logout
from gateway.web.mdq import metadata_query
from gateway.web.not_let_in import not_let_in
from gateway.web.operations import operations
from gateway.web.operator import operator_pages
from gateway.web.portal import Portal
from gateway.web.school_console import school_console_pages
from gateway.web.shared import SharedPage
from gateway.web.signed_in import SignIn
from gateway.web.staff import staff_pages
from gateway.web.supplier import supplier_pages
from gateway.web.teacher import teacher_pages
from gateway.web.test_school import SchoolInTest
from gateway.web.turns import InTurn
from gateway.web.typed_codes import lead_to_one_address, typed_codes
from gateway.web.visits import uses_up
from providers import SCHOOL_PROTOCOLS, SUPPLIER_PROTOCOLS
from providers.checking import IntegrationCheck, Published
from providers.registrar import ServiceRegistrar

_STATIC_SECONDS = 24 * 3600
_TRIES = "600 per minute"  # that go wrong: a whole school may come from one address
_CALLS = "600 per minute"  # of programs, whatever comes of them


def random_text(size: int = 16) -> str:
    """Implements ports.Random."""
    return base64url.encode(os.urandom(size))


def create_app(settings: Settings) -> Flask:
    """The WSGI application; raises ConfigurationError."""
    engine = prepare(settings)
    parts = make_parts(settings, engine)
    services = Services(
        parts=parts,
        schools={name: make(parts) for name, make in SCHOOL_PROTOCOLS.items()},
        suppliers={name: make(parts) for name, make in SUPPLIER_PROTOCOLS.items()},
    )
    app = Application(settings.base_url)
    _configure(app, settings)
    _add_pages(app, services, engine)
    if engine.dialect.name == "sqlite" and not settings.redis_url:
        app.wsgi_app = InTurn(app.wsgi_app)  # type: ignore[method-assign]
    return app


def make_parts(settings: Settings, engine: Engine) -> Parts:
    """Everything that protocols and pages work with."""
    vocabulary = load_vocabulary(config.DIRECTORY / "attributes.toml")
    state_key = read_state_key(settings.state_key_file)
    state = SealedState(_open_state(settings, engine), subkey(state_key, "state"))
    records = Records(orjson)
    logins, errands = for_logins(), for_errands()
    known = PseudonymKeys(engine)
    pseudonyms = Pseudonyms(
        remember_pseudonym_keys(settings, known), partial(remember_pseudonym_keys, settings, known)
    )
    return Parts(
        settings=settings,
        clock=time.time,
        random=random_text,
        locale=lambda: languages.chosen(request) if has_request_context() else "nl",
        state=state,
        registry=MemoryRegistry(engine, time.time),
        renewals=RenewalsInTime(make_refresher(settings, engine), logins, errands),
        links=LinkBook(engine),
        licences=LicenceBook(engine),
        keyring=FileKeyring(settings.signing_key_dir, time.time, retirement(settings)),
        vocabulary=vocabulary,
        pseudonyms=pseudonyms,
        catalogue=CatalogueStore(engine, time.time, random_text),
        services=ServiceRegister(engine),
        acts=ActStore(engine, time.time),
        api_tokens=ApiTokenBook(engine),
        gradebook=GradebookStore(engine),
        release=ReleasePolicy(vocabulary, pseudonyms),
        flows=FlowStore(state, records, time.time, settings.tombstone_seconds),
        sessions=SessionStore(state, records, time.time, random_text, settings.session_seconds),
        shelf=ShelfStore(engine, time.time),
        ledger=LedgerStore(engine, time.time),
        audit=make_audit(settings.log_level, sys.stderr),
        fetch=Internet(settings.allow_loopback, logins),
        errands=Internet(settings.allow_loopback, errands),
        sealer=SecretSealer(state_key),
        session_names=SessionIndexes(state_key),
    )


def _open_state(settings: Settings, engine: Engine) -> State:
    if settings.redis_url:
        return RedisState(connect_redis(settings.redis_url))
    return SqlState(engine, time.time)


def _configure(app: Flask, settings: Settings) -> None:
    state_key = read_state_key(settings.state_key_file)
    app.config.update(
        SECRET_KEY=subkey(state_key, "forms"),
        SESSION_COOKIE_NAME="__Host-kp_form" if settings.secure_cookies else "kp_form",
        SESSION_COOKIE_SECURE=settings.secure_cookies,
        SESSION_COOKIE_HTTPONLY=True,
        SESSION_COOKIE_SAMESITE="Lax",
        MAX_CONTENT_LENGTH=settings.body_bytes,
        MAX_FORM_MEMORY_SIZE=settings.body_bytes,
        SEND_FILE_MAX_AGE_DEFAULT=_STATIC_SECONDS,
        WTF_CSRF_TIME_LIMIT=settings.flow_seconds,
        WTF_CSRF_SSL_STRICT=False,  # we send no Referer ourselves; the token is enough
    )
    app.session_interface = FormSession()
    app.url_map.merge_slashes = False  # its redirects are made of the Host header
    app.url_defaults(_with_version)
    if settings.trusted_proxies:
        app.wsgi_app = ProxyFix(app.wsgi_app, x_for=settings.trusted_proxies)  # type: ignore[method-assign]


def _with_version(endpoint: str, values: dict[str, object]) -> None:
    """A static file has another address in another version, so it may be kept long."""
    if endpoint == "static":
        values["v"] = gateway.__version__


def _add_pages(app: Flask, services: Services, engine: Engine) -> None:
    parts, settings = services.parts, services.parts.settings
    registry = parts.registry
    assert isinstance(registry, MemoryRegistry)
    app.before_request(registry.refresh)
    languages.init(app, secure_cookie=settings.secure_cookies)
    csrf = protect_forms(app)
    protect(app, secure=settings.secure_cookies)
    cookies = Cookies(settings)
    finisher = Finisher(services, cookies)
    dispatcher = Dispatcher(services, cookies, finisher)
    book = FarewellBook(parts)
    logout = Logout(services, cookies, Farewells(services, book), book)
    chooser = Chooser(services, cookies, dispatcher, make_index(registry.schools()))
    links = DeepLinks(services, dispatcher)
    link_pages = links.blueprint()
    sign_in = SignIn(services, dispatcher)
    desk = ConsoleDesk(parts, open_repositories(engine), cookies, sign_in)
    endings = Endings(registry, desk.books.feeds, parts.clock, end_of)
    registrar = ServiceRegistrar(parts)
    checks = IntegrationCheck(
        parts, services.suppliers, Published(parts, registrar, desk.books.feeds)
    )
    passkeys = SitePasskeys(settings.base_url, settings.display_name_en)
    pages = [
        chooser.blueprint(),
        link_pages,
        typed_codes(),
        not_let_in(),
        *teacher_pages(parts, sign_in),
        logout.blueprint(),
        sign_in.blueprint(),
        Portal(services, dispatcher).blueprint(),
        SharedPage(services, dispatcher).blueprint(),
        *staff_pages(desk, passkeys),
        SchoolInTest(desk, dispatcher, finisher).blueprint(),
        *supplier_pages(desk, registrar, services.suppliers, checks, pictures.logo),
        *operator_pages(desk, make_work(settings, engine, parts.clock, parts.audit), endings),
        *school_console_pages(desk, end_of, HandedOver(settings, parts.clock)),
        metadata_query(services).blueprint(),
    ]
    programs = api(parts, parts.api_tokens, PublishedStore(engine), registrar)
    csrf.exempt(programs)
    limiter = _limiter(app, settings)
    limiter.limit(_CALLS)(programs)
    app.register_blueprint(programs)
    lead_to_one_address(link_pages)
    Guesses(limiter, dispatcher, parts.pseudonyms).guard(link_pages)
    for page in pages:
        limiter.limit(_TRIES, deduct_when=uses_up)(page)
        app.register_blueprint(page)
    app.register_blueprint(dispatcher.blueprint())
    protocols.register(app, services, dispatcher, links, logout, csrf)
    probes = {
        "database": lambda: _ping(engine),
        "state": lambda: parts.state.put("ping:us", b"1", 5),
    }
    counted = os.environ.get("PROMETHEUS_MULTIPROC_DIR")
    app.register_blueprint(operations(probes, counted, endings.all))
    ErrorPages(parts, cookies).register(app)


def _limiter(app: Flask, settings: Settings) -> Limiter:
    return Limiter(
        get_remote_address,
        app=app,
        storage_uri=settings.redis_url or "memory://",
        enabled=settings.rate_limits == "on",
    )


def _ping(engine: Engine) -> None:
    with engine.connect() as connection:
        connection.execute(text("SELECT 1"))
