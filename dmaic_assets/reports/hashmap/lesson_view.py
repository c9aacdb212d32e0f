"""The steps of a lesson as JSON for the script of a page."""

from typing import TYPE_CHECKING

from dmaic_assets.reports.hashmap.probe_view import NAMES
from dmaic_assets.reports.page.rendering import in_html

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.view.lesson import Lesson, Step


def lesson_json(lesson: "Lesson") -> str:
    """Spells a lesson so that nothing in it can end the script; empty when it has no step."""
    kinds = [
        {
            "name": NAMES[kind],
            "grouped": kind == "swiss",
            "steps": [_step(step) for step in steps],
        }
        for kind, steps in lesson.courses.items()
    ]
    if not any(kind["steps"] for kind in kinds):
        return ""
    return in_html({"places": lesson.places, "group": lesson.group, "kinds": kinds})


def _step(step: "Step") -> dict[str, object]:
    return {
        "op": step.op,
        "key": step.key,
        "home": step.home,
        "way": step.way,
        "end": step.end,
        "hit": step.is_hit,
        "moved": step.moved,
        "places": step.places,
        "grown": step.is_grown,
        "changed": step.changed,
    }
