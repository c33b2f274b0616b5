"""What a person does on the gateway's own pages."""

from tests.actors.browser import Browser, Page


def choose_school(browser: Browser, page: Page, name: str) -> Page:
    """Find a school by its name on the chooser at which `page` stands, and click it."""
    assert any("q" in form.fields for form in page.forms), f"not the chooser: {page}"
    return browser.click(browser.submit(page, {"q": name}), name)
