"""What a content item asks of the gradebook (LTI Deep Linking 2.0 §3.2, AGS 2.0 §3.1)."""

import pytest

from gateway.core.model import Json, Service
from providers.suppliers.lti.content_items import read_items
from providers.suppliers.lti.tool import tool_of

BASE = "https://proeven.test"
TOOL = tool_of(
    Service(
        "svc-1",
        "sup-1",
        "lti",
        "svc-1",
        "Proeven",
        {"initiate_login_uri": f"{BASE}/login", "redirect_uris": [f"{BASE}/launch"]},
        targets=(f"{BASE}/",),
    )
)
OPENS, CLOSES = "2026-12-01T08:00:00+01:00", "2026-12-24T17:00:00+01:00"
LINE_ITEM: Json = {"label": "Proef", "scoreMaximum": 10}


@pytest.mark.parametrize(
    ("members", "expected"),
    [
        ({"lineItem": LINE_ITEM}, LINE_ITEM),
        (
            {
                "lineItem": LINE_ITEM,
                "submission": {"startDateTime": OPENS, "endDateTime": CLOSES, "eigen": 1},
            },
            {**LINE_ITEM, "startDateTime": OPENS, "endDateTime": CLOSES},
        ),
        (
            {
                "lineItem": {**LINE_ITEM, "endDateTime": OPENS},
                "submission": {"endDateTime": CLOSES},
            },
            {**LINE_ITEM, "endDateTime": OPENS},
        ),
        ({"lineItem": LINE_ITEM, "submission": "altijd"}, LINE_ITEM),
        ({"lineItem": LINE_ITEM, "available": {"endDateTime": CLOSES}}, LINE_ITEM),
        ({"lineItem": LINE_ITEM, "submission": {"endDateTime": "\u0000"}}, None),
        ({"submission": {"endDateTime": CLOSES}}, None),
    ],
)
def test_scores_are_taken_while_work_is(members: Json, expected: Json | None) -> None:
    item: Json = {"type": "ltiResourceLink", "url": f"{BASE}/1", **members}
    (read,) = read_items([item], TOOL)
    assert read.line_item == expected


def test_each_of_many_items_has_its_own() -> None:
    items = [
        {"type": "ltiResourceLink", "url": f"{BASE}/{n}", "lineItem": {"scoreMaximum": n}}
        for n in range(1, 51)
    ]
    found = read_items([*items], TOOL)
    assert [item.line_item for item in found] == [{"scoreMaximum": n} for n in range(1, 51)]
