"""What stands in config/demo."""

import re

from demo.federation import load


def test_schools_have_invented_brins_and_several_pupils_and_teachers():
    for school in load().schools:
        assert re.fullmatch(r"99X[A-Z]", school.brin)
        roles = [person.affiliation for person in school.people]
        assert roles.count("student") >= 3
        assert roles.count("employee") >= 2
        assert school.realm.endswith(".example")


def test_user_names_and_numbers_are_of_one_person():
    for school in load().schools:
        for field in ("username", "number"):
            found = [getattr(person, field) for person in school.people]
            assert len(set(found)) == len(found)


def test_some_pupils_of_the_saml_school_have_a_national_eck_id_in_the_form_of_the_pilot():
    school = load().school("saml")
    said = [school.attributes(person).get("eckId") for person in school.people]
    given = [one for one in said if one]
    assert given
    assert None in said
    assert len(set(given)) == len(given)
    assert all(re.fullmatch(r"https://ketenid\.nl/pilot/[0-9a-f]{128}", one) for one in given)


def test_the_deep_link_of_each_supplier_points_at_an_exercise():
    for supplier in load().suppliers:
        material, _, paragraph = supplier.deep_place
        exercise = supplier.deep_exercise
        assert supplier.deep_path == f"/{material.slug}/{paragraph.number}/{exercise.number}"


def test_each_supplier_has_two_materials_and_the_tool_marks_its_answers():
    for supplier in load().suppliers:
        assert len({one.slug for one in supplier.materials}) == 2
    assert load().supplier("lti").deep_exercise.marks("  Verhuisd ")
    assert not load().supplier("lti").deep_exercise.marks("verhuist")


def test_attributes_are_granted_by_schools_of_the_demo():
    brins = {school.brin for school in load().schools}
    for supplier in load().suppliers:
        for asked in supplier.asks:
            assert set(asked.granted_by) <= brins
            assert asked.purpose
