"""What is counted of a link is a number, and it is not lost when the gateway is stopped."""

from tests.flows.hub import answer_fields, hinted, run_hub
from tests.parts.gateway import Gateway, run_gateway
from tests.parts.process import run_directory
from tests.parts.registration import add_link


def test_uses_of_the_last_seconds_are_written_when_the_gateway_stops() -> None:
    with run_directory("gateway") as directory:
        gateway = Gateway(directory)
        with run_gateway(gateway), run_hub(gateway) as hub:
            link = add_link(gateway, hub.service, f"{hub.supplier.base}/boek/1")
            with hub.browser() as browser:
                page = hub.at_school(browser, browser.open(hinted(link)))
                assert answer_fields(page)
                assert answer_fields(browser.open(link))
        code = link.rpartition("/")[2]
        assert gateway.ketenpoort_json("link", "show", code)["uses"] == 2
