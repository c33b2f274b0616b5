"""Every address with every role: who may, may; who may not, does not."""

import re
from collections.abc import Iterator

import pytest
from werkzeug.test import TestResponse

from tests.consoles.gateway_at_rest import SERVICE, SUPPLIER, AtRest, make
from tests.consoles.roles import RESTRICTED, TOKEN, Role, open_to_all
from tests.parts.process import run_directory

VALUES = {"service_id": SERVICE, "supplier_id": SUPPLIER.id}
REFUSALS = ("KP-408", "KP-506", "KP-522", "KP-523")
# Where somebody is sent who is not signed in.
DOORS = ("/sign-in?", "/staff?", "/school?", "/staff")


@pytest.fixture(scope="module")
def at_rest() -> Iterator[AtRest]:
    with run_directory("roles") as directory:
        yield make(directory)


def addresses(at_rest: AtRest) -> set[str]:
    return {
        f"{method} {rule.rule}"
        for rule in at_rest.app.url_map.iter_rules()
        for method in (rule.methods or set()) - {"HEAD", "OPTIONS"}
    }


def path_of(rule: str) -> str:
    return re.sub(r"<(?:\w+:)?(\w+)>", lambda found: VALUES.get(found[1], "none"), rule)


def is_refused(answer: TestResponse) -> bool:
    """Sent to a door, or told that it is not for them; what is another's is not there."""
    if answer.status_code in {302, 303}:
        return answer.headers["Location"].startswith(DOORS)
    return answer.status_code >= 400 and any(code in answer.text for code in REFUSALS)


def test_no_address_without_a_row(at_rest: AtRest) -> None:
    assert addresses(at_rest) == open_to_all() | RESTRICTED.keys()
    assert not open_to_all() & RESTRICTED.keys()


@pytest.mark.parametrize("row", RESTRICTED)
def test_who_may_and_who_may_not(at_rest: AtRest, row: str) -> None:
    method, rule = row.split()
    for role in Role:
        answer = at_rest.ask(role, method, path_of(rule))
        if role in RESTRICTED[row]:
            assert not is_refused(answer), f"{role}: {answer.status} {answer.text[:2000]}"
        else:
            gone = answer.status_code == 404 and "KP-502" in answer.text  # another's is not there
            assert is_refused(answer) or gone, f"{role}: {answer.status} {answer.text[:2000]}"


@pytest.mark.parametrize("row", [row for row, may in RESTRICTED.items() if may != TOKEN])
def test_no_form_without_its_token(at_rest: AtRest, row: str) -> None:
    method, rule = row.split()
    if method == "GET":
        return
    for role in RESTRICTED[row]:
        answer = at_rest.client(role).open(path_of(rule), method=method)
        assert answer.status_code == 403
        assert "KP-503" in answer.text
