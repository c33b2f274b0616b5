"""The settings: defaults in `config/gateway.toml`, then a file, then the environment."""

import os
import tomllib
from collections.abc import Mapping
from pathlib import Path
from typing import Literal
from urllib.parse import urlsplit

from pydantic import BaseModel, ConfigDict, Field, ValidationError, field_validator, model_validator

import config
from gateway.core.pseudonyms import check_base
from gateway.errors import ConfigurationError

PREFIX = "KETENPOORT_"
_FILE_VARIABLE = PREFIX + "CONFIG_FILE"
NOT_LET_IN = "/not-let-in"
_PAGE = r"^(https://[!-~]+)?$"
_LOOPBACK = {"127.0.0.1", "localhost", "::1"}


class Settings(BaseModel):
    """All settings, checked. What each means stands in `config/gateway.toml`."""

    model_config = ConfigDict(frozen=True, extra="forbid")

    base_url: str
    data_dir: Path
    database_url: str
    redis_url: str
    pseudonym_key_file: Path
    state_key_file: Path
    signing_key_dir: Path
    eckid_base: str
    display_name_nl: str = Field(min_length=1, max_length=256)
    display_name_en: str = Field(min_length=1, max_length=256)
    logo_url: str = Field(pattern=r"^(https://[!-~]+)?$", max_length=2048)
    logo_width: int = Field(ge=1)
    logo_height: int = Field(ge=1)
    technical_contact: str = Field(pattern=r"^([!-~]+@[!-~]+)?$", max_length=256)
    error_url: str = Field(pattern=_PAGE, max_length=256)
    privacy_url: str = Field(pattern=_PAGE, max_length=256)
    information_url: str = Field(pattern=_PAGE, max_length=256)
    signed_requests: bool
    rate_limits: Literal["on", "off"]
    allow_loopback: bool
    trusted_proxies: int = Field(ge=0, le=5)
    flow_seconds: int = Field(ge=60)
    session_seconds: int = Field(ge=60)
    tombstone_seconds: int = Field(ge=60)
    clock_skew_seconds: int = Field(ge=0, le=300)
    assertion_seconds: int = Field(ge=60)
    code_seconds: int = Field(ge=5, le=600)
    token_seconds: int = Field(ge=60)
    body_bytes: int = Field(ge=65536)
    materials_bytes: int = Field(ge=65536)
    log_level: Literal["debug", "info", "warning", "error"]

    @model_validator(mode="before")
    @classmethod
    def _fill_empty(cls, values: dict[str, object]) -> dict[str, object]:
        """What is left empty lies in the data directory or follows from the base address."""
        keys = Path(str(values["data_dir"])) / "keys"
        base = str(values["base_url"]).rstrip("/")
        database = f"sqlite:///{Path(str(values['data_dir'])).absolute()}/ketenpoort.db"
        derived = {
            "database_url": database,
            "pseudonym_key_file": keys / "pseudonym.keys",
            "state_key_file": keys / "state.key",
            "signing_key_dir": keys / "signing",
        }
        empty = {name: value for name, value in derived.items() if values.get(name) == ""}
        return values | empty | {"base_url": base}

    @field_validator("base_url")
    @classmethod
    def _is_origin(cls, value: str) -> str:
        parts = urlsplit(value)
        if parts.scheme not in {"https", "http"} or not parts.hostname or parts.port == 0:
            raise ValueError("an address such as https://gateway.example.nl is needed")
        if value != f"{parts.scheme}://{parts.netloc}" or "@" in parts.netloc:
            raise ValueError("an address without a path is needed")
        return value

    @field_validator("eckid_base")
    @classmethod
    def _is_own(cls, value: str) -> str:
        return check_base(value) if value else value

    @model_validator(mode="after")
    def _https_outside(self) -> "Settings":
        parts = urlsplit(self.base_url)
        if parts.scheme == "http" and parts.hostname not in _LOOPBACK:
            raise ValueError("base_url must be https, except on this machine alone")
        return self

    @property
    def error_page(self) -> str:
        """Where a service may send people whom it can not let in."""
        return self.error_url or f"{self.base_url}{NOT_LET_IN}"

    @property
    def secure_cookies(self) -> bool:
        """Whether cookies may carry Secure and the __Host- prefix."""
        return self.base_url.startswith("https:")


def load_settings(environment: Mapping[str, str] | None = None) -> Settings:
    """Read all settings; raises ConfigurationError that names what is unknown or wrong."""
    environment = os.environ if environment is None else environment
    values = _read(config.DIRECTORY / "gateway.toml")
    known = set(values)
    if own := environment.get(_FILE_VARIABLE):
        values |= _known(_read(Path(own)), known, f"the file {own}")
    values |= _known(_from_environment(environment), known, "the environment")
    try:
        return Settings.model_validate(values)
    except ValidationError as error:
        raise ConfigurationError(_sentences(error)) from None


def _read(path: Path) -> dict[str, object]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except OSError as error:
        raise ConfigurationError(f"can not read {path}: {error.strerror}") from error
    except (tomllib.TOMLDecodeError, UnicodeDecodeError) as error:
        raise ConfigurationError(f"{path} is not TOML: {error}") from error


def _from_environment(environment: Mapping[str, str]) -> dict[str, object]:
    return {
        name.removeprefix(PREFIX).lower(): value
        for name, value in environment.items()
        if name.startswith(PREFIX) and name != _FILE_VARIABLE
    }


def _known(values: dict[str, object], known: set[str], where: str) -> dict[str, object]:
    unknown = sorted(set(values) - known)
    if unknown:
        raise ConfigurationError(f"unknown setting {', '.join(unknown)} in {where}")
    return values


def _sentences(error: ValidationError) -> str:
    return "; ".join(
        f"setting {'.'.join(str(part) for part in problem['loc']) or 'base_url'}: "
        f"{problem['msg'].removeprefix('Value error, ')}"
        for problem in error.errors()
    )
