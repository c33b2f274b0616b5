"""The demo: the gateway with two schools and three suppliers, each a program of its own."""

import sys
from pathlib import Path

import click


@click.command()
@click.option(
    "--check", is_flag=True, help="Drive the whole chain once without a browser, and end."
)
@click.option(
    "--port",
    "ports",
    multiple=True,
    metavar="NAME=NUMBER",
    help="Another port: gateway, start, saml_school, oidc_school, saml_supplier, oidc_supplier,"
    " lti_supplier.",
)
@click.option(
    "--data-dir",
    type=click.Path(path_type=Path),
    help="Keep the data here; else each run starts fresh.",
)
def demo(*, check: bool, ports: tuple[str, ...], data_dir: Path | None) -> None:
    """Run the main job on this machine: two schools, three suppliers, one login."""
    from demo.options import DemoOptions, Ports  # noqa: PLC0415  # its parts are not installed in production
    from demo.programs import DemoError  # noqa: PLC0415
    from demo.run import main  # noqa: PLC0415

    try:
        options = DemoOptions(Ports().changed(ports), data_dir, check=check)
    except DemoError as error:
        raise click.ClickException(str(error)) from error
    sys.exit(main(options))
