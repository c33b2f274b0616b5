"""Base64 in a form or in XML: white space is passed over, all else is refused."""

from base64 import b64encode

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.trust import base64text


@given(st.binary(max_size=40), st.sampled_from(["", " ", "\n", "\r\n\t "]))
def test_white_space_may_stand_anywhere(data: bytes, space: str) -> None:
    """XML Schema Part 2 §3.2.16."""
    assert base64text.decode(space + space.join(b64encode(data).decode())) == data


@pytest.mark.parametrize("text", ["AAA", "AA=A", "AAA-", "AAAA\0", "\u00e9AAA", "AAA\u0661"])
def test_anything_else_is_refused(text: str) -> None:
    """RFC 4648 §3.3."""
    with pytest.raises(ValueError):
        base64text.decode(text)
