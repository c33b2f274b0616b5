"""The national ECK iD: its form, and the first-level hash against the published vectors."""

import base64

import pytest

from gateway.core.pseudonyms import is_national, scrypt_hash

DIGITS = "0123456789abcdef" * 8
# Of eck-id.md §8: the test salt and the rows for N=131072, r=8, p=4.
SALT = base64.b64decode("rktYml0MIp9TC9u6Ny6uqw==")
PUPIL_HASH = "9735dfd2235eaeb5f0300886bcc99c82ffc1d6420c4e0bde8de7218def2135fa"
TEACHER_HASH = "0b870ff044775ef0360655c40d5b284b7e3ae2b72207a6894794d787eb019e60"
LOWER_CASED = "1aa37216aeaae8b2daccb4565a757c0e7d29695faa006123cea118b49412a412"
NOT_LOWER_CASED = "bb46c63e33048336da2455c7a957294a4a8f9da4fb9d1307ce0fd0e6eba002ee"
OLD_PARAMETERS = "4cadf651ec0197909e6432cb8347369adba39f44276a5b3cd59d17066f10ab3e"


@pytest.mark.parametrize(
    ("number", "expected"),
    [
        pytest.param("063138219", PUPIL_HASH, id="1-pupil"),
        pytest.param("20DP teacher@school.com", TEACHER_HASH, id="2-teacher"),
        pytest.param("INPUT", LOWER_CASED, id="5-upper-case"),
        pytest.param("input", LOWER_CASED, id="5-lower-case"),
    ],
)
def test_section_8_published_vectors(number: str, expected: str) -> None:
    assert scrypt_hash(number, SALT) == expected


def test_section_8_vector_6_what_must_never_come_out() -> None:
    found = scrypt_hash("20dp teacher@school.com", SALT)
    assert found == TEACHER_HASH
    assert found not in {NOT_LOWER_CASED, OLD_PARAMETERS}


def test_section_2_spaces_are_kept_and_the_salt_counts() -> None:
    assert scrypt_hash(" 063138219", SALT) != PUPIL_HASH
    assert scrypt_hash("063138219", b"another salt") != PUPIL_HASH


@pytest.mark.parametrize("number", ["", " ", "1", "  7  ", "\t\n"])
def test_section_2_one_character_or_less_is_refused(number: str) -> None:
    with pytest.raises(ValueError, match="two characters"):
        scrypt_hash(number, SALT)


@pytest.mark.parametrize("period", ["pilot", "201703", "202611"])
def test_section_3_national_form(period: str) -> None:
    assert is_national(f"https://ketenid.nl/{period}/{DIGITS}")


@pytest.mark.parametrize(
    "value",
    [
        "",
        DIGITS,
        f"http://ketenid.nl/201703/{DIGITS}",
        f"https://KETENID.nl/201703/{DIGITS}",
        f"https://ketenid.nl/201703/{DIGITS.upper()}",
        f"https://ketenid.nl/201703/{DIGITS[:-1]}",
        f"https://ketenid.nl/201703/{DIGITS}0",
        f"https://ketenid.nl/201703/{DIGITS}\n",
        f" https://ketenid.nl/201703/{DIGITS}",
        f"https://ketenid.nl/2017/{DIGITS}",
        f"https://ketenid.nl/sppilot/{DIGITS}",
        f"https://ketenidxnl/201703/{DIGITS}",
        f"https://id.school/pilot/{DIGITS}",
        f"https://ketenid.nl/201703/{DIGITS}/",
    ],
)
def test_section_3_what_is_not_the_national_form(value: str) -> None:
    """Compared byte for byte: never normalised."""
    assert not is_national(value)
