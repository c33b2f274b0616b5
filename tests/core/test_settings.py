"""The settings: each documented with its default; file, then environment; what is wrong is named."""

import re
from pathlib import Path

import pytest

import config
from gateway.errors import ConfigurationError
from gateway.settings import Settings, load_settings

FILE = config.DIRECTORY / "gateway.toml"
EMPTY_MEANS = {"pseudonym_key_file", "state_key_file", "signing_key_dir", "database_url"}


def load(tmp_path: Path | None = None, content: str = "", **environment: str) -> Settings:
    """Settings from a file with `content` and an environment, named without KETENPOORT_."""
    variables = {f"KETENPOORT_{name}": value for name, value in environment.items()}
    if tmp_path:
        own = tmp_path / "own.toml"
        own.write_text(content, "utf-8")
        variables["KETENPOORT_CONFIG_FILE"] = str(own)
    return load_settings(variables)


def documented() -> dict[str, str]:
    """Each setting of the file with the comment that stands right above it."""
    found: dict[str, str] = {}
    comment = ""
    for line in FILE.read_text("utf-8").splitlines():
        if line.startswith("#"):
            comment += line.removeprefix("#").strip() + " "
        elif match := re.fullmatch(r"(\w+) = .*", line):
            found[match[1]] = comment.strip()
            comment = ""
        else:
            comment = ""
    return found


def test_every_setting_stands_in_the_file_and_no_other() -> None:
    assert set(documented()) == set(Settings.model_fields)


@pytest.mark.parametrize("name", Settings.model_fields)
def test_every_setting_is_explained_with_its_unit(name: str) -> None:
    text = documented()[name]
    assert text.endswith(".")
    assert ("in seconds" in text) == name.endswith("_seconds")
    assert ("in bytes" in text) == name.endswith("_bytes")


def test_the_defaults_alone_start_on_this_machine() -> None:
    found = load()
    assert found.base_url == "http://127.0.0.1:8080"
    assert found.database_url == f"sqlite:///{Path('data').absolute()}/ketenpoort.db"
    assert found.redis_url == ""
    assert found.allow_loopback is False
    assert found.rate_limits == "on"
    assert found.secure_cookies is False


def test_saml2int_md12_the_error_page_is_our_own_unless_another_is_set() -> None:
    assert load().error_page == "http://127.0.0.1:8080/not-let-in"
    assert load(ERROR_URL="https://hulp.example/x").error_page == "https://hulp.example/x"


def test_what_is_left_empty_lies_in_the_data_directory() -> None:
    found = load(DATA_DIR="/srv/poort")
    assert found.database_url == "sqlite:////srv/poort/ketenpoort.db"
    assert found.pseudonym_key_file == Path("/srv/poort/keys/pseudonym.keys")
    assert found.state_key_file == Path("/srv/poort/keys/state.key")
    assert found.signing_key_dir == Path("/srv/poort/keys/signing")


@pytest.mark.parametrize("name", sorted(EMPTY_MEANS))
def test_what_is_set_stays_where_it_was_set(name: str) -> None:
    found = load(**{name.upper(): "sqlite:///elders", "DATA_DIR": "/srv/poort"})
    assert str(getattr(found, name)) == str(type(getattr(found, name))("sqlite:///elders"))


def test_the_file_wins_over_the_default_and_the_environment_over_the_file(tmp_path: Path) -> None:
    content = 'flow_seconds = 900\nbase_url = "https://bestand.example"\nallow_loopback = true'
    found = load(tmp_path, content, BASE_URL="https://omgeving.example")
    assert found.flow_seconds == 900
    assert found.allow_loopback is True
    assert found.base_url == "https://omgeving.example"
    assert found.session_seconds == 36_000


def test_names_of_others_in_the_environment_are_none_of_ours() -> None:
    assert load_settings({"BASE_URL": "x", "KETENPOORTX": "y", "PATH": "/"}) == load()


@pytest.mark.parametrize("name", ["BASEURL", "REDIS", "FLOW_SECOND", "", "CONFIG"])
def test_an_unknown_setting_in_the_environment_is_named(name: str) -> None:
    with pytest.raises(
        ConfigurationError, match=rf"^unknown setting {name.lower()} in the environment$"
    ):
        load(**{name: "x"})


def test_all_unknown_settings_in_a_file_are_named_with_the_file(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"^unknown setting a, b in the file .*own\.toml$"):
        load(tmp_path, 'b = 1\na = 2\nlog_level = "info"')


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("rate_limits", "maybe"),
        ("allow_loopback", "perhaps"),
        ("trusted_proxies", "-1"),
        ("trusted_proxies", "6"),
        ("flow_seconds", "59"),
        ("flow_seconds", "an hour"),
        ("session_seconds", "0"),
        ("tombstone_seconds", "1"),
        ("clock_skew_seconds", "301"),
        ("assertion_seconds", "59"),
        ("code_seconds", "601"),
        ("logo_url", "http://poort.example/logo.png"),
        ("error_url", "http://poort.example/fout"),
        ("privacy_url", "javascript:alert(1)"),
        ("information_url", "https://poort.example/een twee"),
        ("token_seconds", ""),
        ("body_bytes", "65535"),
        ("materials_bytes", "65535"),
        ("log_level", "loud"),
    ],
)
def test_a_wrong_value_is_named_by_its_setting(name: str, value: str) -> None:
    with pytest.raises(ConfigurationError, match=f"setting {name}: "):
        load(**{name.upper(): value})


@pytest.mark.parametrize("base", ["https://ketenid.nl/eckid", "eckid"])
def test_a_wrong_eckid_base_is_named(base: str) -> None:
    with pytest.raises(ConfigurationError, match=r"^eckid_base "):
        load(ECKID_BASE=base)


def test_a_secret_in_an_address_is_not_repeated() -> None:
    with pytest.raises(ConfigurationError) as refused:
        load(DATABASE_URL="postgresql://wie:geheim@db/x", FLOW_SECONDS="1")
    assert "geheim" not in str(refused.value)


def test_several_wrong_values_are_all_named() -> None:
    with pytest.raises(ConfigurationError, match=r"flow_seconds: .*; setting log_level: "):
        load(FLOW_SECONDS="1", LOG_LEVEL="loud")


@pytest.mark.parametrize(
    "base",
    ["https://poort.example", "https://poort.example:8443", "http://localhost:1", "http://[::1]:1"],
)
def test_a_base_url_is_an_origin(base: str) -> None:
    assert load(BASE_URL=base).base_url == base
    assert load(BASE_URL=f"{base}/").base_url == base
    assert load(BASE_URL=base).secure_cookies == base.startswith("https:")


@pytest.mark.parametrize(
    "base",
    [
        "",
        "poort.example",
        "ftp://poort.example",
        "https://",
        "https://poort.example/inloggen",
        "https://poort.example/?x=1",
        "https://poort.example#x",
        "https://wie@poort.example",
        "https://[poort.example",
    ],
)
def test_what_is_no_origin_is_no_base_url(base: str) -> None:
    with pytest.raises(ConfigurationError, match="setting base_url: "):
        load(BASE_URL=base)


@pytest.mark.parametrize(
    "base", ["https://poort.example?", " https://poort.example", "https://a:b"]
)
def test_what_reads_as_an_origin_and_is_written_otherwise_is_no_base_url(base: str) -> None:
    with pytest.raises(ConfigurationError, match="setting base_url: "):
        load(BASE_URL=base)


@pytest.mark.parametrize(
    "base", ["http://poort.example", "http://10.0.0.1:8080", "http://127.0.0.1.poort.example"]
)
def test_plain_http_is_refused_outside_this_machine(base: str) -> None:
    with pytest.raises(ConfigurationError, match="must be https"):
        load(BASE_URL=base)


def test_a_file_that_is_not_there_or_no_toml_is_named(tmp_path: Path) -> None:
    with pytest.raises(ConfigurationError, match=r"can not read .*weg\.toml: No such file"):
        load(CONFIG_FILE=str(tmp_path / "weg.toml"))
    with pytest.raises(ConfigurationError, match=r"own\.toml is not TOML"):
        load(tmp_path, "base_url = ")


def test_a_file_that_is_not_utf_8_is_named(tmp_path: Path) -> None:
    own = tmp_path / "own.toml"
    own.write_bytes(b'# r\xe9gie\nlog_level = "info"\n')
    with pytest.raises(ConfigurationError, match=r"own\.toml"):
        load(CONFIG_FILE=str(own))
