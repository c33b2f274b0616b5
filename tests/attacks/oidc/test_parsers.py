"""Whatever stands in `claims`: it is read, or refused as one thing (OpenID Connect Core §5.5)."""

import contextlib
import json

from hypothesis import given
from hypothesis import strategies as st

from providers.suppliers.oidc.claims_request import (
    ClaimsRefused,
    ClaimsRequest,
    read_claims_request,
)

SCALARS = (
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=20)
)
NAMES = st.sampled_from(["sub", "acr", "value", "values", "essential", "id_token", "userinfo"])
VALUES = st.recursive(
    SCALARS,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(NAMES, inner, max_size=4),
    max_leaves=20,
)


def read(text: str) -> ClaimsRequest | None:
    with contextlib.suppress(ClaimsRefused):
        return read_claims_request(text)
    return None


@given(st.text(max_size=300))
def test_any_text_is_read_or_refused(text: str):
    read(text)


@given(st.dictionaries(NAMES, VALUES, max_size=3))
def test_any_request_is_read_or_refused_and_gives_texts_alone(asked: dict[str, object]):
    found = read(json.dumps(asked))
    for values in (found.subjects, found.contexts) if found else ():
        assert values is None or all(each.encode() or not each for each in values)


@given(st.text(max_size=30))
def test_a_person_that_is_asked_for_is_never_lost(subject: str):
    found = read(json.dumps({"id_token": {"sub": {"value": subject}}}))
    assert found is not None
    assert found.subjects == (subject,)
