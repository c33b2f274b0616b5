"""The table of conformance in docs/openid.md: each module of the OpenID Foundation's plans has a
test of ours, and that test exists. What they say of us, the tests themselves show."""

import re
from importlib import import_module
from pathlib import Path

import pytest

PAGE = (Path(__file__).parents[2] / "docs/openid.md").read_text("utf-8")
ROW = re.compile(r"^\| (oidcc-[a-z0-9-]+) \| (test_\w+)\.py::(\w+) \| ([^|]+) \|$", re.MULTILINE)
ROWS = [match.groups() for match in ROW.finditer(PAGE)]
RP_INITIATED = "oidcc-rp-initiated-logout"
PLANS = {
    "Basic OP": [
        "oidcc-server",
        "oidcc-response-type-missing",
        "oidcc-idtoken-signature",
        "oidcc-idtoken-unsigned",
        "oidcc-userinfo-get",
        "oidcc-userinfo-post-header",
        "oidcc-userinfo-post-body",
        "oidcc-ensure-request-without-nonce-succeeds-for-code-flow",
        "oidcc-scope-profile",
        "oidcc-scope-email",
        "oidcc-scope-address",
        "oidcc-scope-phone",
        "oidcc-scope-all",
        "oidcc-alternate-happy-flow",
        "oidcc-display-page",
        "oidcc-display-popup",
        "oidcc-prompt-login",
        "oidcc-prompt-none-not-logged-in",
        "oidcc-prompt-none-logged-in",
        "oidcc-max-age-1",
        "oidcc-max-age-10000",
        "oidcc-ensure-request-with-unknown-parameter-succeeds",
        "oidcc-id-token-hint",
        "oidcc-login-hint",
        "oidcc-ui-locales",
        "oidcc-claims-locales",
        "oidcc-ensure-request-with-acr-values-succeeds",
        "oidcc-codereuse",
        "oidcc-codereuse-30seconds",
        "oidcc-ensure-registered-redirect-uri",
        "oidcc-ensure-post-request-succeeds",
        "oidcc-server-client-secret-post",
        "oidcc-request-uri-unsigned-supported-correctly-or-rejected-as-unsupported",
        "oidcc-unsigned-request-object-supported-correctly-or-rejected-as-unsupported",
        "oidcc-claims-essential",
        "oidcc-ensure-request-object-with-redirect-uri",
        "oidcc-refresh-token",
        "oidcc-ensure-request-with-valid-pkce-succeeds",
    ],
    "Config OP": ["oidcc-discovery-endpoint-verification"],
    "RP-initiated logout": [
        RP_INITIATED,
        *(
            f"{RP_INITIATED}-{case}"
            for case in [
                "discovery-endpoint-verification",
                "no-state",
                "bad-post-logout-redirect-uri",
                "query-added-to-post-logout-redirect-uri",
                "modified-id-token-hint",
                "bad-id-token-hint",
                "no-id-token-hint",
                "no-params",
                "only-state",
                "no-post-logout-redirect-uri",
            ]
        ),
    ],
    "Back-channel logout": [
        "oidcc-backchannel-logout-discovery-endpoint-verification",
        "oidcc-backchannel-rp-initiated-logout",
    ],
    "Front-channel logout": [
        "oidcc-frontchannel-logout-discovery-endpoint-verification",
        "oidcc-frontchannel-rp-initiated-logout",
    ],
}


@pytest.mark.parametrize("plan", PLANS)
def test_each_module_of_a_plan_stands_in_its_table(plan: str):
    section = PAGE.partition(f"\n### {plan}\n")[2].partition("\n### ")[0]
    named = [match[1] for match in ROW.finditer(section)]
    assert sorted(named) == sorted(PLANS[plan])


@pytest.mark.parametrize(("module", "file", "name", "outcome"), ROWS, ids=[row[0] for row in ROWS])
def test_each_row_has_its_test(module: str, file: str, name: str, outcome: str):
    assert callable(getattr(import_module(f"tests.flows.{file}"), name))
    assert outcome.partition(":")[0] in {"passes", "not offered"}
