import json
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from cryptography.hazmat.primitives import serialization

from bench import federation, saml_supplier, school
from bench.errors import BenchError
from bench.federation import GatewayKeys, Registered
from bench.keys import KeyPair, make_key_pair
from bench.peer.journeys import PeerWorld
from bench.site import Running
from tests.parts.apache import run_apache
from tests.parts.process import free_port, run_directory
from tests.parts.simplesamlphp_idp import CONFIG, DIRECTIVES, PROGRAM

NEEDED = "SimpleSAMLphp is not here: scripts/bench --peer installs it"
OWN = Path(__file__).with_name("config")
# A browser keeps its connection, as it does at the gateway's server; each takes a process here.
KEEP_ALIVE = "KeepAlive On\nMaxKeepAliveRequests 0\nKeepAliveTimeout 60\nMaxRequestWorkers 16\n"
PEM_LINE = 64


@contextmanager
def run_peer(school_keys: KeyPair) -> Iterator[Running]:
    """SimpleSAMLphp between the played school and service; gives the id of its first process."""
    if not PROGRAM.exists():
        raise BenchError(NEEDED)
    port = free_port()
    base = f"http://127.0.0.1:{port}"
    keys = make_key_pair("SimpleSAMLphp")
    published = GatewayKeys(keys.certificate, keys.certificate, {})
    world = PeerWorld(Registered(base, "", "", ""), published, school_keys)
    with run_directory("peer") as directory:
        _write_config(directory, base, keys, school_keys.certificate)
        directives = DIRECTIVES.format(directory=directory, program=PROGRAM) + KEEP_ALIVE
        with run_apache("simplesamlphp", port, directory, ["php"], directives) as program:
            yield Running(world, program.process.pid)


def _write_config(directory: Path, base: str, keys: KeyPair, school_certificate: str) -> None:
    for name in ("sessions", "data"):
        (directory / name).mkdir()
    (directory / "hub.key").write_bytes(
        keys.key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
    )
    (directory / "hub.crt").write_text(_pem(keys.certificate))
    sources = {
        "school.xml": school.metadata(school_certificate),
        "service.xml": saml_supplier.metadata(federation.SERVICE),
    }
    for name, document in sources.items():
        (directory / name).write_text(document)
    values = {
        "base": base,
        "directory": str(directory),
        "idp": federation.SCHOOL_ENTITY_ID,
        "released": sorted(federation.RELEASED),
        "sources": [str(directory / name) for name in sources],
    }
    shutil.copytree(OWN, directory / "config")
    shutil.copy(CONFIG / "config.php", directory / "config")
    (directory / "config" / "values.json").write_text(json.dumps(values))


def _pem(certificate: str) -> str:
    lines = [certificate[at : at + PEM_LINE] for at in range(0, len(certificate), PEM_LINE)]
    return "\n".join(("-----BEGIN CERTIFICATE-----", *lines, "-----END CERTIFICATE-----", ""))
