"""An address is found as the router would find it."""

from pathlib import Path

import pytest

from gateway.web.application import Application
from tests.consoles.house import make_house

MANY = 50  # of the whole addresses that there are, the protocols' among them


@pytest.fixture(scope="module")
def application(tmp_path_factory: pytest.TempPathFactory) -> Application:
    directory: Path = tmp_path_factory.mktemp("application")
    app = make_house(directory / "house").app
    assert isinstance(app, Application)
    return app


def test_whole_addresses_are_what_the_router_finds(application: Application) -> None:
    adapter = application.create_url_adapter(application.request_class({"PATH_INFO": "/"}))
    assert adapter is not None
    assert len(application.whole_addresses) > MANY
    for (method, path), rule in application.whole_addresses.items():
        assert adapter.match(path, method, return_rule=True) == (rule, {}), (method, path)


@pytest.mark.parametrize("value", ["abc", "a b", "é", "%2e", "..", "a\nb", "announce"])
def test_named_addresses_are_what_the_router_finds(application: Application, value: str) -> None:
    """Where a whole address is not meant, which goes before."""
    adapter = application.create_url_adapter(application.request_class({"PATH_INFO": "/"}))
    assert adapter is not None
    assert ("GET", "/flow/") in application.named_addresses
    for (method, before), (rule, name) in application.named_addresses.items():
        if (method, before + value) not in application.whole_addresses:
            found = adapter.match(before + value, method, return_rule=True)
            assert found == (rule, {name: value}), (method, before)


@pytest.mark.parametrize("path", ["/flow/", "/flow/a/b", "/flow//a", "//flow/a", "/Flow/a"])
def test_an_address_with_more_or_less_than_a_name_is_none(
    application: Application, path: str
) -> None:
    assert application.test_client().get(path).status_code == 404
