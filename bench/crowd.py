"""Thousands of invented schools and services, registered in bulk as an operator would."""

import csv
from pathlib import Path

from bench import federation, messages
from bench.keys import make_key_pair
from bench.registration import Command

BOARD_BRIN = "99XB"
CERTIFICATES = 16  # making one for each school would take longer than the measuring


def register_crowd(command: Command, folder: Path, schools: int, services: int) -> None:
    """Import an aggregate of identity providers and services; put schools on a board's provider.

    The measured school keeps an identity provider of its own.
    """
    certificates = [make_key_pair(f"School {n}").certificate for n in range(CERTIFICATES)]
    file = _aggregate(folder, certificates, schools, services)
    command.run("metadata", "import", str(file), "--unsigned")
    board = folder / "board.xml"
    board.write_text(_school("board", certificates[0]))
    connection = command.json(
        *("school", "add", "--brin", BOARD_BRIN, "--name", "Meetbestuur"),
        *("--town", federation.TOWN, "--metadata", str(board)),
    )["connection"]
    command.run("school", "import", str(_school_list(folder, schools, connection)))


def _aggregate(folder: Path, certificates: list[str], schools: int, services: int) -> Path:
    file = folder / "aggregate.xml"
    with file.open("w", encoding="utf-8") as out:
        out.write(
            '<md:EntitiesDescriptor xmlns:md="urn:oasis:names:tc:SAML:2.0:metadata"'
            ' Name="https://meetfederatie.test">\n'
        )
        for n in range(schools):
            out.write(_school(f"school-{n}", certificates[n % CERTIFICATES]) + "\n")
        for n in range(services):
            out.write(_service(f"service-{n}") + "\n")
        out.write("</md:EntitiesDescriptor>\n")
    return file


def _school(name: str, certificate: str) -> str:
    address = f"https://{name}.meetfederatie.test"
    return messages.template("school-metadata").format(
        entity_id=f"{address}/metadata", sso=f"{address}/sso", certificate=certificate
    )


def _service(name: str) -> str:
    address = f"https://{name}.meetfederatie.test"
    return messages.template("service-metadata").format(
        entity_id=f"{address}/metadata", acs=f"{address}/acs"
    )


def _school_list(folder: Path, schools: int, connection: str) -> Path:
    file = folder / "schools.csv"
    with file.open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(("brin", "name", "town", "connection"))
        for n in range(schools):
            writer.writerow((_brin(n), f"Meetschool {n}", federation.TOWN, connection))
    return file


def _brin(n: int) -> str:
    """BRINs with a branch, of the invented series 99AA to 99DV: a hundred branches each."""
    letters, branch = divmod(n, 100)
    return f"99{chr(65 + letters // 26)}{chr(65 + letters % 26)}{branch:02d}"
