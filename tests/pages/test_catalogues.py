"""Every text that a person can read stands in the Dutch catalogue, and nothing else does."""

from pathlib import Path

import pytest
from babel.messages.catalog import Catalog
from babel.messages.extract import extract_from_dir
from babel.messages.frontend import parse_mapping_cfg
from babel.messages.pofile import read_po
from flask import Flask
from flask_babel import force_locale, gettext

from gateway import errors
from gateway.web import languages

GATEWAY = Path(errors.__file__).parents[1]
CATALOGUES = GATEWAY / "web/translations"
# Words that are the same in both languages.
SAME = {"Code", "Codes", "Link", "Links", "Metadata", "Protocol"}


@pytest.fixture(scope="module")
def source() -> set[str | tuple[str, ...]]:
    with (CATALOGUES / "babel.cfg").open() as file:
        methods, options = parse_mapping_cfg(file)
    found = extract_from_dir(GATEWAY, methods, options)
    return {message for _, _, message, _, _ in found}


@pytest.fixture(scope="module")
def dutch() -> Catalog:
    with (CATALOGUES / "nl/LC_MESSAGES/messages.po").open("rb") as file:
        return read_po(file, locale="nl")


def test_the_texts_of_pages_and_errors_are_found(source: set[str | tuple[str, ...]]) -> None:
    assert {"Choose your school", errors.UnknownLink.title, errors.BadSignature.advice} <= source
    assert ("%(num)s school found", "%(num)s schools found") in source


def test_every_text_has_its_dutch(source: set[str | tuple[str, ...]], dutch: Catalog) -> None:
    texts = {message.id: message for message in dutch if message.id}
    assert source - texts.keys() == set()
    for message in texts.values():
        translations = [message.string] if isinstance(message.string, str) else message.string
        assert all(translations), message.id
        assert not message.fuzzy, message.id
        assert message.string != message.id or message.id in SAME
        assert list(message.check(dutch)) == [], message.id


def test_no_dutch_is_left_over(source: set[str | tuple[str, ...]], dutch: Catalog) -> None:
    assert {message.id for message in dutch if message.id} - source == set()
    assert not dutch.obsolete


def test_the_compiled_catalogue_is_of_these_texts(dutch: Catalog) -> None:
    """scripts/setup compiles it; an old one would show old texts."""
    app = Flask("gateway.web")
    languages.init(app, secure_cookie=False)
    with app.test_request_context(), force_locale("nl"):
        for message in dutch:
            if isinstance(message.id, str) and message.id and not message.python_format:
                assert gettext(message.id) == message.string
