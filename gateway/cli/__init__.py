"""The command line: `ketenpoort --help`. Commands work on the database; a running gateway sees
what they did within a second."""

import click

from gateway.cli.demo import demo
from gateway.cli.doctor import doctor
from gateway.cli.eckid import eckid
from gateway.cli.keys import keys
from gateway.cli.link import link
from gateway.cli.metadata import metadata
from gateway.cli.release import release
from gateway.cli.school import school
from gateway.cli.serve import serve
from gateway.cli.service import service
from gateway.cli.supplier import supplier
from gateway.errors import GatewayError


class Commands(click.Group):
    """A group whose known errors end in one plain line."""

    def invoke(self, ctx: click.Context) -> object:
        try:
            return super().invoke(ctx)
        except GatewayError as error:
            raise click.ClickException(error.detail or error.title) from error


@click.group(cls=Commands, context_settings={"help_option_names": ["-h", "--help"]})
@click.version_option(package_name=None, version="0.1.0", prog_name="ketenpoort")
def main() -> None:
    """Ketenpoort: one login at the school, every material of every supplier."""


for command in (
    serve,
    demo,
    doctor,
    school,
    supplier,
    service,
    metadata,
    release,
    link,
    keys,
    eckid,
):
    main.add_command(command)
