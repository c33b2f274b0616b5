"""Flows, sessions and releases as bytes and back: nothing lost, nothing of another type."""

import json

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.core.model import Flow, Release, Session, Tombstone
from gateway.core.records import Records, release_in, release_out
from tests.core.people import flows, sessions

records = Records(orjson)


@given(flow=flows())
def test_a_flow_comes_back_as_it_was(flow: Flow) -> None:
    assert records.decode_journey(records.encode_flow(flow)) == flow


@given(session=sessions())
def test_a_session_comes_back_as_it_was(session: Session) -> None:
    found = records.decode_session(records.encode_session(session))
    assert found == session
    assert all(isinstance(v, tuple) for v in found.identity.attributes.values())
    assert [type(r) for r in found.identity.affiliations] == [
        type(r) for r in session.identity.affiliations
    ]


@given(service=st.none() | st.text(), path=st.none() | st.text())
def test_a_tombstone_comes_back_as_it_was(service: str | None, path: str | None) -> None:
    stone = Tombstone(service, path)
    assert records.decode_journey(records.encode_tombstone(stone)) == stone


RELEASES = st.builds(
    Release,
    service_id=st.text(),
    pseudonym=st.text(),
    attributes=st.dictionaries(st.text(), st.lists(st.text(), max_size=3).map(tuple), max_size=4),
    authenticated_at=st.integers(0, 2**40),
    authn_context=st.text(),
    session_index=st.text(),
)


@given(release=RELEASES)
def test_a_release_comes_back_as_it_was_also_by_json(release: Release) -> None:
    record = release_out(release)
    assert release_in(json.loads(json.dumps(record))) == release


@pytest.mark.parametrize("data", [b"", b"{}", b"[]", b"\xff", b'{"tombstone": []}'])
def test_what_is_no_record_does_not_become_one(data: bytes) -> None:
    with pytest.raises((ValueError, KeyError, TypeError)):
        records.decode_journey(data)
    with pytest.raises((ValueError, KeyError, TypeError)):
        records.decode_session(data)
