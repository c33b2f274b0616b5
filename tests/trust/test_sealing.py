"""Secrets of parties, and the names of sessions: for each its own, for nobody else's eyes."""

import base64

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.errors import ConfigurationError
from gateway.trust.sealing import SecretSealer, SessionIndexes, subkey

KEY, OTHER = bytes(range(32)), bytes(32)
NAMES = SessionIndexes(KEY)


def test_rfc_5869_a_key_for_each_purpose_and_length() -> None:
    keys = {subkey(KEY, "state"), subkey(KEY, "forms"), subkey(OTHER, "state")}
    assert len(keys) == 3
    assert {len(key) for key in keys} == {32}
    assert len(subkey(KEY, "state", 64)) == 64
    assert subkey(KEY, "state") == subkey(KEY, "state")


@given(text=st.text())
def test_a_secret_comes_back_and_is_sealed_otherwise_each_time(text: str) -> None:
    sealer = SecretSealer(KEY)
    one, two = sealer.seal(text), sealer.seal(text)
    assert one != two
    assert sealer.unseal(one) == sealer.unseal(two) == text


def test_a_secret_sealed_under_another_key_is_refused() -> None:
    sealed = SecretSealer(OTHER).seal("geheim")
    with pytest.raises(ConfigurationError, match="sealed under another state key"):
        SecretSealer(KEY).unseal(sealed)


@given(place=st.integers(0, 33), bit=st.integers(0, 7))
def test_a_secret_that_was_touched_is_refused(place: int, bit: int) -> None:
    data = bytearray(base64.b64decode(SecretSealer(KEY).seal("geheim")))
    data[place] ^= 1 << bit
    with pytest.raises(ConfigurationError):
        SecretSealer(KEY).unseal(base64.b64encode(data).decode())


@pytest.mark.parametrize("sealed", ["", "AA==", "geheim", "é", "A" * 17])
def test_what_was_never_sealed_is_refused(sealed: str) -> None:
    with pytest.raises(ConfigurationError):
        SecretSealer(KEY).unseal(sealed)


SERVICES = st.text(min_size=1, max_size=40)
INDEXES = st.text(min_size=1, max_size=60)


@given(service=SERVICES, index=INDEXES)
def test_a_session_has_one_name_a_service_which_reads_back(service: str, index: str) -> None:
    name = NAMES.towards(service, index)
    assert name == SessionIndexes(KEY).towards(service, index)
    assert NAMES.read(service, name) == index


@given(services=st.lists(SERVICES, min_size=2, max_size=4, unique=True), index=INDEXES)
def test_two_services_have_names_that_neither_can_read_or_compare(
    services: list[str], index: str
) -> None:
    names = {service: NAMES.towards(service, index) for service in services}
    assert len(set(names.values())) == len(services)
    for service, name in names.items():
        readers = [other for other in services if NAMES.read(other, name) is not None]
        assert readers == [service]


def test_names_are_of_this_gateway_alone() -> None:
    assert SessionIndexes(OTHER).read("svc", NAMES.towards("svc", "index")) is None


def test_a_name_may_stand_in_xml_and_in_an_address() -> None:
    """SAML Core §2.7.2 SessionIndex; OpenID Connect Front-Channel §3 sid."""
    assert NAMES.towards("svc", "index").replace("-", "_").isidentifier()
    assert "index" not in NAMES.towards("svc", "index")


@given(name=st.text() | st.binary(max_size=60).map(lambda data: base64.b64encode(data).decode()))
def test_what_is_no_name_of_ours_is_nobodys(name: str) -> None:
    assert NAMES.read("svc", name) is None
