"""Staff, keys, invitations and administrators, on SQLite and PostgreSQL."""

from collections.abc import Callable

from gateway.core.staff import Invitation, Passkey, Role, Staff, invitation_digest
from gateway.store.database import connect
from gateway.store.repositories import Repositories
from gateway.store.staff import StaffStore
from tests.contracts.invented import SCHOOL, SUPPLIER
from tests.contracts.together import together

NOW = 1_800_000_000
DIGEST = invitation_digest("an invitation")
OWNER = Staff("stf-1", Role.OWNER, "Noor", SUPPLIER.id, NOW)
KEY = Passkey("a2V5", OWNER.id, b"cose", 0, "laptop", NOW)
INVITED = Invitation(Role.OWNER, OWNER.name, SUPPLIER.id, NOW + 60)


def test_an_invitation_lets_one_in_once(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    assert filled.staff.invitation(DIGEST, NOW) == INVITED
    assert filled.staff.join(DIGEST, OWNER, KEY, NOW)
    assert filled.staff.invitation(DIGEST, NOW) is None
    other = Passkey("b3RoZXI", OWNER.id, b"cose", 0, "phone", NOW)
    assert not filled.staff.join(DIGEST, OWNER, other, NOW)
    assert filled.staff.of(SUPPLIER.id) == [OWNER]
    assert filled.staff.keys_of(OWNER.id) == [KEY]


def test_an_invitation_expires(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    assert filled.staff.invitation(DIGEST, INVITED.expires_at) is None
    assert not filled.staff.join(DIGEST, OWNER, KEY, INVITED.expires_at)
    assert filled.staff.find(OWNER.id) is None


def test_of_many_that_use_it_at_once_one_comes_in(database_url: str, filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    assert sorted(together(4, _join, database_url)) == [False, False, False, True]
    assert len(filled.staff.of(SUPPLIER.id)) == 1


def _join(ready: Callable[[], object], number: int, url: str) -> bool:
    engine = connect(url)
    staff = Staff(f"stf-{number}", Role.OWNER, "Noor", SUPPLIER.id, NOW)
    key = Passkey(f"key{number}", staff.id, b"cose", 0, "laptop", NOW)
    ready()
    joined = StaffStore(engine).join(DIGEST, staff, key, NOW)
    engine.dispose()
    return joined


def test_a_further_invitation_gives_who_is_there_another_key(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    filled.staff.join(DIGEST, OWNER, KEY, NOW)
    again = Invitation(Role.OWNER, OWNER.name, SUPPLIER.id, NOW + 60, OWNER.id)
    filled.staff.invite(invitation_digest("again"), again)
    second = Passkey("b3RoZXI", OWNER.id, b"cose", 0, "phone", NOW + 1)
    assert filled.staff.join(invitation_digest("again"), OWNER, second, NOW)
    assert filled.staff.keys_of(OWNER.id) == [KEY, second]
    assert filled.staff.of(SUPPLIER.id) == [OWNER]


def test_who_leaves_is_gone_with_all_keys(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    filled.staff.join(DIGEST, OWNER, KEY, NOW)
    filled.staff.leave(OWNER.id, NOW)
    assert filled.staff.find(OWNER.id) is None
    assert filled.staff.key(KEY.id) is None
    assert filled.staff.of(SUPPLIER.id) == []


def test_the_operators_staff_is_apart(filled: Repositories) -> None:
    operator = Staff("stf-2", Role.OPERATOR, "Bo", None, NOW)
    filled.staff.invite(DIGEST, Invitation(Role.OPERATOR, "Bo", None, NOW + 60))
    filled.staff.join(DIGEST, operator, Passkey("Ym8", operator.id, b"", 0, "1", NOW), NOW)
    assert filled.staff.of(None) == [operator]
    assert filled.staff.of(SUPPLIER.id) == []


def test_a_use_of_a_key_is_kept_by_day(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    filled.staff.join(DIGEST, OWNER, KEY, NOW)
    filled.staff.key_used(KEY.id, 7, "2027-01-15")
    key = filled.staff.key(KEY.id)
    assert key is not None
    assert (key.sign_count, key.last_used) == (7, "2027-01-15")


def test_an_administrator_is_named_for_the_invited_school_alone(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, Invitation(Role.ADMINISTRATOR, "Ans", SCHOOL.brin, NOW + 60))
    assert not filled.staff.name_administrator(DIGEST, "99XB", "person", NOW)
    assert not filled.staff.is_administrator("99XB", "person")
    assert filled.staff.name_administrator(DIGEST, SCHOOL.brin, "person", NOW)
    assert not filled.staff.name_administrator(DIGEST, SCHOOL.brin, "another", NOW)
    assert filled.staff.is_administrator(SCHOOL.brin, "person")
    assert filled.staff.administrators(SCHOOL.brin) == [("person", "Ans", NOW)]
    filled.staff.dismiss_administrator(SCHOOL.brin, "person")
    assert not filled.staff.is_administrator(SCHOOL.brin, "person")


def test_a_key_of_another_is_not_removed(filled: Repositories) -> None:
    filled.staff.invite(DIGEST, INVITED)
    filled.staff.join(DIGEST, OWNER, KEY, NOW)
    filled.staff.remove_key("stf-other", KEY.id)
    assert filled.staff.key(KEY.id) == KEY
