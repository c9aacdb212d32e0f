"""Filling the templates of pages; light, so that figures of the catalog can use it too.

What belongs here: the environment of the templates, and JSON inside a page.
"""

import json
from collections.abc import Callable
from functools import cache
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup


def rendered(template: str, **values: object) -> str:
    """Fills a template of the page; every text that is no markup already is escaped."""
    return _templates().get_template(template).render(values)


def in_html(value: object) -> str:
    """Spells JSON inside a page: nothing in it can end the script."""
    text = json.dumps(value, allow_nan=False, ensure_ascii=False, separators=(",", ":"))
    return text.replace("&", "\\u0026").replace("<", "\\u003c").replace(">", "\\u003e")


def macro(name: str) -> "Callable[..., Markup]":
    """A part of pages by its name in templates/parts.html.j2."""
    return getattr(_templates().get_template("parts.html.j2").module, name)


@cache
def _templates() -> "Environment":
    from jinja2 import Environment, PackageLoader, StrictUndefined

    return Environment(
        loader=PackageLoader("dmaic_assets.reports.page"),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )
