"""What a service published is read back as it was given, on SQLite and PostgreSQL."""

import pytest
from sqlalchemy import Engine

from gateway.core.materials import PICKS, Objective, Publication, PublishedFragment
from gateway.store.published import PublishedStore
from gateway.store.repositories import Repositories
from tests.contracts.invented import SERVICE

EXERCISES = tuple(
    PublishedFragment(f"e{number}", f"Oefening {number}", "exercise", f"https://x.test/{number}")
    for number in range(12)
)
PUBLICATION = Publication(
    key="9789999999991",
    title="Rekenen één",
    isbn="9789999999991",
    product="8717927999997",
    description="Een boek.",
    subjects=("rekenen-wiskunde", "wiskunde"),
    levels=("vwo",),
    years=(1, 2),
    languages=("nl", "en"),
    cover="https://x.test/omslag.png",
    access_link="https://x.test/start",
    objectives=(Objective("Breuken", "urn:doel:1"),),
    parts=(
        PublishedFragment("h2", "Twee", "chapter", parts=EXERCISES),
        PublishedFragment(
            "h1",
            "Één",
            "chapter",
            activity_type="Theorie",
            objectives=(Objective("Delen"),),
            custom={"level": "2"},
            product="8717927999998",
            parts=(
                PublishedFragment("p1", "Van het hoofdstuk"),
                PublishedFragment("p2", "Van het boek", product="8717927999997"),
            ),
        ),
    ),
)
OTHER = Publication("1", "Een ander")


@pytest.fixture
def published(engine: Engine) -> PublishedStore:
    return PublishedStore(engine)


def test_what_was_published_is_read_back(filled: Repositories, published: PublishedStore) -> None:
    filled.catalogue.publish(SERVICE.id, [PUBLICATION, OTHER], whole=True)
    assert list(published.of(SERVICE.id)) == [OTHER, PUBLICATION]


def test_what_is_gone_is_not_read(filled: Repositories, published: PublishedStore) -> None:
    filled.catalogue.publish(SERVICE.id, [PUBLICATION, OTHER], whole=True)
    filled.catalogue.publish(SERVICE.id, [Publication("9789999999991", "Leeg")], whole=True)
    assert list(published.of(SERVICE.id)) == [Publication("9789999999991", "Leeg")]


def test_what_teachers_picked_was_not_published(
    filled: Repositories, published: PublishedStore
) -> None:
    filled.catalogue.publish(SERVICE.id, [OTHER], whole=True)
    filled.catalogue.add(SERVICE.id, Publication(PICKS, "Gekozen", parts=EXERCISES))
    assert list(published.of(SERVICE.id)) == [OTHER]


def test_another_service_has_none(filled: Repositories, published: PublishedStore) -> None:
    filled.catalogue.publish(SERVICE.id, [PUBLICATION], whole=True)
    assert list(published.of("another")) == []
