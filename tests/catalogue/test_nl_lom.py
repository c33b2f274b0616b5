"""NL-LOM: every real record of the shared data, and what makes a record useless."""

from pathlib import Path

import pytest
from lxml import etree

from gateway.catalogue.nl_lom import read
from gateway.catalogue.reading import Reading, refuse_problems
from gateway.core.materials import Objective
from gateway.errors import ContentRefused
from gateway.trust.xml import parse
from tests.catalogue.services import service

IMS = "http://www.imsglobal.org/xsd/imsmd_v1p2"
IEEE = "http://ltsc.ieee.org/xsd/LOM"
OF_THE_SAMPLES = service(
    *(
        f"https://{host}/"
        for host in (
            *("nl.wikipedia.org", "en.wikipedia.org", "anatomytool.org"),
            *("surfsharekit.nl", "www.youtube.com", "youtu.be"),
        )
    )
)


def read_sample(shared_data: Path, name: str) -> Reading:
    return read(parse((shared_data / "nl-lom" / name).read_bytes()))


@pytest.mark.shared_data
@pytest.mark.parametrize(
    ("name", "records", "deleted"),
    [
        ("edurep-lom-00-elektrische-fiets.xml", 1, 0),
        ("edurep-lom-02-pedaal-fiets-.xml", 1, 0),
        ("edurep-lom-04-tandem-fiets-.xml", 1, 0),
        ("edurep-lom-06-cassette-fiets-.xml", 1, 0),
        ("edurep-lom-08-elektrische-fiets.xml", 1, 0),
        ("pylom-ims-complete.xml", 1, 0),
        ("edurep-sru-response-part1.xml", 5, 0),
        ("edurep-oaipmh.initial.0.xml", 8, 1),
        ("anatomy-tool-oaipmh.initial.0.xml", 10, 0),
    ],
)
def test_every_record_of_the_samples_may_be_published(
    shared_data: Path, name: str, records: int, deleted: int
):
    reading = read_sample(shared_data, name)
    refuse_problems(OF_THE_SAMPLES, reading)
    assert len(reading.publications) == records
    assert len([each for each in reading.passed_over if each.endswith(": deleted")]) == deleted
    for publication in reading.publications:
        assert publication.key
        assert publication.title
        assert publication.access_link


@pytest.mark.shared_data
def test_every_file_of_the_samples_is_read_or_refused_with_its_record(shared_data: Path):
    refusals = {}
    for file in sorted((shared_data / "nl-lom").glob("*.xml")):
        try:
            read(parse(file.read_bytes()))
        except ContentRefused as refused:
            refusals[file.name] = refused.detail
    assert refusals == {
        "edurep-default-response.xml": "record 1 (unittest:fbbec4c8-7b7c-47a1-81c6-e59d088463d4):"
        " it has no location (technical.location): there is nothing to link to",
        "edurep-eckResponse-v2.1.1.xml": "record 1 (test:license-01):"
        " it has no lom of IMS-MD 1.2 or IEEE LOM",
    }


@pytest.mark.shared_data
def test_levels_subjects_and_years_come_from_the_classifications(shared_data: Path):
    (publication,) = read_sample(shared_data, "edurep-lom-08-elektrische-fiets.xml").publications
    assert "VMBO" in publication.levels
    assert "VMBO kaderberoepsgerichte leerweg, 3" in publication.levels
    assert "MBO, Niveau 2: Basisberoepsopleiding" in publication.levels
    assert publication.years == (3, 4)
    assert publication.subjects[:2] == ("Voertuigtechniek", "Mobiliteit en voertuigen")
    assert publication.languages == ("nl",)


@pytest.mark.shared_data
def test_that_an_answer_goes_on_is_said(shared_data: Path):
    """An import of this file as the whole would take away what is in the next."""
    assert (
        "resumptionToken" in read_sample(shared_data, "edurep-oaipmh.initial.0.xml").passed_over[-1]
    )


def lom(namespace: str = IEEE, **instead: str) -> str:
    """A record of our own, of which a part may be another."""
    parts = {
        "identifier": "<identifier><catalog>URI</catalog><entry>urn:les:1</entry></identifier>",
        "title": '<title><string language="en">Fractions</string>'
        '<string language="nl">Breuken</string></title>',
        "language": "<language>nl</language>",
        "location": "<location>https://reken.example/1</location>"
        "<location>https://reken.example/2</location>",
        "classification": "",
        **instead,
    }
    return (
        f'<lom xmlns="{namespace}"><general>{parts["identifier"]}{parts["title"]}'
        f"{parts['language']}</general><technical>{parts['location']}</technical>"
        f"{parts['classification']}</lom>"
    )


def classified(purpose: str, *taxons: tuple[str, str]) -> str:
    path = "".join(
        f"<taxon><id>{name}</id><entry><string language='nl'>{entry}</string></entry>"
        for name, entry in taxons
    ) + "</taxon>" * len(taxons)
    return (
        f"<classification><purpose><source>LOMv1.0</source><value>{purpose}</value></purpose>"
        f"<taxonPath>{path}</taxonPath></classification>"
    )


def read_text(text: str) -> Reading:
    return read(parse(text.encode()))


def test_the_dutch_title_goes_before_another_and_the_first_location_counts():
    (publication,) = read_text(lom()).publications
    assert (publication.key, publication.title) == ("urn:les:1", "Breuken")
    assert publication.access_link == "https://reken.example/1"


def test_an_educational_objective_keeps_its_id():
    """Also where taxons stand within each other (IMS-MD 1.2)."""
    objective = classified("educational objective", ("d1", "Getallen"), ("d2", "Breuken"))
    (publication,) = read_text(lom(classification=objective)).publications
    assert publication.objectives == (Objective("Getallen", "d1"), Objective("Breuken", "d2"))


@pytest.mark.parametrize(
    ("catalogue", "entry", "isbn"),
    [
        ("ISBN", "978-90-01-71158-0", "9789001711580"),
        ("URI", "urn:isbn:9789001711580", "9789001711580"),
        ("ISBN", "9789001711581", None),
        ("URI", "https://x.example/isbn", None),
    ],
)
def test_an_isbn_is_known_by_its_catalogue_or_urn(catalogue: str, entry: str, isbn: str | None):
    identifier = f"<identifier><catalog>{catalogue}</catalog><entry>{entry}</entry></identifier>"
    (publication,) = read_text(lom(identifier=identifier)).publications
    assert publication.isbn == isbn


@pytest.mark.parametrize(
    ("level", "years"),
    [
        ("PO groep 7", (7,)),
        ("Groep 3", (3,)),
        ("HAVO, 4", (4,)),
        ("leerjaar 2", (2,)),
        ("MBO, Niveau 4: Middenkader", ()),
        ("groep 12", ()),
        ("VO", ()),
    ],
)
def test_a_school_year_is_read_from_the_end_of_a_level(level: str, years: tuple[int, ...]):
    text = lom(classification=classified("educational level", ("x", level)))
    (publication,) = read_text(text).publications
    assert (publication.levels, publication.years) == ((level,), years)


@pytest.mark.parametrize("part", ["identifier", "title", "location"])
def test_a_record_without_what_is_needed_is_named(part: str):
    with pytest.raises(ContentRefused, match=f"record 1: it has no {part}"):
        read_text(lom(**{part: ""}))


@pytest.mark.parametrize(
    "text",
    [
        "<lom/>",
        '<lom xmlns="http://www.imsglobal.org/xsd/imsmd_v1p3"/>',
        "<html/>",
        '<OAI-PMH><error code="noRecordsMatch">none</error></OAI-PMH>',
    ],
)
def test_another_document_is_refused(text: str):
    with pytest.raises(ContentRefused):
        read_text(text)


def test_one_faulty_record_stops_all_and_each_is_named():
    records = "".join(
        f"<record><header><identifier>r{number}</identifier></header><metadata>"
        f"{lom(**wrong)}</metadata></record>"
        for number, wrong in enumerate([{}, {"title": ""}, {"location": ""}], 1)
    )
    with pytest.raises(ContentRefused) as refused:
        read_text(f'<OAI-PMH xmlns="http://www.openarchives.org/OAI/2.0/">{records}</OAI-PMH>')
    assert [fault.place for fault in refused.value.faults] == ["record 2 (r2)", "record 3 (r3)"]


def test_a_location_elsewhere_is_named_with_its_record():
    reading = read_text(lom(location="<location>https://boos.example/</location>"))
    with pytest.raises(ContentRefused, match="record 1, access_link: outside the addresses"):
        refuse_problems(service("https://reken.example/"), reading)


def test_an_old_http_location_is_read_as_https():
    (publication,) = read_text(
        lom(location="<location>http://reken.example/1</location>")
    ).publications
    assert publication.access_link == "https://reken.example/1"


def test_comments_and_processing_instructions_cut_nothing_in_two():
    title = '<title><string language="nl">Breu<!-- x -->ken<?x y?>!</string></title>'
    (publication,) = read(etree.fromstring(lom(title=title))).publications
    assert publication.title == "Breuken!"
