"""One entity of a Metadata Query server (draft-young-md-query, draft-young-md-query-saml): taken by
name, kept fresh, believed by its signature alone."""

import hashlib
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path
from urllib.parse import quote

import pytest
import sqlalchemy as sa
from lxml import etree

from gateway.core.model import Connection
from gateway.feeds.refresh import make_refresher
from gateway.install import prepare
from gateway.settings import Settings, load_settings
from gateway.store.database import connect
from gateway.store.repositories import open_repositories
from gateway.store.tables import feeds
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.operations.command import Operator
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.metadata_queries import QueryServer, run_query_server
from tests.parts.process import run_directory

SCHOOL = "https://inloggen.dekade.example/saml?tenant=1"
OLD, NEW = rsa_key("school"), rsa_key("school, renewed")


@pytest.fixture
def server() -> Iterator[QueryServer]:
    with run_query_server() as running:
        running.publish(SCHOOL, school_of(OLD))
        yield running


@pytest.fixture
def certificate(tmp_path: Path, server: QueryServer) -> Path:
    file = tmp_path / "server.pem"
    file.write_text(server.keys.certificate)
    return file


@pytest.fixture
def asks(operator: Operator) -> Operator:
    return replace(operator, settings={**operator.settings, "ALLOW_LOOPBACK": "true"})


def school_of(*keys: KeyPair, entity_id: str = SCHOOL) -> str:
    return idp_metadata(entity_id, "https://inloggen.dekade.example/sso", keys)


def take(operator: Operator, server: QueryServer, certificate: Path, name: str = SCHOOL) -> None:
    operator.good("metadata", "query", server.base, name, "--certificate", certificate)


def settings_of(operator: Operator) -> Settings:
    settings = {**operator.settings, "DATA_DIR": str(operator.directory)}
    return load_settings({f"KETENPOORT_{name}": value for name, value in settings.items()})


def connections(operator: Operator) -> list[Connection]:
    return list(open_repositories(prepare(settings_of(operator))).connections.all())


def feed(operator: Operator) -> dict[str, object]:
    (row,) = operator.read("metadata", "feeds")
    return row


def make_due(operator: Operator) -> None:
    engine = connect(f"sqlite:///{operator.directory}/ketenpoort.db")
    with engine.begin() as connection:
        connection.execute(sa.update(feeds).values(checked_at=0))


def test_an_entity_is_taken_by_its_name(
    asks: Operator, server: QueryServer, certificate: Path
) -> None:
    """Protocol §3.2.1: the identifier is percent-encoded into one segment; the profile's Content
    Type: the request says that it accepts SAML metadata."""
    take(asks, server, certificate)
    assert server.asked == ["/mdq/entities/" + quote(SCHOOL, safe="")]
    assert server.accepted == {"application/samlmetadata+xml"}
    (connection,) = connections(asks)
    assert connection.identifier == SCHOOL
    kept = feed(asks)
    assert (kept["for"], kept["address"], kept["taken"]) == ("query", server.base, 1)
    assert connection.config["feed"] == kept["feed"]
    assert kept["valid_until"] is not None


def test_a_further_one_needs_no_certificate_again(
    asks: Operator, server: QueryServer, certificate: Path
) -> None:
    take(asks, server, certificate)
    service = "https://rekenen.example"
    server.publish(service, sp_metadata(service, [f"{service}/acs"], [rsa_key("sp")]))
    asks.good("metadata", "query", server.base, service)
    assert [each["identifier"] for each in asks.read("service", "list")] == [service]
    assert feed(asks)["taken"] == 2


def test_the_digest_is_asked_where_the_name_is_not_found(
    asks: Operator, server: QueryServer, certificate: Path
) -> None:
    """The profile's Identifiers: `{sha1}` and 40 small hexadecimal digits, for a proxy that does
    not pass an encoded slash."""
    server.knows_names = False
    take(asks, server, certificate)
    digest = hashlib.sha1(SCHOOL.encode()).hexdigest()
    assert server.asked[-1] == f"/mdq/entities/%7Bsha1%7D{digest}"
    assert len(connections(asks)) == 1


def test_known_entities_are_kept_fresh_each_by_its_own_request(
    asks: Operator, server: QueryServer, certificate: Path
) -> None:
    take(asks, server, certificate)
    server.publish("https://other.example", school_of(NEW, entity_id="https://other.example"))
    server.publish(SCHOOL, school_of(OLD, NEW))
    server.asked.clear()
    asks.good("metadata", "refresh")
    assert server.asked == ["/mdq/entities/" + quote(SCHOOL, safe="")]
    (connection,) = connections(asks)
    assert connection.config["signing_certificates"] == [
        OLD.certificate_base64,
        NEW.certificate_base64,
    ]


def away(server: QueryServer) -> None:
    server.status = 503


def forgotten(server: QueryServer) -> None:
    server.documents.clear()


BAD: list[tuple[str, Callable[[QueryServer], None], str]] = [
    ("another-signer", lambda s: s.publish(SCHOOL, school_of(NEW), by=rsa_key("stranger")), "signature is not accepted"),
    ("ended", lambda s: s.publish(SCHOOL, school_of(NEW), ends_s=-3600), "The metadata ended on"),
    ("another-entity", lambda s: s.publish(SCHOOL, school_of(NEW, entity_id="https://elders.example")), "answers with another"),
    ("no-key", lambda s: s.publish(SCHOOL, school_of()), "can not be renewed"),
    ("away", away, "status 503"),
    ("not-there", forgotten, "does not know"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), [pytest.param(*c[1:], id=c[0]) for c in BAD])
def test_what_is_bad_or_away_leaves_the_last_good_copy(
    asks: Operator,
    server: QueryServer,
    certificate: Path,
    change: Callable[[QueryServer], None],
    says: str,
) -> None:
    take(asks, server, certificate)
    before = connections(asks)
    change(server)
    make_due(asks)
    done = asks.run("metadata", "refresh")
    assert done.code == 1
    assert says in done.error
    assert connections(asks) == before
    assert says in str(feed(asks)["problem"])


@pytest.mark.parametrize(("change", "says"), [pytest.param(*c[1:], id=c[0]) for c in BAD[:3]])
def test_what_is_not_proved_is_never_taken(
    asks: Operator,
    server: QueryServer,
    certificate: Path,
    change: Callable[[QueryServer], None],
    says: str,
) -> None:
    change(server)
    said = asks.refused("metadata", "query", server.base, SCHOOL, "--certificate", certificate)
    assert says in said
    assert connections(asks) == []
    assert asks.read("metadata", "feeds") == []


def test_a_server_needs_a_key_and_speaks_for_no_party_of_elsewhere(
    asks: Operator, server: QueryServer, certificate: Path, tmp_path: Path
) -> None:
    assert "needs --certificate" in asks.refused("metadata", "query", server.base, SCHOOL)
    own = tmp_path / "own.xml"
    own.write_text(school_of(OLD))
    who = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
    asks.good("school", "add", *who, "--metadata", own)
    server.publish(SCHOOL, school_of(NEW))
    said = asks.refused("metadata", "query", server.base, SCHOOL, "--certificate", certificate)
    assert "registered already" in said
    (connection,) = connections(asks)
    assert connection.config["signing_certificates"] == [OLD.certificate_base64]


def test_an_address_inside_our_own_network_is_not_asked(
    operator: Operator, server: QueryServer, certificate: Path
) -> None:
    said = operator.refused("metadata", "query", server.base, SCHOOL, "--certificate", certificate)
    assert "is not an https: address" in said
    assert server.asked == []


def test_in_a_login_whose_signature_fails_the_one_entity_is_asked(
    asks: Operator, server: QueryServer, certificate: Path
) -> None:
    """design.md §7.7: at most once in ten minutes for each school."""
    take(asks, server, certificate)
    server.publish(SCHOOL, school_of(NEW))
    loaded = settings_of(asks)
    refresher = make_refresher(loaded, connect(loaded.database_url))
    (known,) = connections(asks)
    renewed = refresher.renewed(known)
    assert renewed is not None
    assert renewed.config["signing_certificates"] == [NEW.certificate_base64]
    count = len(server.asked)
    assert refresher.renewed(known) is None
    assert len(server.asked) == count


def test_our_own_server_is_understood(operator: Operator, tmp_path: Path) -> None:
    """Another gateway, in a process of its own: both of its entities, by its own key."""
    with run_directory("queried") as directory:
        other = Gateway(directory)
        names = [f"{other.base}/saml/metadata", f"{other.base}/school/saml/metadata"]
        with run_gateway(other):
            asks = take_all(operator, other, names, tmp_path / "other.pem")
    assert [each.identifier for each in connections(asks)] == names[:1]
    assert [each["identifier"] for each in asks.read("service", "list")] == names[1:]


def take_all(operator: Operator, other: Gateway, names: list[str], pem: Path) -> Operator:
    document = etree.fromstring(other.get("/saml/metadata").content)
    (found, *_) = document.iter("{http://www.w3.org/2000/09/xmldsig#}X509Certificate")
    pem.write_text(f"-----BEGIN CERTIFICATE-----\n{found.text}\n-----END CERTIFICATE-----\n")
    asks = replace(operator, settings={**operator.settings, "ALLOW_LOOPBACK": "true"})
    base = f"{other.base}/saml/mdq"
    for name in names:
        asks.good("metadata", "query", base, name, "--certificate", pem)
    assert "does not know" in asks.refused("metadata", "query", base, f"{other.base}/x")
    return asks
