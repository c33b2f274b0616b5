"""Commands take effect in a running gateway: others renew, move and leave."""

from dataclasses import replace

import pytest

from tests.actors.browser import Browser, Page
from tests.actors.keys import rsa_key
from tests.actors.people import PUPIL, SECOND_PUPIL, SECOND_SAML_SCHOOL
from tests.actors.saml_proof import Signing
from tests.actors.scripted_school import ScriptedSchool
from tests.actors.scripted_supplier import ScriptedSupplier
from tests.flows.hub import Hub, answer_fields, hinted
from tests.parts.effect import wait_for_changes
from tests.parts.registration import add_saml_school

OLD, NEW = rsa_key("before the renewal"), rsa_key("after the renewal")
ELSEWHERE = "http://derde-school.test"


@pytest.fixture(scope="module")
def renewing(hub: Hub) -> ScriptedSchool:
    """A school that signs with its old key."""
    school = ScriptedSchool(hub.gateway.sp_metadata(), ELSEWHERE, OLD)
    add_saml_school(hub.gateway, SECOND_SAML_SCHOOL, "De Wilg", "Proefstede", school.metadata())
    return school


def import_metadata(hub: Hub, metadata: str) -> None:
    file = hub.gateway.directory / "renewed.xml"
    file.write_text(metadata)
    hub.gateway.ketenpoort("metadata", "import", file)
    wait_for_changes(hub.gateway)


def login(hub: Hub, school: ScriptedSchool, signing: Signing) -> Page:
    with hub.browser(school.base) as person:
        page = person.open(hub.client.begin(school=SECOND_SAML_SCHOOL).url)
        asked = school.read_request(page.redirect.url)
        answer = school.answer(asked, SECOND_PUPIL, signing=signing).build()
        return person.post(school.acs, school.fields(answer, asked), initiator=school.base)


def is_let_in(page: Page) -> bool:
    if page.redirect:
        return "code=" in page.redirect.url
    assert (page.status, "KP-212" in page.words) == (403, True), page
    return False


def test_saml2int_md05_a_school_renews_its_certificate(hub: Hub, renewing: ScriptedSchool):
    """Old, both, new: as its metadata says, with the schools on the connection kept."""
    by_old, by_new = Signing(OLD), Signing(NEW)
    assert is_let_in(login(hub, renewing, by_old))
    assert not is_let_in(login(hub, renewing, by_new))

    import_metadata(hub, renewing.metadata(NEW))
    assert is_let_in(login(hub, renewing, by_old))
    assert is_let_in(login(hub, renewing, by_new))

    import_metadata(hub, ScriptedSchool("", ELSEWHERE, NEW).metadata())
    assert not is_let_in(login(hub, renewing, by_old))
    assert is_let_in(login(hub, renewing, by_new))


def test_a_supplier_moves_its_consumer_service(hub: Hub, person: Browser):
    """The service keeps its id, its pseudonyms and what it was granted."""
    before = hub.saml_received(person)
    old, new = hub.supplier.acs, f"{hub.supplier.base}/nieuw/acs"
    import_metadata(hub, hub.supplier.metadata(acs=[new], slo=f"{hub.supplier.base}/slo"))
    request = hub.supplier.request(acs=new)
    page = person.open(hub.supplier.redirect_url(request))
    received = hub.supplier.receive(answer_fields(page), request, acs=new)
    assert received.name_id == before.name_id
    page = person.open(hub.supplier.redirect_url(hub.supplier.request(acs=old)))
    assert (page.status, page.message) == (400, None)
    assert "KP-303" in page.words
    import_metadata(hub, hub.supplier.metadata(acs=[old, new], slo=f"{hub.supplier.base}/slo"))
    assert hub.saml_received(person).name_id == before.name_id


def test_a_school_leaves_while_its_pupils_are_on_their_way(hub: Hub, person: Browser):
    """No answer of its own counts any more; a page says so."""
    leaving = ScriptedSchool(hub.gateway.sp_metadata(), "http://vertrekt.test")
    add_saml_school(hub.gateway, "99XQ", "De Trekvogel", "Proefstede", leaving.metadata())
    pupil = replace(PUPIL, uid="vogel@vertrekt.test", brin="99XQ")
    with hub.browser(leaving.base) as signed_in, hub.browser(leaving.base) as at_school:
        page = signed_in.open(hub.client.begin(school="99XQ").url)
        asked = leaving.read_request(page.redirect.url)
        fields = leaving.fields(leaving.answer(asked, pupil).build(), asked)
        assert "code=" in signed_in.post(leaving.acs, fields, leaving.base).redirect.url
        page = at_school.open(hub.client.begin(school="99XQ").url)
        asked = leaving.read_request(page.redirect.url)
        fields = leaving.fields(leaving.answer(asked, pupil).build(), asked)
        hub.gateway.ketenpoort("school", "remove", "99XQ")
        wait_for_changes(hub.gateway)

        page = at_school.post(leaving.acs, fields, leaving.base)
        assert (page.status, page.redirect) == (404, None)
        assert "KP-201" in page.words
        page = signed_in.open(hub.client.begin().url)
        assert "code=" not in page.headers.get("Location", "")
        assert "KP-201" in page.words, "its sessions serve no more"
    chooser = person.open(hub.client.begin(school="99XQ").url)
    assert "De Trekvogel" not in person.submit(chooser, {"q": "trekvogel"}).words


def test_a_service_leaves_while_a_person_is_at_the_school(hub: Hub, person: Browser):
    leaving = ScriptedSupplier(hub.gateway.idp_metadata(), "http://vertrekkend.test")
    file = hub.gateway.directory / "leaving.xml"
    file.write_text(leaving.metadata())
    supplier = hub.gateway.ketenpoort_json("supplier", "add", "--name", "Vertrekkend")["id"]
    added = hub.gateway.ketenpoort_json(
        "service", "add", "--supplier", supplier, "--metadata", file
    )
    wait_for_changes(hub.gateway)
    at_school = person.open(hinted(leaving.redirect_url(leaving.request())))
    hub.gateway.ketenpoort("service", "remove", added["id"])
    wait_for_changes(hub.gateway)
    page = hub.at_school(person, at_school)
    assert (page.status, page.redirect, page.message) == (404, None, None)
    assert "KP-301" in page.words
