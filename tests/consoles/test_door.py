"""Invited, with a passkey, out and in again; and who may not."""

import pytest
import requests
from playwright.sync_api import Page, expect

from tests.consoles.conftest import Somebody
from tests.parts.gateway import Gateway


@pytest.fixture(scope="module")
def supplier(gateway: Gateway) -> str:
    return gateway.ketenpoort("supplier", "add", "--name", "Uitgeverij De Linde").strip()


def invite(gateway: Gateway, supplier: str, *more: str) -> str:
    return gateway.ketenpoort("invite", "supplier", "--supplier", supplier, *more).strip()


def accept(page: Page, address: str) -> None:
    page.goto(address)
    page.get_by_role("button", name="Maak een passkey").click()
    page.wait_for_url("**/supplier")


def test_an_invitation_gives_a_key_that_opens_the_console(
    gateway: Gateway, supplier: str, person: Somebody
) -> None:
    page = person()
    accept(page, invite(gateway, supplier, "--name", "Noor"))
    page.goto(f"{gateway.base}/staff/keys")
    expect(page.get_by_text("Je hebt één sleutel.")).to_be_visible()
    page.get_by_role("button", name="Uitloggen").click()
    page.goto(f"{gateway.base}/staff/keys")
    expect(page).to_have_url(f"{gateway.base}/staff?to=%2Fstaff%2Fkeys")
    page.get_by_role("button", name="Log in met een passkey").click()
    page.wait_for_url(f"{gateway.base}/staff/keys")


def test_an_invitation_works_once(gateway: Gateway, supplier: str, person: Somebody) -> None:
    address = invite(gateway, supplier, "--name", "Bo")
    accept(person(), address)
    page = person()
    page.goto(address)
    expect(page.get_by_text("KP-521")).to_be_visible()


def test_who_lost_all_keys_comes_in_by_another_invitation(
    gateway: Gateway, supplier: str, person: Somebody
) -> None:
    accept(person(), invite(gateway, supplier, "--name", "Sam"))
    listed = gateway.ketenpoort_json("invite", "list", "--supplier", supplier)
    (staff_id,) = [one["id"] for one in listed if one["name"] == "Sam"]
    page = person()
    accept(page, invite(gateway, supplier, "--name", "Sam", "--staff", staff_id))
    page.goto(f"{gateway.base}/staff/keys")
    expect(page.locator("ul.links li")).to_have_count(2)


def test_a_strangers_device_has_no_key(gateway: Gateway, person: Somebody) -> None:
    page = person()
    page.goto(f"{gateway.base}/staff")
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page.get_by_role("status")).to_have_text(
        "Dat lukte niet. Probeer het opnieuw, of neem een andere sleutel."
    )


@pytest.mark.parametrize("credential", ["", "{}", "null", '{"id": "x"}', "[" * 10_000])
def test_nonsense_for_a_key_is_refused(gateway: Gateway, credential: str) -> None:
    with requests.Session() as session:
        page = session.get(f"http://127.0.0.1:{gateway.port}/staff", timeout=30).text
        token, challenge = (
            page.split(f'name="{name}" value="')[1].split('"')[0]
            for name in ("csrf_token", "challenge")
        )
        fields = {"csrf_token": token, "challenge": challenge, "credential": credential}
        answer = session.post(
            f"http://127.0.0.1:{gateway.port}/staff", fields, timeout=30, allow_redirects=False
        )
    assert answer.status_code == 403
    assert "KP-520" in answer.text
    assert "kp_staff" not in session.cookies


def test_a_challenge_serves_once(gateway: Gateway, supplier: str, person: Somebody) -> None:
    """WebAuthn §13.4.3: an answer that was seen is worth nothing the second time."""
    page = person()
    accept(page, invite(gateway, supplier, "--name", "Kim"))
    page.goto(f"{gateway.base}/staff?to=/staff/keys")
    posted: list[str] = []
    page.on("request", lambda sent: posted.append(sent.post_data or ""))
    page.get_by_role("button", name="Log in met een passkey").click()
    page.wait_for_url(f"{gateway.base}/staff/keys")
    (body,) = [data for data in posted if "credential=" in data]
    again = page.request.post(
        f"{gateway.base}/staff",
        data=body,
        headers={"Content-Type": "application/x-www-form-urlencoded"},
        max_redirects=0,
    )
    assert again.status == 403
    assert "KP-520" in again.text()


def test_who_left_is_out_at_once(gateway: Gateway, supplier: str, person: Somebody) -> None:
    page = person()
    accept(page, invite(gateway, supplier, "--name", "Lot"))
    listed = gateway.ketenpoort_json("invite", "list", "--supplier", supplier)
    (staff_id,) = [one["id"] for one in listed if one["name"] == "Lot"]
    gateway.ketenpoort("invite", "withdraw", staff_id)
    page.goto(f"{gateway.base}/staff/keys")
    expect(page).to_have_url(f"{gateway.base}/staff?to=%2Fstaff%2Fkeys")
    page.get_by_role("button", name="Log in met een passkey").click()
    expect(page.get_by_text("KP-520")).to_be_visible()


def test_what_was_done_stands_in_the_record_and_holds(gateway: Gateway) -> None:
    assert "invitation used" in gateway.ketenpoort("audit", "list")
    assert "all as they were written" in gateway.ketenpoort("audit", "verify")
