"""Who works for a supplier, its tokens, and the check as the console starts it."""

import re
import threading
import time
from uuid import uuid4

import pytest
from flask.testing import FlaskClient
from werkzeug.test import TestResponse

from gateway.core.api_tokens import USUAL_DAYS, ApiToken, Owner, Scope, Terms, new_token
from gateway.core.model import Service, Standing, Supplier
from gateway.core.staff import Role
from tests.actors.keys import new_rsa_key
from tests.actors.saml_metadata import sp_metadata
from tests.consoles.house import House, get, post


@pytest.fixture(scope="module")
def other(house: House) -> Supplier:
    return house.supplier("Berk")


@pytest.fixture
def owner(house: House, supplier: Supplier) -> FlaskClient:
    return house.staff(supplier)


def test_an_owner_invites_and_the_address_is_shown_once(
    house: House, supplier: Supplier, owner: FlaskClient
) -> None:
    page = get(owner, "/supplier/people")
    shown = post(owner, "/supplier/people/invite", page, name="Noor", role="developer")
    found = re.search(r'id="invitation">([^<]+)<', shown.text)
    assert found
    invited = get(house.stranger(), found[1])
    assert invited.status_code == 200
    assert "Noor" in invited.text
    assert found[1] not in get(owner, "/supplier/people").text


@pytest.mark.parametrize("role", ["operator", "administrator", "", "boss"])
def test_an_owner_invites_for_the_supplier_alone(owner: FlaskClient, role: str) -> None:
    page = get(owner, "/supplier/people")
    answer = post(owner, "/supplier/people/invite", page, name="Noor", role=role)
    assert answer.status_code == 400


@pytest.mark.parametrize("path", ["invite", "withdraw"])
def test_a_developer_neither_invites_nor_withdraws(
    house: House, supplier: Supplier, path: str
) -> None:
    browser = house.staff(supplier, Role.DEVELOPER)
    page = get(browser, "/supplier/people")
    before = house.books.staff.of(supplier.id)
    fields = {"name": "Noor", "role": "owner", "staff": before[0].id}
    answer = post(browser, f"/supplier/people/{path}", page, **fields)
    assert answer.status_code == 403
    assert house.books.staff.of(supplier.id) == before


def test_who_is_withdrawn_is_out_at_once(
    house: House, supplier: Supplier, owner: FlaskClient
) -> None:
    browser = house.staff(supplier, Role.DEVELOPER)
    (gone,) = list(house.books.staff.of(supplier.id))[-1:]
    page = get(owner, "/supplier/people")
    assert post(owner, "/supplier/people/withdraw", page, staff=gone.id).status_code == 303
    assert get(browser, "/supplier").location == "/staff?to=%2Fsupplier"


def test_nobody_withdraws_themselves_or_others_staff(
    house: House, supplier: Supplier, other: Supplier
) -> None:
    house.staff(other)
    browser = house.staff(supplier)
    own = house.books.staff.of(supplier.id)[-1]
    theirs = house.books.staff.of(other.id)[-1]
    page = get(browser, "/supplier/people")
    answers = [
        post(browser, "/supplier/people/withdraw", page, staff=one.id) for one in (own, theirs)
    ]
    assert [answer.status_code for answer in answers] == [400, 404]
    assert theirs in house.books.staff.of(other.id)


def made_token(owner: FlaskClient, scope: str = "clients:register") -> str:
    page = get(owner, "/supplier/people")
    shown = post(
        owner,
        "/supplier/tokens",
        page,
        token_name="bouwstraat",
        scope=scope,
        days="30",
    )
    found = re.search(r'id="secret">([^<]+)<', shown.text)
    assert found
    return found[1]


def calls(house: House, token: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    body = {"redirect_uris": ["https://a.example/cb"]}
    return house.stranger().post(
        "/oidc/register", base_url=house.settings.base_url, json=body, headers=headers
    )


def test_a_token_is_shown_once_works_and_is_revoked(house: House, owner: FlaskClient) -> None:
    token = made_token(owner)
    page = get(owner, "/supplier/people")
    assert token.partition(".")[2] not in page.text
    house.look()
    assert calls(house, token).status_code == 201
    revoked = post(owner, "/supplier/tokens/revoke", page, token=token.partition(".")[0])
    assert revoked.status_code == 303
    assert calls(house, token).status_code == 401


def asks_warnings(house: House, token: str) -> TestResponse:
    headers = {"Authorization": f"Bearer {token}"}
    return house.stranger().get(
        "/api/v1/warnings", base_url=house.settings.base_url, headers=headers
    )


def test_a_token_is_refused_at_what_it_is_not_for(
    house: House, supplier: Supplier, owner: FlaskClient
) -> None:
    """RFC 6750 §3.1: insufficient_scope, and which scope it takes; at registration too."""
    refused = asks_warnings(house, made_token(owner))
    assert (refused.status_code, refused.json["code"]) == (403, "KP-911")  # type: ignore[index]
    assert refused.headers["WWW-Authenticate"] == (
        'Bearer realm="ketenpoort", error="insufficient_scope", scope="warnings:read"'
    )
    token, text = token_for(supplier, Scope.WARNINGS_READ, time.time())
    house.books.api_tokens.add(token)
    assert asks_warnings(house, text).status_code == 200
    answer = calls(house, text)
    assert answer.status_code == 403
    assert 'error="insufficient_scope"' in answer.headers["WWW-Authenticate"]


def test_a_token_whose_time_is_over_is_refused(house: House, supplier: Supplier) -> None:
    """RFC 6750 §3.1: invalid_token, 401, at the API and at registration."""
    made_at = time.time() - (USUAL_DAYS + 1) * 24 * 3600
    for scope, ask in ((Scope.WARNINGS_READ, asks_warnings), (Scope.CLIENTS_REGISTER, calls)):
        token, text = token_for(supplier, scope, made_at)
        house.books.api_tokens.add(token)
        answer = ask(house, text)
        assert answer.status_code == 401
        challenge = answer.headers["WWW-Authenticate"]
        assert challenge.startswith('Bearer realm="ketenpoort", error="invalid_token"')


def token_for(supplier: Supplier, scope: Scope, now: float) -> tuple[ApiToken, str]:
    terms = Terms("proef", [scope])
    return new_token(f"tok-{uuid4()}", Owner.SUPPLIER, supplier.id, terms, now)


@pytest.mark.parametrize(
    "fields", [{}, {"scope": "links:write"}, {"scope": "warnings:read", "days": "731"}]
)
def test_a_token_without_a_use_or_without_an_end_is_not_made(
    house: House, supplier: Supplier, owner: FlaskClient, fields: dict[str, str]
) -> None:
    before = len(house.books.api_tokens.of(Owner.SUPPLIER, supplier.id))
    page = get(owner, "/supplier/people")
    answer = post(owner, "/supplier/tokens", page, token_name="te ruim", **fields)
    assert answer.status_code == 422
    assert "Vink er minstens één aan" in answer.text
    assert 'value="te ruim"' in answer.text, "what was typed stands there still"
    assert len(house.books.api_tokens.of(Owner.SUPPLIER, supplier.id)) == before


def test_another_suppliers_token_is_not_there(
    house: House, supplier: Supplier, other: Supplier, owner: FlaskClient
) -> None:
    token = made_token(owner)
    stranger = house.staff(other)
    page = get(stranger, "/supplier/people")
    assert token.partition(".")[0] not in page.text
    answer = post(stranger, "/supplier/tokens/revoke", page, token=token.partition(".")[0])
    assert answer.status_code == 404
    living = [each.id for each in house.books.api_tokens.of(Owner.SUPPLIER, supplier.id)]
    assert token.partition(".")[0] in living


@pytest.fixture
def service(house: House, supplier: Supplier) -> Service:
    return house.client(supplier, Standing.PENDING, targets=("http://127.0.0.1:1/",))


def checked(owner: FlaskClient, service: Service, target: str) -> TestResponse:
    path = f"/supplier/services/{service.id}/check"
    return post(owner, path, get(owner, path), target=target)


def test_a_check_ends_in_a_report_that_anybody_with_its_address_reads(
    house: House, owner: FlaskClient, service: Service
) -> None:
    begun = checked(owner, service, service.targets[0])
    assert begun.status_code == 303
    for job in threading.enumerate():
        if job is not threading.current_thread() and job.daemon:
            job.join(30)
    shown = get(owner, begun.location)
    assert shown.location.startswith("/reports/")
    report = get(house.stranger(), shown.location)
    assert report.status_code == 200
    assert "start of login" in report.text
    assert len(house.books.reports.of(service.id)) == 1


@pytest.mark.parametrize(
    "target", ["", "http://127.0.0.1:2/", "javascript:alert(1)", "http://127.0.0.1:1@a.example/"]
)
def test_a_check_goes_to_the_services_own_addresses_alone(
    house: House, owner: FlaskClient, service: Service, target: str
) -> None:
    assert checked(owner, service, target).status_code == 400
    assert house.books.reports.of(service.id) == []


def test_another_suppliers_check_is_not_there(
    house: House, other: Supplier, owner: FlaskClient, service: Service
) -> None:
    stranger = house.staff(other)
    page = get(stranger, "/supplier/new")
    path = f"/supplier/services/{service.id}/check"
    assert get(stranger, path).status_code == 404
    assert post(stranger, path, page, target=service.targets[0]).status_code == 404
    assert get(house.stranger(), "/reports/none").status_code == 404


def test_what_ends_soon_is_said_in_the_console_and_by_the_api(
    house: House, supplier: Supplier, other: Supplier, owner: FlaskClient
) -> None:
    """Each supplier's own, by its own token."""
    keys = new_rsa_key("ends", days=20)
    text = sp_metadata("https://eindig.example/sp", ["https://eindig.example/acs"], [keys])
    page = get(owner, "/supplier/new")
    assert post(owner, "/supplier/new/saml", page, text=text).status_code == 303
    house.look()
    service = next(each for each in house.books.services.all() if each.protocol == "saml")
    told = [(each["service_id"], each["days"]) for each in warned(house, owner)]
    assert told == [(service.id, 30)]
    assert f'href="/supplier/services/{service.id}/connection">' in get(owner, "/supplier").text
    assert 'id="warnings"' not in get(house.staff(other), "/supplier").text
    assert warned(house, house.staff(other)) == []
    assert house.stranger().get("/api/v1/warnings").status_code == 401


def test_a_token_that_ends_soon_is_said_until_it_is_revoked(house: House, other: Supplier) -> None:
    """Software that publishes with it would stop one day, and nobody knew why."""
    made_at = time.time() - (USUAL_DAYS - 6) * 24 * 3600
    token, _ = token_for(other, Scope.MATERIALS_WRITE, made_at)
    house.books.api_tokens.add(token)
    said = '<a href="/supplier/people">proef</a>: <span lang="en">API token</span>'
    assert said in get(house.staff(other), "/supplier").text
    house.books.api_tokens.revoke(Owner.SUPPLIER, token.id, int(time.time()))
    assert said not in get(house.staff(other), "/supplier").text


def warned(house: House, owner: FlaskClient) -> list[dict[str, object]]:
    answer = asks_warnings(house, made_token(owner, "warnings:read"))
    assert answer.status_code == 200
    found: list[dict[str, object]] = answer.get_json()["warnings"]
    return found
