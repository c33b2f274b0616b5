"""A link in the frame of a learning environment: the login begins in a window of its own."""

from tests.browser.person import Person
from tests.browser.sites import Sites

FRAME = """address => {
    const frame = document.createElement("iframe")
    frame.src = address
    document.body.append(frame)
}"""


def test_a_link_in_a_frame_goes_on_in_a_new_window(sites: Sites, pupil: Person):
    """Cold, with third-party cookies blocked; the target is kept."""
    page = pupil.open(f"{sites.wilg.site}/")
    page.evaluate(FRAME, sites.wilg.link)
    with pupil.context.expect_page() as opened:
        page.frame_locator("iframe").get_by_role("link", name="Open in een nieuw venster").click()
    assert not [one for one in pupil.seen if one.url.startswith(sites.school)]
    assert pupil.go_on(opened.value, sites.wilg) == ["chooser", "form"]
    pupil.arrive(opened.value, sites.wilg)
