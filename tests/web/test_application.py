"""An address without a variable is found as the router would find it."""

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
