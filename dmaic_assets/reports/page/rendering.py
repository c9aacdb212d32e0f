"""Filling the templates of pages; light, so that figures of the catalog can use it too.

What belongs here: the environment of the templates, and JSON inside a page.
"""

import json
from collections.abc import Callable
from functools import cache
from importlib import resources
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from jinja2 import Environment
    from markupsafe import Markup

_REPORTS = "dmaic_assets.reports"
# The folder whose templates are named without it: what all pages share.
_SHELL = "page"


def rendered(template: str, **values: object) -> str:
    """Fills a template; every text that is no markup already is escaped.

    Args:
        template: `NAME` in reports/page/templates, `FOLDER/NAME` in reports/FOLDER/templates.
        values: What the template takes; one that is missing is a defect.
    """
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
    from jinja2 import Environment, FunctionLoader, StrictUndefined

    return Environment(
        loader=FunctionLoader(_source_of),
        autoescape=True,
        undefined=StrictUndefined,
        trim_blocks=True,
        keep_trailing_newline=True,
    )


def _source_of(name: str) -> str | None:
    """The text of a template; templates are ours, and none is named by data."""
    folder, _, file = name.rpartition("/")
    path = resources.files(_REPORTS) / (folder or _SHELL) / "templates" / file
    return path.read_text("utf-8") if path.is_file() else None
