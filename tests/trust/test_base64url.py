"""Base64 without padding, in the alphabet of addresses."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from gateway.trust import base64url


def test_the_example_of_rfc_7515_appendix_c() -> None:
    assert base64url.encode(bytes([3, 236, 255, 224, 193])) == "A-z_4ME"


@given(st.binary(max_size=40))
def test_what_was_written_is_read(data: bytes) -> None:
    assert base64url.decode(base64url.encode(data)) == data


def test_a_length_that_nothing_has_is_refused() -> None:
    with pytest.raises(ValueError, match="Invalid base64"):
        base64url.decode("A")
