"""Materials as a supplier sends them."""

from typing import Any


def exercise(key: str, title: str = "Oefening", **more: Any) -> dict[str, Any]:
    locator = f"https://reken.example/oefening/{key}"
    return {"key": key, "title": title, "kind": "exercise", "locator": locator, **more}


def material(key: str = "9789999999991", **more: Any) -> dict[str, Any]:
    """A material with a chapter, a paragraph and two exercises."""
    paragraph = {
        "key": "p1",
        "title": "Breuken vergelijken",
        "kind": "paragraph",
        "parts": [exercise("e1"), exercise("e2")],
    }
    chapter = {"key": "h1", "title": "Breuken", "kind": "chapter", "parts": [paragraph]}
    return {
        "key": key,
        "title": "Rekenen groep 7",
        "product": key,
        "subjects": ["rekenen-wiskunde"],
        "levels": ["primair onderwijs"],
        "years": [7],
        "languages": ["nl"],
        "access_link": f"https://reken.example/start/{key}",
        "objectives": [{"title": "Breuken vergelijken", "identifier": "urn:doel:1"}],
        "parts": [chapter],
        **more,
    }
