"""Exercises as a platform knows them: content items to pick, and scores in its gradebook."""

from datetime import UTC, datetime

from pylti1p3.contrib.flask.message_launch import FlaskMessageLaunch
from pylti1p3.deep_link_resource import DeepLinkResource
from pylti1p3.grade import Grade
from pylti1p3.lineitem import LineItem

from demo.suppliers.library import Task
from demo.suppliers.lti_platform import claims_of

HIGHEST = 1


def content_item(task: Task, address: str) -> DeepLinkResource:
    """LTI Deep Linking §3.2, with the column that it gets in the gradebook."""
    item = DeepLinkResource().set_title(task.title).set_url(address + task.path)
    return item.set_lineitem(_line_item(task))


def post_score(launch: FlaskMessageLaunch, task: Task, score: int) -> float:
    """Put the score of the person who launched (AGS §3.4); give what the platform then has.

    Raises LtiException.
    """
    person, grades = str(claims_of(launch)["sub"]), launch.get_ags()
    item = grades.find_or_create_lineitem(_line_item(task), find_by="resource_id")
    grade = Grade().set_user_id(person).set_score_given(score).set_score_maximum(HIGHEST)
    grade.set_activity_progress("Completed").set_grading_progress("FullyGraded")
    grades.put_grade(grade.set_timestamp(datetime.now(UTC).isoformat()), item)
    results = {one["userId"]: one["resultScore"] for one in grades.get_grades(item)}
    return float(results[person])


def _line_item(task: Task) -> LineItem:
    item = LineItem().set_label(task.title).set_score_maximum(HIGHEST)
    return item.set_resource_id(task.path)
