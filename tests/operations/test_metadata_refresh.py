"""Metadata by address, read again by `ketenpoort metadata refresh` (SAML Metadata §4.3, SAML2Int
MD02, MD03; design.md §7.7)."""

import re
import threading
import time
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
import sqlalchemy as sa

from gateway.core.model import Connection
from gateway.feeds.refresh import make_refresher
from gateway.install import prepare
from gateway.settings import load_settings
from gateway.store.database import connect
from gateway.store.repositories import open_repositories
from gateway.store.tables import feeds
from tests.actors.keys import KeyPair, rsa_key
from tests.actors.saml_metadata import idp_metadata, sp_metadata
from tests.operations.command import Operator
from tests.parts.metadata_publisher import Publisher, run_publisher
from tests.parts.process import free_port

SCHOOL = "https://inloggen.dekade.example"
WHO = ("--brin", "99XA", "--name", "De Kade", "--town", "Dorp aan Zee")
OLD, NEW = rsa_key("school"), rsa_key("school, renewed")


@pytest.fixture
def publisher() -> Iterator[Publisher]:
    with run_publisher() as running:
        yield running


@pytest.fixture
def certificate(tmp_path: Path, publisher: Publisher) -> Path:
    file = tmp_path / "publisher.pem"
    file.write_text(publisher.keys.certificate)
    return file


@pytest.fixture
def at_home(operator: Operator, publisher: Publisher, certificate: Path) -> Operator:
    """An operator with a school by address."""
    operator = replace(operator, settings={**operator.settings, "ALLOW_LOOPBACK": "true"})
    publisher.publish(school_of(OLD))
    operator.good(
        "school", "add", *WHO, "--metadata", publisher.address, "--certificate", certificate
    )
    operator.good("school", "set", WHO[1], "--signed", "response")
    return operator


def school_of(*keys: KeyPair, entity_id: str = SCHOOL) -> str:
    return idp_metadata(entity_id, f"{entity_id}/sso", keys)


def service_of(name: str) -> str:
    return sp_metadata(f"https://{name}.example", [f"https://{name}.example/acs"], [rsa_key("sp")])


def connections(operator: Operator) -> list[Connection]:
    settings = {**operator.settings, "DATA_DIR": str(operator.directory)}
    environment = {f"KETENPOORT_{name}": value for name, value in settings.items()}
    return list(open_repositories(prepare(load_settings(environment))).connections.all())


def keys_of(operator: Operator) -> list[str]:
    """The certificates of the one connection."""
    (connection,) = connections(operator)
    return list(connection.config["signing_certificates"])  # type: ignore[arg-type]


def make_due(operator: Operator, **changes: str) -> None:
    """As if the last look was long ago."""
    engine = connect(f"sqlite:///{operator.directory}/ketenpoort.db")
    with engine.begin() as connection:
        connection.execute(sa.update(feeds).values(checked_at=0, **changes))


def feed(operator: Operator) -> dict[str, object]:
    (row,) = operator.read("metadata", "feeds")
    return row


def test_a_school_by_address_keeps_it_and_its_end(at_home: Operator, publisher: Publisher) -> None:
    kept = feed(at_home)
    assert (kept["address"], kept["for"], kept["signed"]) == (publisher.address, "party", True)
    (connection,) = connections(at_home)
    assert connection.config["feed"] == kept["feed"]
    left = int(connection.config["valid_until"]) - time.time()  # type: ignore[arg-type]
    assert 13 * 86_400 < left <= 14 * 86_400
    at_home.good("metadata", "refresh")
    assert publisher.asked == 1, "not due"


def test_design_7_7_a_renewed_certificate_is_taken_over(
    at_home: Operator, publisher: Publisher
) -> None:
    """Both keys during the school's rollover, then the new one alone; what is ours stays."""
    for keys in ([OLD, NEW], [NEW]):
        publisher.publish(school_of(*keys))
        make_due(at_home)
        assert f"{publisher.address}: well" in at_home.good("metadata", "refresh")
        assert keys_of(at_home) == [each.certificate_base64 for each in keys]
    (connection,) = connections(at_home)
    assert connection.config["signed"] == "response"
    assert len(at_home.read("school", "list")) == 1


def without_signature(publisher: Publisher) -> None:
    publisher.publish(school_of(NEW))
    signature = re.compile(rb"<ds:Signature .*</ds:Signature>", re.DOTALL)
    publisher.document = signature.sub(b"", publisher.document)


def broken_off(publisher: Publisher) -> None:
    publisher.document = publisher.document[:-10]


def failing(publisher: Publisher) -> None:
    publisher.status = 503


BAD: list[tuple[str, Callable[[Publisher], None], str]] = [
    ("another-signer", lambda p: p.publish(school_of(NEW), by=rsa_key("stranger")), "signature is not accepted"),
    ("no-signature", without_signature, "The metadata is not signed"),
    ("ended", lambda p: p.publish(school_of(NEW), ends_s=-3600), "The metadata ended on"),
    ("no-end", lambda p: p.publish(school_of(NEW), ends_s=None), "has no validUntil"),
    ("an-end-too-far", lambda p: p.publish(school_of(NEW), ends_s=400 * 86_400), "days ahead"),
    ("broken-off", broken_off, "not well-formed"),
    ("failing", failing, "status 503"),
    ("another-party", lambda p: p.publish(school_of(NEW, entity_id="https://elders.example")), "describes none of its parties"),
    ("no-key", lambda p: p.publish(school_of()), "no usable key for signing"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "says"), [pytest.param(*c[1:], id=c[0]) for c in BAD])
def test_what_is_bad_or_away_leaves_the_last_good_copy(
    at_home: Operator, publisher: Publisher, change: Callable[[Publisher], None], says: str
) -> None:
    before = connections(at_home)
    change(publisher)
    make_due(at_home)
    assert_kept(at_home, before, publisher.address, says)


def test_an_address_where_nobody_is_leaves_the_last_good_copy(at_home: Operator) -> None:
    before = connections(at_home)
    nowhere = f"http://127.0.0.1:{free_port()}/metadata"
    make_due(at_home, address=nowhere)
    assert_kept(at_home, before, nowhere, "gives no answer")


def assert_kept(operator: Operator, before: list[Connection], address: str, says: str) -> None:
    done = operator.run("metadata", "refresh")
    assert done.code == 1
    assert says in done.error
    assert connections(operator) == before
    kept = feed(operator)
    assert says in str(kept["problem"])
    assert kept["valid_until"] is not None
    said = operator.good("doctor")
    assert f"warning {address} could not be read again" in said
    assert "what we have ends in 14 days: this week" in said


def test_it_is_well_again_when_its_publisher_is(at_home: Operator, publisher: Publisher) -> None:
    publisher.status = 503
    make_due(at_home)
    assert at_home.run("metadata", "refresh").code == 1
    assert publisher.asked == 2
    assert at_home.run("metadata", "refresh").output == "", "it failed a moment ago"
    publisher.status = 200
    make_due(at_home)
    at_home.good("metadata", "refresh")
    assert feed(at_home)["problem"] is None


def test_of_two_at_once_one_works(at_home: Operator, publisher: Publisher) -> None:
    """A lease; the other finds nothing left to do."""
    make_due(at_home)
    publisher.gate = threading.Event()
    publisher.arrived.clear()
    first = threading.Thread(target=refresh_elsewhere, args=(at_home,))
    first.start()
    try:
        assert publisher.arrived.wait(60)
        assert refresh_elsewhere(at_home) == 0
    finally:
        publisher.gate.set()
        first.join()
    assert publisher.asked == 2, "once to add it, once by one of the two"


def refresh_elsewhere(operator: Operator) -> int:
    """The number of feeds that another process reads."""
    settings = {**operator.settings, "DATA_DIR": str(operator.directory)}
    loaded = load_settings({f"KETENPOORT_{name}": value for name, value in settings.items()})
    engine = connect(loaded.database_url)
    return len(list(make_refresher(loaded, engine).all_due()))


def test_a_lease_of_a_process_that_died_ends(at_home: Operator, publisher: Publisher) -> None:
    engine = connect(f"sqlite:///{at_home.directory}/ketenpoort.db")
    name = f"feed:{feed(at_home)['feed']}"
    statement = sa.text("INSERT INTO leases VALUES (:name, 'dead', :until)")
    with engine.begin() as connection:
        connection.execute(statement, {"name": name, "until": int(time.time()) + 600})
    make_due(at_home)
    at_home.good("metadata", "refresh")
    assert publisher.asked == 1
    with engine.begin() as connection:
        connection.execute(sa.text("UPDATE leases SET until = 1"))
    at_home.good("metadata", "refresh")
    assert publisher.asked == 2


def test_a_federation_brings_new_parties_and_touches_no_other(
    at_home: Operator, tmp_path: Path
) -> None:
    """Who signs for one school does not speak for another that came from elsewhere."""
    with run_publisher() as federation:
        federation.keys = rsa_key("federation")
        pem = tmp_path / "federation.pem"
        pem.write_text(federation.keys.certificate)
        federation.publish(service_of("rekenen"), school_of(OLD, entity_id="https://b.example"))
        at_home.good("metadata", "import", federation.address, "--certificate", pem)
        before = [each for each in connections(at_home) if each.identifier == SCHOOL]
        federation.publish(
            service_of("rekenen"),
            service_of("lezen"),
            school_of(NEW, entity_id="https://b.example"),
            school_of(NEW),
        )
        make_due(at_home)
        at_home.good("metadata", "refresh")
    names = {each["identifier"] for each in at_home.read("service", "list")}
    assert names == {"https://rekenen.example", "https://lezen.example"}
    after = {each.identifier: each for each in connections(at_home)}
    assert [after[SCHOOL]] == before
    renewed = after["https://b.example"].config["signing_certificates"]
    assert renewed == [NEW.certificate_base64]


def test_a_service_by_address_is_renewed_and_keeps_what_was_set(
    at_home: Operator, publisher: Publisher, supplier: str, certificate: Path
) -> None:
    publisher.publish(service_of("rekenen"))
    options = ("--metadata", publisher.address, "--certificate", certificate)
    chosen = ("--profile", "entree", "--name", "Rekenen")
    added = at_home.read("service", "add", "--supplier", supplier, *options, *chosen)["id"]
    moved = service_of("rekenen").replace("rekenen.example/acs", "nieuw.example/acs")
    publisher.publish(moved)
    make_due(at_home)
    at_home.run("metadata", "refresh")
    shown = at_home.read("service", "show", added)
    assert (shown["profile"], shown["name"]) == ("entree", "Rekenen")
    assert shown["targets"] == ["https://nieuw.example/"]
    engine = connect(f"sqlite:///{at_home.directory}/ketenpoort.db")
    with engine.connect() as connection:
        config = connection.execute(sa.text("SELECT config FROM services")).scalar_one()
    assert "https://nieuw.example/acs" in str(config)


def test_an_address_that_no_timer_reads_is_a_warning(at_home: Operator) -> None:
    assert "was not read for a day" not in at_home.good("doctor")
    make_due(at_home)
    assert "was not read for a day" in at_home.good("doctor")


def test_a_publisher_that_does_not_renew_is_a_warning_in_the_last_days(
    at_home: Operator, publisher: Publisher
) -> None:
    publisher.publish(school_of(OLD), ends_s=86_400 + 60)
    make_due(at_home)
    at_home.good("metadata", "refresh")
    assert "is read well; what we have ends in 1 days: at once" in at_home.good("doctor")


def test_an_address_can_be_forgotten(at_home: Operator, publisher: Publisher) -> None:
    at_home.good("metadata", "forget", str(feed(at_home)["feed"]))
    assert at_home.read("metadata", "feeds") == []
    assert "there is no feed" in at_home.refused("metadata", "forget", "feed-x")
    assert keys_of(at_home) == [OLD.certificate_base64]


def test_an_address_without_a_party_is_read_no_longer(
    at_home: Operator, publisher: Publisher
) -> None:
    at_home.good("school", "remove", "99XA")
    make_due(at_home)
    at_home.good("metadata", "refresh")
    assert at_home.read("metadata", "feeds") == []
    assert publisher.asked == 1


def test_what_was_changed_while_a_document_was_read_stays(
    at_home: Operator, tmp_path: Path
) -> None:
    """A service that the operator switches off meanwhile is not switched on by its metadata."""
    with run_publisher() as federation:
        federation.keys = rsa_key("federation")
        pem = tmp_path / "federation.pem"
        pem.write_text(federation.keys.certificate)
        federation.publish(service_of("rekenen"), service_of("lezen"))
        at_home.good("metadata", "import", federation.address, "--certificate", pem)
        moved = service_of("rekenen").replace("/acs", "/nieuw")
        federation.publish(moved, service_of("lezen"))
        make_due(at_home)
        federation.gate, federation.arrived = threading.Event(), threading.Event()
        refresh = threading.Thread(target=refresh_elsewhere, args=(at_home,))
        refresh.start()
        try:
            assert federation.arrived.wait(60)
            (service,) = [
                each["id"]
                for each in at_home.read("service", "list")
                if "rekenen" in each["identifier"]
            ]
            at_home.good("service", "off", service)
        finally:
            federation.gate.set()
            refresh.join()
    assert at_home.read("service", "show", service)["active"] is False
    engine = connect(f"sqlite:///{at_home.directory}/ketenpoort.db")
    with engine.connect() as connection:
        configs = connection.execute(sa.text("SELECT config FROM services")).scalars().all()
    assert "https://rekenen.example/nieuw" in str(configs), "and it was renewed"
