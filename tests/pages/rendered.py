"""Pages that answer a form, or that another room leads to, rendered with given values."""

from collections.abc import Mapping

from flask import Flask, render_template


def add_rendered(site: Flask, pages: Mapping[str, tuple[str, dict[str, object]]]) -> None:
    """`pages`: the template and its values by address."""
    for path, (template, values) in pages.items():

        def show(template: str = template, values: dict[str, object] = values) -> str:
            return render_template(template, **values)

        site.add_url_rule(path, endpoint=path, view_func=show)
