"""Pictures of the docs, which are in English: written when DEMO_PICTURES names a folder."""

import os

from playwright.sync_api import Page

_SIZE = {"width": 1000, "height": 900}


def picture(page: Page, name: str, language: str = "en") -> None:
    if (folder := os.environ.get("DEMO_PICTURES")) and language == "en":
        page.set_viewport_size(_SIZE)  # type: ignore[arg-type]
        page.screenshot(path=f"{folder}/{name}.png")
