"""The chooser's search: on the real list as people type, on an invented one rule by rule."""

import csv
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from gateway.core.model import School, parse_brin
from gateway.core.search import SchoolIndex

# How long an example takes says nothing on a busy machine.
untimed = settings(deadline=None, suppress_health_check=[HealthCheck.too_slow])


def school(brin: str, name: str, town: str) -> School:
    return School(parse_brin(brin), name, town, connection_id="idp")


@pytest.fixture(scope="module")
def real_schools(shared_data: Path) -> list[School]:
    with (shared_data / "schools/schools.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    return [school(row["vestigingscode"], row["naam"], row["plaats"]) for row in rows]


@pytest.fixture(scope="module")
def real(real_schools: list[School]) -> SchoolIndex:
    return SchoolIndex(real_schools)


AS_TYPED = [
    # names, whole and unfinished
    ("murmellius gymnasium", "20AA00"),
    ("murm", "20AA00"),
    ("De Liaan", "10ZW00"),
    ("ETTY HILLESUM LYCEUM", "01VJ00"),
    ("gomarus", "02UV00"),
    ("minkema coll", "17AN00"),
    ("barlaeus", "21AB00"),
    ("4e gymnasium", "30GC00"),
    ("theun de vries", "10UW00"),
    # name and town in any order, each unfinished
    ("regenboog amsterdam", "13WU00"),
    ("amsterdam regenboog", "13WU00"),
    ("mont regen amst", "13WU00"),
    ("hendrik ido ambacht klimboom", "12BR00"),
    ("atlas college medemblik", "25DA04"),
    ("groene hart alphen", "15BH00"),
    # BRIN, of the branch and of the institution, and with a town
    ("01VJ13", "01VJ13"),
    ("01vj 13", "01VJ13"),
    ("01VJ-13", "01VJ13"),
    ("01vj", "01VJ00"),
    ("01VJ99", "01VJ00"),
    ("10ZW helden", "10ZW00"),
    ("13w amsterdam", "13WU00"),
    # accents, signs, ij and y
    ("danielschool soest", "23WR00"),
    ("Daniëlschool", "23WR00"),
    ("feanwalden frissel", "10YS00"),
    ("christelijke basisschool de frissel", "10YS00"),
    ("ymuiden klipper", "12XO00"),
    ("lijceum veenendaal", "02VM00"),
    ("ulbe van houten st annaparochie", "01BE00"),
    ("'t loont overloon", "03RN00"),
    ("het loont overloon", "03RN00"),
    # abbreviations of either side
    ("o.b.s. de regenboog hoedekenskerke", "14YS00"),
    ("openbare basisschool de regenboog slagharen", "13FW00"),
    ("obs de egelantier almere", "26PE00"),
    ("chr college schaersvoorde aalten", "00LJ00"),
    ("christelijke sgm comenius capelle", "19GY00"),
    ("st nicolaaslyceum", "14SE00"),
    ("sint-nicolaaslyceum", "14SE00"),
    ("rk basisschool het spick", "03SO00"),
    ("r.k. basisschool het spick", "03SO00"),
    ("integraal kindcentrum juliana sneek", "10RE00"),
    ("j.p. thijsse den helder", "14LQ00"),
    ("jp thijsse den helder", "14LQ00"),
    # towns of two names
    ("de vrije school den haag", "05WB00"),
    ("'s-gravenhage de vrije school", "05WB00"),
    ("sgravenhage regenboog", "13ZY00"),
    ("boschveld den bosch", "15RJ00"),
    # words apart or as one
    ("ettyhillesum", "01VJ00"),
    ("ebenhaezer boskoop", "06OS00"),
    ("regenboog school malden", "09XD00"),
    ("nicolaas lyceum", "14SE00"),
    # typos: changed, left out, put in, swapped; in name and town; unfinished
    ("murmelius gymnasium", "20AA00"),
    ("murnellius", "20AA00"),
    ("mumrellius", "20AA00"),
    ("murmelliuss gymansium", "20AA00"),
    ("etty hilesum", "01VJ00"),
    ("gomarus colege groningen", "02UV00"),
    ("montesori lyceum oostport", "16PS20"),
    ("regenbog amsterdm", "13WU00"),
    ("mnikema", "17AN00"),
    ("de lian helden", "10ZW00"),
    ("schaarsvoorde aalten", "00LJ00"),
    ("liceum veenendaal", "02VM00"),
    ("erasmianem gym", "15SC00"),
    ("bonhoefer castricum", "00ZD00"),
    # one word too many
    ("bonhoeffer college castricum noord-holland", "00ZD00"),
    ("barlaeus gymnasium xyz", "21AB00"),
]


@pytest.mark.shared_data
@pytest.mark.parametrize(("typed", "brin"), AS_TYPED)
def test_the_school_meant_is_among_the_first_three(
    real: SchoolIndex, typed: str, brin: str
) -> None:
    found = real.find(typed)
    assert brin in [school.brin for school in found[:3]]


@pytest.mark.shared_data
@untimed
@given(data=st.data())
def test_each_school_is_found_by_its_name_and_town(
    real: SchoolIndex, real_schools: list[School], data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from(real_schools))
    words = data.draw(st.permutations([wanted.name, wanted.town]))
    spelling = data.draw(st.sampled_from([str, str.lower, str.upper]))
    found = real.find(spelling(" ".join(words)))
    assert (wanted.name, wanted.town) in [(one.name, one.town) for one in found]


@pytest.mark.shared_data
@untimed
@given(data=st.data())
def test_each_school_is_first_by_its_brin(
    real: SchoolIndex, real_schools: list[School], data: st.DataObject
) -> None:
    wanted = data.draw(st.sampled_from(real_schools))
    parts = wanted.brin[:4], wanted.brin[4:]
    joint = data.draw(st.sampled_from(["", " ", "-", "|"]))
    spelling = data.draw(st.sampled_from([str, str.lower]))
    assert real.find(spelling(joint.join(parts)))[0] == wanted


# Names and towns that no rule of spelling touches: letters of their own for each word.
WORDS = st.text("bcdfghklmnpqrvwxz", min_size=6, max_size=9)


@untimed
@given(names=st.lists(WORDS, min_size=2, max_size=30, unique=True), data=st.data())
def test_any_edit_in_a_long_name_still_finds_it(names: list[str], data: st.DataObject) -> None:
    index = SchoolIndex([school("99XA", name, "Veldzicht") for name in names])
    name = data.draw(st.sampled_from(names))
    place = data.draw(st.integers(1, len(name) - 2))
    edits = [
        name[:place] + name[place + 1 :],
        name[:place] + "j" + name[place:],
        name[:place] + "j" + name[place + 1 :],
        name[:place] + name[place + 1] + name[place] + name[place + 2 :],
    ]
    for typed in edits:
        found = [one.name for one in index.find(typed, limit=len(names))]
        assert name in found or typed in names


@untimed
@given(text=st.text(max_size=300), limit=st.integers(1, 5))
def test_any_text_gets_an_answer_within_the_limit(text: str, limit: int) -> None:
    schools = [school(f"99X{letter}", f"De Proef {letter}", "Veldzicht") for letter in "ABCDEF"]
    found = SchoolIndex(schools).find(text, limit)
    assert len(found) == len(set(found)) <= limit
    assert set(found) <= set(schools)


def names_found(schools: list[School], typed: str) -> list[str]:
    return [f"{found.name}, {found.town}" for found in SchoolIndex(schools).find(typed)]


def test_order_exact_name_then_whole_words_then_beginning_then_typo() -> None:
    schools = [
        school("99XA", "De Linder", "Veldzicht"),
        school("99XB", "Basisschool De Linde", "Waterrijk"),
        school("99XC", "Onder de Linde", "Veldzicht"),
        school("99XD", "De Linde", "Veldzicht"),
        school("99XE", "De Lende", "Veldzicht"),
        school("99XF", "Linde College", "Waterrijk"),
        school("99XG", "Basisschool De Linde aan Zee", "Waterrijk"),
    ]
    assert names_found(schools, "de linde") == [
        "Basisschool De Linde, Waterrijk",
        "De Linde, Veldzicht",
        "Basisschool De Linde aan Zee, Waterrijk",
        "Linde College, Waterrijk",
        "Onder de Linde, Veldzicht",
        "De Linder, Veldzicht",
    ]
    assert names_found(schools, "de lende") == ["De Lende, Veldzicht"]
    assert "De Linde, Veldzicht" in names_found(schools, "de lindr")[:3]


@pytest.mark.parametrize(
    ("name", "typed"),
    [
        ("De Coöp", "coop"),
        ("De Yp", "ijp"),
        ("De IJp", "yp"),
        ("Dr. J.P. Aa", "jp"),
        ("JP Aa", "j. p."),
        ("'t Ven", "het ven"),
        ("Het Ven", "`t ven"),
        ("Sint Ada", "st. ada"),
        ("St. Ada", "sint ada"),
        ("Noorder Poort", "noorderpoort"),
        ("Noorderpoort", "noorder poort"),
    ],
)
def test_spellings_of_one_name(name: str, typed: str) -> None:
    others = ["De Coon", "De Ip", "J. Aap", "Ven Oost", "Ada College", "Noord", "De Poort"]
    schools = [school("99XA", other, "Zonstad") for other in [*others, name]]
    assert names_found(schools, typed)[0] == f"{name}, Zonstad"


@pytest.mark.parametrize(
    ("town", "typed"), [("'s-Gravenhage", "den haag"), ("'s-Hertogenbosch", "den bosch")]
)
def test_towns_of_two_names(town: str, typed: str) -> None:
    schools = [school("99XA", "De Ster", "Zonstad"), school("99XB", "De Ster", town)]
    assert names_found(schools, f"ster {typed}") == [f"De Ster, {town}"]


@pytest.mark.parametrize(
    ("typed", "found"),
    [
        ("lidne", True),  # one edit in a word of four to six letters
        ("lidner", False),
        ("zpn", False),  # none in a shorter one
        ("steremwacht", True),  # two from seven letters on
        ("steremvacht", False),
    ],
)
def test_so_many_edits_and_no_more(typed: str, found: bool) -> None:
    schools = [school("99XA", name, "Veldzicht") for name in ("Linde", "Zon", "Sterrenwacht")]
    assert bool(names_found(schools, typed)) == found


def test_a_misspelt_name_follows_those_that_begin_as_typed() -> None:
    schools = [school("99XA", "De Liaan", "Zonstad"), school("99XB", "De Lianne", "Zonstad")]
    assert names_found(schools, "lian") == ["De Lianne, Zonstad", "De Liaan, Zonstad"]


def test_the_last_word_of_a_long_name_counts() -> None:
    long = "Zonstad College voor gymnasium, atheneum, havo, mavo en vmbo, locatie"
    schools = [school("99XA", f"{long} {part}", "Zonstad") for part in ("Noord", "West", "Zuid")]
    assert names_found(schools, f"{long} Zuid") == [f"{long} Zuid, Zonstad"]


def test_ties_are_ordered_by_name_then_town() -> None:
    schools = [
        school("99XA", "De Ster", "Zonstad"),
        school("99XB", "De Ster", "Avondland"),
        school("99XC", "Basisschool De Ster", "Zonstad"),
    ]
    assert names_found(schools, "ster") == [
        "Basisschool De Ster, Zonstad",
        "De Ster, Avondland",
        "De Ster, Zonstad",
    ]


def test_all_words_hide_those_with_some_of_them() -> None:
    schools = [school("99XA", "De Ster", "Zonstad"), school("99XB", "De Maan", "Zonstad")]
    assert names_found(schools, "ster zonstad") == ["De Ster, Zonstad"]
    assert names_found(schools, "komeet zonstad") == ["De Maan, Zonstad", "De Ster, Zonstad"]
    assert names_found(schools, "ster komeet zonstad") == ["De Ster, Zonstad"]


def test_the_kind_of_school_chooses_but_is_not_required() -> None:
    schools = [
        school("99XA", "Christelijke Basisschool De Ster", "Zonstad"),
        school("99XB", "OBS De Ster", "Zonstad"),
    ]
    assert names_found(schools, "o.b.s. de ster")[0] == "OBS De Ster, Zonstad"
    assert names_found(schools, "cbs de ster")[0] == "Christelijke Basisschool De Ster, Zonstad"
    assert len(names_found(schools, "rk basisschool de ster")) == 2
    assert len(names_found(schools, "basisschool")) == 2


def test_a_brin_finds_its_school_of_four_or_six_characters() -> None:
    schools = [
        school("99XA", "De Ster", "Zonstad"),
        school("99XA02", "De Ster Noord", "Zonstad"),
        school("99XB03", "De Maan", "Zonstad"),
    ]
    assert names_found(schools, "99xa")[0] == "De Ster, Zonstad"
    assert names_found(schools, "99XA02") == ["De Ster Noord, Zonstad"]
    assert names_found(schools, "99XA07")[0] == "De Ster, Zonstad"
    assert names_found(schools, "99XB") == ["De Maan, Zonstad"]
    assert names_found(schools, "99X") == [
        "De Maan, Zonstad",
        "De Ster, Zonstad",
        "De Ster Noord, Zonstad",
    ]


def test_nothing_typed_and_nothing_known_find_nothing() -> None:
    assert SchoolIndex([]).find("ster") == []
    assert SchoolIndex([school("99XA", "De Ster", "Zonstad")]).find(" -- ") == []
    assert SchoolIndex([school("99XA", "De Ster", "Zonstad")]).find("q") == []
