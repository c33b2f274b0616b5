"""The command line: `ketenpoort --help`. Commands work on the database; a running gateway sees
what they did within a second."""

import importlib

import click

import gateway
from gateway.errors import GatewayError

_COMMANDS = {
    "serve": "Run the gateway.",
    "demo": "Run the main job on this machine.",
    "doctor": "Check everything that a gateway stands on.",
    "school": "Schools and how they sign in.",
    "supplier": "Suppliers, each with pseudonyms of its own.",
    "service": "Services of suppliers.",
    "metadata": "SAML metadata of others.",
    "release": "What a school lets a service know of its people.",
    "licence": "Which class groups of a school may use a material.",
    "material": "Learning materials that services publish.",
    "link": "Deep links into services.",
    "invite": "Invitations to the consoles.",
    "audit": "What was done in the consoles.",
    "keys": "The gateway's own keys.",
    "eckid": "ECK iD, the pseudonyms of the chain.",
}


class Commands(click.Group):
    """Loads a command when it is asked for; a known error ends in one plain line."""

    def list_commands(self, ctx: click.Context) -> list[str]:  # noqa: ARG002
        return list(_COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:  # noqa: ARG002
        if cmd_name not in _COMMANDS:
            return None
        module = importlib.import_module(f"gateway.cli.{cmd_name}")
        command: click.Command = getattr(module, cmd_name)
        return command

    def format_commands(self, ctx: click.Context, formatter: click.HelpFormatter) -> None:  # noqa: ARG002
        with formatter.section("Commands"):
            formatter.write_dl(list(_COMMANDS.items()))

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            raise click.ClickException(error.detail or error.title) from error


@click.command(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(version=gateway.__version__, prog_name="ketenpoort")
def main() -> None:
    """Ketenpoort: one login at the school, every material of every supplier."""
