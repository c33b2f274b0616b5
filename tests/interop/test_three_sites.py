"""School, gateway and supplier on three sites over TLS, in Chromium."""

from collections.abc import Iterator
from dataclasses import dataclass

import playwright.sync_api
import pytest

from tests.actors.people import PASSWORD, PUPIL
from tests.parts.apache_mellon import MellonSupplier, run_mellon
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import free_port, run_directory
from tests.parts.registration import add_saml_school, add_saml_service, add_supplier
from tests.parts.simplesamlphp_idp import SimplesamlphpSchool, run_simplesamlphp
from tests.parts.tls import run_tls


@dataclass(frozen=True, slots=True)
class Sites:
    gateway: Gateway
    school: SimplesamlphpSchool
    supplier: MellonSupplier


@pytest.fixture
def sites() -> Iterator[Sites]:
    port = free_port()
    school_base, gateway_base, supplier_base = (
        f"https://{name}.test:{port}" for name in ("school", "gateway", "supplier")
    )
    with run_directory("gateway") as directory:
        gateway = Gateway(directory, {"BASE_URL": gateway_base})
        with (
            run_gateway(gateway),
            run_simplesamlphp([gateway.sp_metadata()], base=school_base) as school,
            run_mellon(gateway.idp_metadata(), base=supplier_base) as supplier,
            run_tls(
                port,
                {
                    "school.test": school.port,
                    "gateway.test": gateway.port,
                    "supplier.test": supplier.port,
                },
            ),
        ):
            add_saml_school(
                gateway, PUPIL.brin, "Esdoorn College", "Voorbeelddam", school.metadata()
            )
            add_saml_service(gateway, add_supplier(gateway, "Uitgeverij Wilg"), supplier.metadata())
            yield Sites(gateway, school, supplier)


def test_login_needs_no_cookie_on_the_schools_cross_site_post(
    sites: Sites, chromium: playwright.sync_api.Browser
):
    """The POST arrives without our cookie, and the login still ends in the exercise."""
    exercise = f"{sites.supplier.protected}hoofdstuk/3?opgave=7"
    posts: list[playwright.sync_api.Request] = []
    with chromium.new_context(ignore_https_errors=True) as context:
        page = context.new_page()
        page.on("request", lambda request: posts.append(request) if request.method == "POST" else 0)
        page.goto(exercise)
        page.fill("input[name=q]", "Esdoorn")
        page.press("input[name=q]", "Enter")
        page.click("text=Esdoorn College")
        page.wait_for_load_state()  # Enter in the form sends the fields that are there
        page.fill("input[name=username]", PUPIL.uid)
        page.fill("input[name=password]", PASSWORD)
        page.press("input[name=password]", "Enter")
        page.wait_for_url(exercise)
        (post,) = (each for each in posts if each.url == f"{sites.gateway.base}/school/saml/acs")
        assert "cookie" not in post.all_headers()
        assert context.cookies(sites.gateway.base)
