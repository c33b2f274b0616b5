"""The vocabulary in config/attributes.toml: every word has what people and protocols need."""

import pytest

from gateway.core.attributes import RULES, Attribute
from tests.core.people import VOCABULARY

WORDS = [pytest.param(word, id=name) for name, word in VOCABULARY.items()]


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_a_meaning_in_dutch_and_english(word: Attribute) -> None:
    assert set(word.meaning) == {"nl", "en"}
    assert all(text.strip() for text in word.meaning.values())


@pytest.mark.parametrize("word", WORDS)
def test_every_word_has_a_sensitivity_and_a_name_in_each_protocol(word: Attribute) -> None:
    assert word.sensitivity in {0, 1, 2, 3}
    assert word.oidc
    assert word.saml("entree") == word.name
    assert word.saml("oid") == word.oid
    assert word.oid == word.name or word.oid.startswith("urn:oid:")


@pytest.mark.parametrize("word", WORDS)
def test_every_name_of_a_word_is_recognised_as_that_word(word: Attribute) -> None:
    for name in (word.name, word.oid, word.oidc, *word.accept):
        assert VOCABULARY.recognise(name) == word.name


@pytest.mark.parametrize("names", ["name", "oid", "oidc"])
def test_no_two_words_share_a_name_towards_services(names: str) -> None:
    given = [getattr(word, names) for word in VOCABULARY.values()]
    assert len(set(given)) == len(given)


def test_no_name_is_accepted_for_two_words() -> None:
    owners: dict[str, set[str]] = {}
    for word in VOCABULARY.values():
        for name in (word.name, word.oid, word.oidc, *word.accept):
            owners.setdefault(name, set()).add(word.name)
    assert {name: found for name, found in owners.items() if len(found) > 1} == {}


def test_the_minimum_is_the_only_thing_that_is_always_released() -> None:
    assert set(VOCABULARY.always) == {
        "eduPersonAffiliation",
        "nlEduPersonHomeOrganizationId",
        "nlEduPersonHomeOrganization",
        "eckId",
    }
    assert all(VOCABULARY[name].sensitivity <= 1 for name in VOCABULARY.always)


@pytest.mark.parametrize("name", RULES)
def test_every_rule_makes_a_word_of_the_vocabulary(name: str) -> None:
    assert name in VOCABULARY


def test_what_is_always_released_has_a_rule_and_never_comes_as_sent() -> None:
    assert set(VOCABULARY.always) <= set(RULES)


@pytest.mark.parametrize(
    ("name", "oid"),
    [
        ("eduPersonAffiliation", "urn:oid:1.3.6.1.4.1.5923.1.1.1.1"),
        ("givenName", "urn:oid:2.5.4.42"),
        ("sn", "urn:oid:2.5.4.4"),
        ("displayName", "urn:oid:2.16.840.1.113730.3.1.241"),
        ("mail", "urn:oid:0.9.2342.19200300.100.1.3"),
        ("employeeNumber", "urn:oid:2.16.840.1.113730.3.1.3"),
    ],
)
def test_object_identifiers_are_those_of_ldap_and_edu_person(name: str, oid: str) -> None:
    """RFC 4519, RFC 2798, eduPerson."""
    assert VOCABULARY[name].oid == oid


@pytest.mark.parametrize(
    ("name", "claim"),
    [
        ("givenName", "given_name"),
        ("sn", "family_name"),
        ("displayName", "name"),
        ("mail", "email"),
    ],
)
def test_claims_are_those_of_openid_connect_core_5_1(name: str, claim: str) -> None:
    assert VOCABULARY[name].oidc == claim


def test_an_unknown_name_is_not_recognised() -> None:
    assert VOCABULARY.recognise("nlEduPersonSecret") is None
    assert VOCABULARY.recognise("GIVENNAME") is None
