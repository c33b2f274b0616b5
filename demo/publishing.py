"""What a supplier says of its materials, in three of the forms of docs/materials.md."""

import csv
import io
import json
from collections.abc import Iterator

from demo.federation import Chapter, Material, Paragraph, Supplier

CSV_COLUMNS = (
    *("material", "key", "parent", "title", "kind", "locator", "objectives"),
    *("description", "subjects", "levels", "years", "languages"),
)


def as_json(supplier: Supplier, address: str) -> str:
    """For `PUT /api/v1/services/{id}/materials`."""
    materials = [_material(one, address) for one in supplier.materials]
    return json.dumps({"materials": materials}, ensure_ascii=False, indent=2)


def as_csv(supplier: Supplier, address: str) -> str:
    """A row for each material and each part."""
    table = io.StringIO()
    writer = csv.DictWriter(table, CSV_COLUMNS, delimiter=";")
    writer.writeheader()
    for material in supplier.materials:
        writer.writerows(_rows(material, address))
    return table.getvalue()


def as_course(material: Material, address: str) -> str:
    """A course structure in JSON, as cmi5 and Edu-V have it; one a material."""
    paragraphs = [one for chapter in material.chapters for one in chapter.paragraphs]
    course = {
        "course": {
            "id": material.key,
            "title": _dutch(material.title),
            "description": _dutch(material.description),
        },
        "objectives": [
            {"id": _objective(material, one), "title": _dutch(one.objective)} for one in paragraphs
        ],
        "blocks": [_chapter_block(material, chapter, address) for chapter in material.chapters],
    }
    return json.dumps(course, ensure_ascii=False, indent=2)


def _material(material: Material, address: str) -> dict[str, object]:
    return {
        "key": material.key,
        "title": material.title,
        "description": material.description,
        "subjects": [material.subject],
        "levels": [material.level],
        "years": [material.year],
        "languages": ["nl"],
        "access_link": f"{address}/",
        "parts": [
            {
                "key": f"h{chapter.number}",
                "title": f"Hoofdstuk {chapter.number}: {chapter.title}",
                "kind": "chapter",
                "parts": [_paragraph(material, one, address) for one in chapter.paragraphs],
            }
            for chapter in material.chapters
        ],
    }


def _paragraph(material: Material, paragraph: Paragraph, address: str) -> dict[str, object]:
    return {
        "key": paragraph.number,
        "title": f"{paragraph.number} {paragraph.title}",
        "kind": "paragraph",
        "locator": address + material.path(paragraph.number),
        "objectives": [{"title": paragraph.objective}],
        "parts": [
            {
                "key": f"{paragraph.number}-{one.number}",
                "title": one.name,
                "kind": "exercise",
                "locator": address + material.path(paragraph.number, one.number),
            }
            for one in paragraph.exercises
        ],
    }


def _rows(material: Material, address: str) -> Iterator[dict[str, object]]:
    yield {
        "material": material.key,
        "title": material.title,
        "locator": f"{address}/",
        "description": material.description,
        "subjects": material.subject,
        "levels": material.level,
        "years": material.year,
        "languages": "nl",
    }
    for chapter in material.chapters:
        name = f"h{chapter.number}"
        title = f"Hoofdstuk {chapter.number}: {chapter.title}"
        yield {"material": material.key, "key": name, "title": title, "kind": "chapter"}
        for paragraph in chapter.paragraphs:
            yield from _paragraph_rows(material, name, paragraph, address)


def _paragraph_rows(
    material: Material, chapter: str, paragraph: Paragraph, address: str
) -> Iterator[dict[str, object]]:
    yield {
        "material": material.key,
        "key": paragraph.number,
        "parent": chapter,
        "title": f"{paragraph.number} {paragraph.title}",
        "kind": "paragraph",
        "locator": address + material.path(paragraph.number),
        "objectives": paragraph.objective,
    }
    for one in paragraph.exercises:
        yield {
            "material": material.key,
            "key": f"{paragraph.number}-{one.number}",
            "parent": paragraph.number,
            "title": one.name,
            "kind": "exercise",
            "locator": address + material.path(paragraph.number, one.number),
        }


def _chapter_block(material: Material, chapter: Chapter, address: str) -> dict[str, object]:
    return {
        "id": f"{material.key}/h{chapter.number}",
        "title": _dutch(f"Hoofdstuk {chapter.number}: {chapter.title}"),
        "blocks": [_paragraph_block(material, one, address) for one in chapter.paragraphs],
    }


def _paragraph_block(material: Material, paragraph: Paragraph, address: str) -> dict[str, object]:
    identifier = f"{material.key}/{paragraph.number}"
    return {
        "id": identifier,
        "title": _dutch(f"{paragraph.number} {paragraph.title}"),
        "aus": [
            {
                "id": f"{identifier}/{one.number}",
                "title": _dutch(one.name),
                "url": address + material.path(paragraph.number, one.number),
                "activityType": "Oefening",
                "objectives": [_objective(material, paragraph)],
            }
            for one in paragraph.exercises
        ],
    }


def _objective(material: Material, paragraph: Paragraph) -> str:
    return f"{material.key}/doel/{paragraph.number}"


def _dutch(text: str) -> list[dict[str, str]]:
    return [{"lang": "nl-NL", "langstring": text}]
