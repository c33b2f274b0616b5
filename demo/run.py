"""Runs the whole demo: every party a process of its own, registered by the command line."""

import os
import secrets
import signal
import sys
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import asdict, dataclass
from pathlib import Path
from tempfile import TemporaryDirectory

from demo.check import check
from demo.environment import Addresses, to_environment
from demo.federation import load
from demo.options import DemoOptions, Ports
from demo.parties import parties
from demo.programs import ENDING, HOST, DemoError, Programs, taken, web_server
from demo.registration import CommandLine, Credentials, Registered, Registrar


def main(options: DemoOptions) -> int:
    """Run until Ctrl-C or SIGTERM, or drive the chain once; gives the exit code."""
    for one in ENDING:
        signal.signal(one, signal.default_int_handler)
    try:
        with ExitStack() as stack:
            folder = options.data_dir or Path(
                stack.enter_context(TemporaryDirectory(prefix="ketenpoort-demo-"))
            )
            ports = Ports.free() if options.check else options.ports
            programs = stack.enter_context(Programs(folder / "logs"))
            demo = Demo(ports, folder, programs, _tell)
            return demo.check() if options.check else demo.serve()
    except DemoError as error:
        print(f"demo: {error}", file=sys.stderr)
        return 1
    except KeyboardInterrupt:
        _tell("stopped")
        return 130 if options.check else 0


@dataclass(frozen=True, slots=True)
class Demo:
    ports: Ports
    folder: Path
    programs: Programs
    tell: Callable[[str], None]

    def serve(self) -> int:
        registered = self._start()
        at = registered.addresses
        self.tell(f"\n  gateway    {at.gateway}/\n  teachers   {at.gateway}/materials")
        self.tell(f"  schools    {at.saml_school}/  {at.oidc_school}/")
        self.tell(f"  suppliers  {at.saml_supplier}/  {at.oidc_supplier}/  {at.lti_supplier}/")
        self.tell(f"\nOpen {at.start}/\nready (Ctrl-C stops)")
        self.programs.watch()
        return 0

    def check(self) -> int:
        registered = self._start()
        try:
            check(parties(load(), registered, self.tell))
        except DemoError:
            self.programs.check_alive()  # says more than that nobody answers
            raise
        self.tell("the whole chain works")
        return 0

    def _start(self) -> Registered:
        self._refuse_taken_ports()
        addresses = self.ports.addresses()
        known = self._known(addresses)
        at_school = known.at_school if known else _new_credentials()
        self._start_first(addresses, at_school)
        registered = known or self._register(addresses, at_school)
        self._start_last(registered)
        return registered

    def _start_first(self, at: Addresses, at_school: Credentials) -> None:
        """Everyone who can start before the gateway has given out credentials and links."""
        self.tell("starting the gateway, two schools and a supplier")
        command = [sys.executable, "-m", "gateway.cli", "serve", "--host", HOST]
        self.programs.start(
            "gateway",
            [*command, "--port", str(self.ports.gateway)],
            self._gateway_environment(at),
            f"{at.gateway}/readyz",
        )
        self._start_party(
            "saml_school",
            "demo.schools.saml:serve",
            data_dir=str(self.folder / "saml-school"),
            gateway_metadata=f"{at.gateway}/school/saml/metadata",
        )
        self._start_party(
            "oidc_school",
            "demo.schools.oidc:serve",
            data_dir=str(self.folder / "oidc-school"),
            redirect_uri=f"{at.gateway}/school/oidc/callback",
            **at_school.model_dump(),
        )
        self._start_party(
            "saml_supplier",
            "demo.suppliers.saml:serve",
            data_dir=str(self.folder / "saml-supplier"),
            gateway_metadata=f"{at.gateway}/saml/metadata",
        )
        self.programs.wait_ready()

    def _start_last(self, registered: Registered) -> None:
        self.tell("starting the other suppliers and the start page")
        at = registered.addresses
        self._start_party(
            "oidc_supplier",
            "demo.suppliers.oidc:serve",
            issuer=at.gateway,
            **registered.at_gateway.model_dump(),
        )
        self._start_party(
            "lti_supplier",
            "demo.suppliers.lti:serve",
            data_dir=str(self.folder / "lti-supplier"),
            issuer=at.gateway,
            client_id=registered.tool_id,
        )
        self._start_party(
            "start",
            "demo.start:serve",
            addresses=at.model_dump_json(),
            links=registered.links.model_dump_json(),
            pick_address=registered.pick_address,
            invitations=self._registrar(at).invite(registered.oidc_supplier).model_dump_json(),
        )
        self.programs.wait_ready()

    def _start_party(self, name: str, target: str, **settings: str) -> None:
        port: int = getattr(self.ports, name)
        address = f"http://{HOST}:{port}"
        environment = os.environ | to_environment(address=address, **settings)
        self.programs.start(name, web_server(target, port), environment, f"{address}/healthz")

    def _register(self, addresses: Addresses, at_school: Credentials) -> Registered:
        self.tell("registering schools, suppliers, materials and links")
        registered = self._registrar(addresses).register(addresses, at_school)
        self._memo.touch(mode=0o600)
        self._memo.write_text(registered.model_dump_json(), encoding="utf-8")
        return registered

    def _registrar(self, addresses: Addresses) -> Registrar:
        return Registrar(CommandLine(self._gateway_environment(addresses)), load(), self.folder)

    @property
    def _memo(self) -> Path:
        return self.folder / "registered.json"

    def _known(self, addresses: Addresses) -> Registered | None:
        if not self._memo.exists():
            return None
        known = Registered.model_validate_json(self._memo.read_text(encoding="utf-8"))
        if known.addresses != addresses:
            raise DemoError(f"{self.folder} was made with other ports; use those or another folder")
        return known

    def _refuse_taken_ports(self) -> None:
        ports = asdict(self.ports)
        closed = taken(ports.values())
        lines = [
            f"port {port} ({name}) is taken; choose another with --port {name}=NUMBER"
            for name, port in ports.items()
            if port in closed
        ]
        if lines:
            raise DemoError("\n".join(lines))

    def _gateway_environment(self, at: Addresses) -> dict[str, str]:
        inherited = {k: v for k, v in os.environ.items() if not k.startswith("KETENPOORT_")}
        return inherited | {
            "KETENPOORT_BASE_URL": at.gateway,
            "KETENPOORT_DATA_DIR": str(self.folder / "gateway"),
            "KETENPOORT_ALLOW_LOOPBACK": "true",
        }


def _new_credentials() -> Credentials:
    return Credentials(client_id="ketenpoort", client_secret=secrets.token_urlsafe(32))


def _tell(line: str) -> None:
    print(line, flush=True)
