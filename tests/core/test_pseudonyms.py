"""ECK iD: its form, its domain, its root; the national first-level hash (eck-id.md)."""

import hashlib
import hmac
import re
import struct
from dataclasses import replace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.model import Brin, Supplier
from gateway.core.pseudonyms import (
    Issuer,
    PseudonymKey,
    Pseudonyms,
    check_base,
    is_national,
    root_of_national,
    root_of_school,
)
from gateway.errors import ConfigurationError
from tests.core.people import NATIONAL, PUPIL, SUPPLIER, brins

SECRET = bytes(range(64))
KEY = PseudonymKey(1, "202611", SECRET)
OURS = Pseudonyms([Issuer(KEY, "https://eckid.example.test")])
NATIONAL_FORM = st.from_regex(r"https://ketenid\.nl/(pilot|[0-9]{6})/[0-9a-f]{128}", fullmatch=True)


def fields(*parts: bytes) -> bytes:
    """Each part behind its length in four bytes, the highest first."""
    return b"".join(struct.pack(">I", len(part)) + part for part in parts)


def test_section_3_form_is_base_period_and_128_lower_case_hex_digits() -> None:
    found = OURS.derive(SUPPLIER, PUPIL)
    assert re.fullmatch(r"https://eckid\.example\.test/202611/[0-9a-f]{128}", found)
    assert not is_national(found)


def test_the_value_is_hmac_sha_512_over_the_suppliers_domain_and_the_schools_root() -> None:
    """A fixed vector: were it to change, every pupil would lose their work."""
    root = fields(b"school", b"99XA", b"leerling-1")
    message = fields(b"ketenpoort eck-id v1", b"sup-one", root)
    digest = hmac.new(SECRET, message, hashlib.sha512).hexdigest()
    assert OURS.derive(SUPPLIER, PUPIL) == f"https://eckid.example.test/202611/{digest}"
    assert digest[:32] == "8861d6f159846fd73d084ee712b9d902"


def test_the_root_is_the_national_eckid_where_the_school_asserts_it() -> None:
    person = replace(PUPIL, national_eckid=NATIONAL)
    message = fields(b"ketenpoort eck-id v1", b"sup-one", fields(b"national", NATIONAL.encode()))
    digest = hmac.new(SECRET, message, hashlib.sha512).hexdigest()
    assert OURS.derive(SUPPLIER, person) == f"https://eckid.example.test/202611/{digest}"


def test_with_the_national_eckid_another_school_makes_no_difference() -> None:
    """eck-id.md §6: it stays the same at a new school."""
    person = replace(PUPIL, national_eckid=NATIONAL)
    moved = replace(person, school=Brin("99XB"), subject="leerling-2")
    assert OURS.derive(SUPPLIER, person) == OURS.derive(SUPPLIER, moved)


@pytest.mark.parametrize(("allowed", "asserted"), [(True, True), (True, False), (False, True)])
def test_only_an_allowed_supplier_gets_the_national_value_and_only_an_asserted_one(
    allowed: bool, asserted: bool
) -> None:
    supplier = replace(SUPPLIER, national_eckid=allowed)
    person = replace(PUPIL, national_eckid=NATIONAL if asserted else None)
    assert (OURS.derive(supplier, person) == NATIONAL) == (allowed and asserted)


@given(ids=st.lists(st.text(), min_size=2, max_size=5, unique=True), person=st.text(min_size=1))
def test_never_equal_across_suppliers(ids: list[str], person: str) -> None:
    identity = replace(PUPIL, subject=person)
    found = {OURS.derive(Supplier(each, "x", 1), identity) for each in ids}
    assert len(found) == len(ids)


@given(
    people=st.lists(st.tuples(brins(), st.text()), min_size=2, max_size=5, unique=True),
    national=st.lists(NATIONAL_FORM, max_size=2, unique=True),
)
def test_never_equal_across_roots(people: list[tuple[str, str]], national: list[str]) -> None:
    roots = [root_of_school(*each) for each in people] + [root_of_national(n) for n in national]
    found = {OURS.of_root(SUPPLIER, root) for root in roots}
    assert len(found) == len(people) + len(national)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        (root_of_school("99XA", "01x"), root_of_school("99XA01", "x")),
        (root_of_school("", "99XA"), root_of_school("99XA", "")),
        (root_of_school("99XA", "x"), root_of_national("99XAx")),
    ],
)
def test_roots_are_unambiguous(one: bytes, other: bytes) -> None:
    assert one != other


@given(supplier=st.text(), cut=st.integers(1, 20))
def test_domain_and_root_can_not_be_shifted_into_each_other(supplier: str, cut: int) -> None:
    root = root_of_school("99XA", "leerling-1")
    longer = Supplier(supplier + root[:cut].decode("latin-1"), "x", 1)
    assert OURS.of_root(Supplier(supplier, "x", 1), root) != OURS.of_root(longer, root[cut:])


@given(other=st.binary(min_size=32, max_size=64).filter(lambda key: key != SECRET))
def test_another_key_gives_another_value_and_another_fingerprint(other: bytes) -> None:
    key = replace(KEY, secret=other)
    theirs = Pseudonyms([Issuer(key, "https://eckid.example.test")])
    assert theirs.derive(SUPPLIER, PUPIL) != OURS.derive(SUPPLIER, PUPIL)
    assert key.fingerprint() != KEY.fingerprint()


def test_a_new_key_version_leaves_the_suppliers_of_the_old_one_as_they_are() -> None:
    later = PseudonymKey(2, "202709", bytes(64))
    both = Pseudonyms([Issuer(KEY, "https://eckid.example.test"), Issuer(later, "https://b.test")])
    assert both.derive(SUPPLIER, PUPIL) == OURS.derive(SUPPLIER, PUPIL)
    newer = both.derive(replace(SUPPLIER, key_version=2), PUPIL)
    assert newer.startswith("https://b.test/202709/")


def test_a_supplier_whose_key_is_not_there_gets_nothing() -> None:
    with pytest.raises(ConfigurationError, match="version 2"):
        OURS.derive(replace(SUPPLIER, key_version=2), PUPIL)


@pytest.mark.parametrize("length", [0, 16, 31])
def test_a_short_key_is_refused(length: int) -> None:
    with pytest.raises(ConfigurationError, match="key 1 is shorter than 32 bytes"):
        PseudonymKey(1, "202611", bytes(length))


@pytest.mark.parametrize("period", ["", "2026", "2026-1", "20261a", "2026111", "20261\uff11"])
def test_a_period_is_six_digits(period: str) -> None:
    with pytest.raises(ConfigurationError, match="six digits"):
        PseudonymKey(1, period, SECRET)


def test_neither_secret_nor_person_shows_in_a_repr() -> None:
    assert "secret" not in repr(KEY)
    assert KEY.fingerprint() not in SECRET.hex()
    shown = repr(replace(PUPIL, national_eckid=NATIONAL))
    assert "leerling-1" not in shown
    assert "ketenid" not in shown
    assert "Noor" not in shown


@pytest.mark.parametrize(
    "base",
    [
        "https://ketenid.nl",
        "https://ketenid.nl/eckid",
        "https://ketenid.nl./",
        "https://KetenID.NL/",
        "HTTPS://KETENID.NL",
        "https://ketenid.nl:443/201703",
        "https://wie@ketenid.nl/",
        "https://school.ketenid.nl/",
        "https://a.b.ketenid.nl./x",
        "https://keten\tid.nl/",
    ],
)
def test_ketenid_nl_is_refused_as_a_base(base: str) -> None:
    """eck-id.md §9: only the national Nummervoorziening issues there."""
    with pytest.raises(ConfigurationError, match=r"ketenid\.nl: that is the national one"):
        check_base(base)


@pytest.mark.parametrize(
    "base",
    [
        "",
        "eckid",
        "https://",
        "/eckid",
        "https:/eckid.example.test",
        "//ketenid.nl/x",
        "ftp://a.nl",
    ],
)
def test_a_base_is_an_address(base: str) -> None:
    with pytest.raises(ConfigurationError, match="must be an address"):
        check_base(base)


@pytest.mark.parametrize(
    ("base", "kept"),
    [
        ("https://eckid.example.test", "https://eckid.example.test"),
        ("https://eckid.example.test/eckid/", "https://eckid.example.test/eckid"),
        ("https://nietketenid.nl", "https://nietketenid.nl"),
        ("https://ketenid.nl.example.test", "https://ketenid.nl.example.test"),
    ],
)
def test_a_base_of_our_own_loses_its_last_slash_alone(base: str, kept: str) -> None:
    assert check_base(base) == kept
