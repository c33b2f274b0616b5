"""Debian's Apache with a configuration of its own, the ground of three counterparts."""

import contextlib
from collections.abc import Iterator, Sequence
from pathlib import Path

from tests.parts.process import Program, answers, give_to, run_program, system_user

MODULES = Path("/usr/lib/apache2/modules")
BASE_MODULES = (
    "mpm_prefork",
    "authz_core",
    "authz_user",
    "authn_core",
    "alias",
    "mime",
    "dir",
    "env",
    "cgi",
)
USER = "www-data"
# The protected page: what the login module tells the application, a line a variable.
SHOW_ENVIRONMENT = """#!/bin/sh
printf 'Content-Type: text/plain; charset=utf-8\\r\\n\\r\\n'
env
"""


@contextlib.contextmanager
def run_apache(
    name: str, port: int, directory: Path, modules: Sequence[str], directives: str
) -> Iterator[Program]:
    """Start Apache on `port` with `directives`; its files lie in `directory`."""
    user = system_user(USER)
    config = directory / "apache.conf"
    config.write_text(_configuration(port, directory, modules, directives, user))
    log = directory / "log"
    log.touch()
    (directory / "pages").mkdir()
    give_to(user, directory)
    command = ["apache2", "-f", config, "-DFOREGROUND"]
    url = f"http://127.0.0.1:{port}/"
    with run_program(name, command, log=log, ready=answers(url)) as program:
        yield program


def write_protected_page(directory: Path) -> str:
    """Write the page that shows its environment; return the directives that serve it."""
    script = directory / "show-environment"
    script.write_text(SHOW_ENVIRONMENT)
    script.chmod(0o755)
    return f'ScriptAliasMatch "^/protected(/|$)" "{script}"\n'


def read_environment(page: str, prefix: str) -> dict[str, str]:
    """Read a protected page: the variables with `prefix`, which is taken off."""
    lines = (line.partition("=") for line in page.splitlines())
    return {name.removeprefix(prefix): value for name, _, value in lines if name.startswith(prefix)}


def _configuration(
    port: int, directory: Path, modules: Sequence[str], directives: str, user: str | None
) -> str:
    loaded = "\n".join(map(_load, [*BASE_MODULES, *modules]))
    run_as = f"User {user}\nGroup {user}" if user else ""
    return f"""\
{loaded}
{run_as}
Listen 127.0.0.1:{port}
ServerRoot "{directory}"
DefaultRuntimeDir "{directory}"
PidFile "{directory}/pid"
DocumentRoot "{directory}/pages"
TypesConfig /dev/null
ErrorLog "{directory}/log"
LogLevel info
StartServers 1
MinSpareServers 1
MaxRequestWorkers 6
{directives}
"""


def _load(module: str) -> str:
    file = f"mod_{module}.so" if module != "php" else next(MODULES.glob("libphp*.so")).name
    return f"LoadModule {module}_module {MODULES / file}"
