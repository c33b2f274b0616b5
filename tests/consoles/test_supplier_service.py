"""Registering a service and saying what it is: what the supplier's pages do."""

import io
from dataclasses import replace
from pathlib import Path

import pytest
from flask.testing import FlaskClient
from PIL import Image
from werkzeug.datastructures import FileStorage
from werkzeug.test import TestResponse

from gateway.core.about import about_of
from gateway.core.model import Ask, Service, Standing, Supplier
from gateway.trust.pictures import LARGEST_BYTES
from providers.suppliers.oidc.client import hash_secret
from tests.actors.keys import rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.consoles.house import House, get, hidden, post, token_of

ENTITY = "https://lezen.wilg.example/metadata"
ACS = "https://lezen.wilg.example/acs"


@pytest.fixture
def browser(house: House, supplier: Supplier) -> FlaskClient:
    return house.staff(supplier)


def metadata(entity: str, acs: str = ACS) -> str:
    return sp_metadata(entity, [acs], [rsa_key("wilg")], signs_requests=True)


def fresh(house: House) -> str:
    return f"{ENTITY}/{len(house.books.services.all())}"


def register(browser: FlaskClient, text: str, **more: str) -> TestResponse:
    return post(browser, "/supplier/new/saml", get(browser, "/supplier/new"), text=text, **more)


def registered(house: House, answer: TestResponse) -> Service:
    assert answer.status_code == 303, answer.text
    return house.books.services.find(answer.location.rpartition("/")[2])


def test_metadata_makes_a_service_that_waits(
    house: House, supplier: Supplier, browser: FlaskClient
) -> None:
    entity = fresh(house)
    service = registered(house, register(browser, metadata(entity), profile="entree"))
    assert (service.supplier_id, service.standing) == (supplier.id, Standing.PENDING)
    page = get(browser, f"/supplier/services/{service.id}").text
    assert entity in page
    assert ACS in page


def test_metadata_comes_as_a_file_too(house: House, browser: FlaskClient) -> None:
    upload = FileStorage(io.BytesIO(metadata(fresh(house)).encode()), "sp.xml")
    page = get(browser, "/supplier/new")
    registered(house, post(browser, "/supplier/new/saml", page, file=upload))


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("", "Give an address, a file or the text"),
        ("<html/>", "The document is not SAML metadata"),
        ("<", "not well-formed XML"),
        ('<!DOCTYPE a [<!ENTITY x "y">]><a>&x;</a>', "DOCTYPE"),
        (metadata(ENTITY, "ftp://lezen.wilg.example/acs"), "is not an https: address"),
        (metadata(""), "There is no entityID."),
        (
            metadata(ENTITY).replace("AssertionConsumerService", "ArtifactResolutionService"),
            "There is no usable address with the binding HTTP-POST.",
        ),
    ],
)
def test_what_is_wrong_is_said_with_its_cure(
    house: House, browser: FlaskClient, text: str, words: str
) -> None:
    known = len(house.books.services.all())
    answer = register(browser, text)
    assert answer.status_code == 400
    assert words.replace("'", "&#39;") in answer.text
    assert len(house.books.services.all()) == known


def test_an_entity_is_registered_once(house: House, browser: FlaskClient) -> None:
    entity = fresh(house)
    registered(house, register(browser, metadata(entity)))
    again = register(browser, metadata(entity))
    assert again.status_code == 400
    assert "is registered already" in again.text


@pytest.mark.parametrize("address", ["file:///etc/passwd", "https://10.0.0.1/", "gopher://a/"])
def test_metadata_is_fetched_by_the_guarded_fetcher(browser: FlaskClient, address: str) -> None:
    page = get(browser, "/supplier/new")
    answer = post(browser, "/supplier/new/saml", page, address=address)
    assert answer.status_code == 400


def test_a_rollover_takes_both_keys_and_no_other_entity(house: House, browser: FlaskClient) -> None:
    entity = fresh(house)
    service = registered(house, register(browser, metadata(entity), profile="entree"))
    both = sp_metadata(entity, [ACS], [rsa_key("wilg"), rsa_key("wilg-next")], signs_requests=True)
    path = f"/supplier/services/{service.id}"
    page = get(browser, f"{path}/connection")
    wrong = post(browser, f"{path}/metadata", page, text=metadata(f"{entity}/other"))
    assert wrong.status_code == 400
    assert f"{entity}/other" in wrong.text
    registered(house, post(browser, f"{path}/metadata", page, text=both))
    renewed = house.books.services.find(service.id)
    assert len(renewed.config["signing_certificates"]) == 2  # type: ignore[arg-type]
    assert renewed.config["profile"] == "entree"


def openid(house: House, browser: FlaskClient, **more: str) -> tuple[Service, str]:
    fields = {"client_name": "Meten", "redirect_uris": "https://meten.example/cb"} | more
    page = post(browser, "/supplier/new/oidc", get(browser, "/supplier/new"), **fields)
    assert page.status_code == 200, page.text
    secret = page.text.split('id="secret">')[1].split("<")[0]
    client_id = page.text.split('id="client-id">')[1].split("<")[0]
    return house.books.services.find(client_id), secret


def test_openid_settings_make_a_client_whose_secret_is_shown_once(
    house: House, browser: FlaskClient
) -> None:
    service, secret = openid(house, browser)
    assert service.standing is Standing.PENDING
    assert service.config["secret_hash"] == hash_secret(secret)
    for path in ("", "/connection"):
        assert secret not in get(browser, f"/supplier/services/{service.id}{path}").text
    recorded = "".join(act.act.after for act in house.books.acts.find(service.id, None, 9))
    assert secret not in recorded
    assert hash_secret(secret) not in recorded


@pytest.mark.parametrize("how", ["keep", "drop"])
def test_a_secret_is_renewed_with_an_overlap_or_replaced(
    house: House, browser: FlaskClient, how: str
) -> None:
    service, old = openid(house, browser)
    path = f"/supplier/services/{service.id}"
    page = post(browser, f"{path}/secret", get(browser, f"{path}/connection"), old=how)
    new = page.text.split('id="secret">')[1].split("<")[0]
    house.look()
    worth = {}
    for name, secret in {"old": old, "new": new}.items():
        fields = {"grant_type": "authorization_code", "code": "x"}
        fields |= {"client_id": service.id, "client_secret": secret}
        worth[name] = post(house.stranger(), "/oidc/token", **fields).json["error"]  # type: ignore[index]
    spent = "invalid_grant" if how == "keep" else "invalid_client"
    assert worth == {"old": spent, "new": "invalid_grant"}


def test_settings_are_changed_and_recorded(house: House, browser: FlaskClient) -> None:
    service, secret = openid(house, browser)
    path = f"/supplier/services/{service.id}"
    page = get(browser, f"{path}/connection")
    answer = post(
        browser,
        f"{path}/settings",
        page,
        redirect_uris="https://meten.example/a\nhttps://b.example/",
    )
    assert answer.status_code == 303
    changed = house.books.services.find(service.id)
    assert changed.config["redirect_uris"] == ["https://meten.example/a", "https://b.example/"]
    assert changed.config["secret_hash"] == hash_secret(secret)
    acts = [act.act.act for act in house.books.acts.find(service.id, None, 9)]
    assert acts == ["settings changed", "service registered"]


def test_a_tool_gets_an_address_to_register_at(house: House, browser: FlaskClient) -> None:
    page = get(browser, "/supplier/new")
    address = "https://tool.example/register"
    shown = post(browser, "/supplier/new/lti", page, registration_address=address)
    assert "registration_token=" in shown.text
    wrong = post(browser, "/supplier/new/lti", page, registration_address="javascript:alert(1)")
    assert wrong.status_code == 400


def test_wishes_have_a_purpose_and_give_nothing_by_themselves(
    house: House, supplier: Supplier, browser: FlaskClient
) -> None:
    service = house.client(supplier, Standing.APPROVED)
    path = f"/supplier/services/{service.id}/asks"
    page = get(browser, path)
    without = {"ask-givenName": "1", "targets": "https://a.example/"}
    assert post(browser, path, page, **without).status_code == 400
    assert house.books.services.find(service.id).asks == ()
    given = without | {"purpose-givenName": "Aanspreken in de les"}
    assert post(browser, path, page, **given).status_code == 303
    changed = house.books.services.find(service.id)
    assert changed.asks == (Ask("givenName", "Aanspreken in de les"),)
    house.look()
    parts = house.desk.parts
    assert parts.release.allowed(changed, parts.registry.grants("99XA", service.id)) == (  # type: ignore[arg-type]
        parts.vocabulary.always
    )


@pytest.mark.parametrize(
    ("fields", "fault"),
    [
        ({"targets": "javascript:alert(1)"}, "targets"),
        ({"targets": "https://a.example/../b"}, "targets"),
        ({"start_address": "https://a.example/"}, "start_address"),
        ({"start_address": "javascript:{target}"}, "start_address"),
        ({"product_parameter": "a b"}, "product_parameter"),
    ],
)
def test_addresses_that_can_not_be_are_refused(
    house: House, supplier: Supplier, browser: FlaskClient, fields: dict[str, str], fault: str
) -> None:
    service = house.client(supplier, Standing.PENDING)
    path = f"/supplier/services/{service.id}/asks"
    answer = post(browser, path, get(browser, path), **fields)
    assert answer.status_code == 400
    assert f'href="#{fault}"' in answer.text


def picture(kind: str, size: tuple[int, int] = (300, 150)) -> bytes:
    out = io.BytesIO()
    Image.effect_noise(size, 90).convert("RGB").save(out, kind)
    return out.getvalue()


def upload(browser: FlaskClient, service: Service, data: bytes, **more: str) -> TestResponse:
    path = f"/supplier/services/{service.id}/about"
    page = get(browser, path)
    fields = {"name": "Rekenen", "text_nl": "Oefenen met sommen.", "contact": "help@wilg.example"}
    fields |= {"privacy": "https://wilg.example/privacy"} | more
    return post(browser, path, page, logo=FileStorage(io.BytesIO(data), "a.png"), **fields)


@pytest.mark.parametrize("kind", ["PNG", "JPEG", "GIF", "WEBP"])
def test_a_logo_is_made_anew_and_served_alone(
    house: House, supplier: Supplier, browser: FlaskClient, kind: str
) -> None:
    service = house.client(supplier, Standing.PENDING)
    sent = picture(kind) + b"<script>alert(1)</script>"
    assert upload(browser, service, sent).status_code == 303
    house.look()
    shown = get(house.stranger(), f"/logo/{service.id}")
    assert shown.content_type == "image/png"
    assert shown.data.startswith(b"\x89PNG")
    assert b"<script>" not in shown.data
    assert len(shown.data) <= LARGEST_BYTES
    assert shown.headers["Content-Security-Policy"] == "default-src 'none'; sandbox"
    assert shown.headers["X-Content-Type-Options"] == "nosniff"


@pytest.mark.parametrize(
    "data",
    [
        b"<svg xmlns='http://www.w3.org/2000/svg'><script>alert(1)</script></svg>",
        b"GIF89a",
        b"\x89PNG\r\n\x1a\n" + b"\0" * 100,
        b"%PDF-1.7",
        picture("PNG")[:200],
        picture("BMP"),
        picture("TIFF"),
    ],
)
def test_what_is_no_picture_is_refused(
    house: House, supplier: Supplier, browser: FlaskClient, data: bytes
) -> None:
    service = house.client(supplier, Standing.PENDING)
    answer = upload(browser, service, data)
    assert answer.status_code == 400
    assert 'href="#logo"' in answer.text
    assert about_of(house.books.services.find(service.id)).logo is None


def test_approval_is_asked_when_people_can_read_what_it_is(
    house: House, supplier: Supplier, browser: FlaskClient
) -> None:
    service = house.client(supplier, Standing.PENDING)
    path = f"/supplier/services/{service.id}"
    token = {"csrf_token": token_of(get(browser, f"{path}/about"))}
    assert post(browser, f"{path}/submit", **token).status_code == 400
    upload(browser, service, b"")
    assert post(browser, f"{path}/submit", get(browser, path)).status_code == 303
    asked = about_of(house.books.services.find(service.id)).submitted
    assert asked is not None


def test_the_operators_reason_is_seen_and_answered(
    house: House, supplier: Supplier, browser: FlaskClient
) -> None:
    service = house.client(supplier, Standing.PENDING)
    upload(browser, service, b"")
    found = house.books.services.find(service.id)
    back = replace(
        found, standing=Standing.RETURNED, about={**found.about, "returned": "Geen helpdesk"}
    )
    house.books.services.replace(back)
    path = f"/supplier/services/{service.id}"
    page = get(browser, path)
    assert "Geen helpdesk" in page.text
    post(browser, f"{path}/submit", page)
    assert house.books.services.find(service.id).standing is Standing.PENDING
    assert "Geen helpdesk" not in get(browser, path).text


@pytest.mark.parametrize("person", ["pupil-two-classes", "bare", "teacher", "pupil-umlauts"])
@pytest.mark.parametrize("protocol", ["saml", "oidc", "lti"])
def test_exactly_what_will_be_sent_with_its_reason(
    house: House, supplier: Supplier, browser: FlaskClient, protocol: str, person: str
) -> None:
    asks = (Ask("sn", "Cijferlijst"), Ask("givenName", "Aanspreken in de les"))
    if protocol == "saml":
        service = registered(house, register(browser, metadata(fresh(house))))
    else:
        service = house.client(supplier, Standing.PENDING)
    config = {
        **service.config,
        "initiate_login_uri": "https://tool.example/login",
        "scopes": ["https://purl.imsglobal.org/spec/lti-ags/scope/score"],
    }
    service = replace(service, protocol=protocol, asks=asks, config=config)
    house.books.services.replace(service)
    page = get(browser, f"/supplier/services/{service.id}/sent?person={person}")
    assert page.status_code == 200, page.text
    expected = {
        "pupil-two-classes": "de Wit",
        "pupil-umlauts": "Çelik-Müller",
        "teacher": "Dijk",
        "bare": "99TS",
    }
    assert expected[person].removeprefix("de ") in page.text
    assert "Cijferlijst" in page.text
    assert "testschool.example" not in page.text, "the mail address was not asked for"


def test_what_is_sent_of_nobody_is_nothing(
    house: House, supplier: Supplier, browser: FlaskClient
) -> None:
    service = house.client(supplier, Standing.PENDING)
    assert get(browser, f"/supplier/services/{service.id}/sent?person=noor").status_code == 400


PATHS = ["", "/about", "/asks", "/connection", "/sent"]


@pytest.mark.parametrize("path", PATHS)
def test_another_suppliers_service_is_not_there(house: House, path: str) -> None:
    """Nor is one that never was: the two can not be told apart."""
    other = house.supplier(f"Berk{len(house.books.suppliers.all())}")
    theirs = house.client(other, Standing.APPROVED)
    browser = house.staff(house.books.suppliers.find("sup-wilg"))
    pages = [get(browser, f"/supplier/services/{name}{path}") for name in (theirs.id, "svc-none")]
    assert [page.status_code for page in pages] == [404, 404]
    assert theirs.name not in pages[0].text


FORMS = ["/about", "/asks", "/metadata", "/settings", "/secret", "/submit"]


@pytest.mark.parametrize("path", FORMS)
def test_nor_can_it_be_changed(house: House, supplier: Supplier, path: str) -> None:
    other = house.supplier(f"Berk{len(house.books.suppliers.all())}")
    theirs = house.client(other, Standing.APPROVED)
    browser = house.staff(supplier)
    page = get(browser, "/supplier/new")
    answer = post(
        browser, f"/supplier/services/{theirs.id}{path}", page, name="gestolen", old="drop"
    )
    assert answer.status_code == 404
    assert house.books.services.find(theirs.id) == theirs


def test_forms_need_the_token_of_their_page(house: House, browser: FlaskClient) -> None:
    for path in ("/supplier/new/saml", "/supplier/new/oidc", "/supplier/new/lti"):
        assert post(browser, path).status_code == 403
    assert hidden(get(browser, "/supplier/new"), "csrf_token")
    assert Path(house.settings.data_dir).exists()
