"""A course of a few numbers as a line beside its newest value.

What belongs here: drawing it as SVG, which needs no script. The number stands beside it, so the
line is decoration for those who cannot see it.
"""

from collections.abc import Sequence

from markupsafe import Markup

# Pixels of a line in a table.
_WIDTH, _HEIGHT = 72, 16
# Points below which a course is no course.
_FEWEST = 3


def sparkline(values: Sequence[float], *, least: float = 0.0) -> Markup:
    """Draws values from left to right, oldest first; nothing for fewer than three.

    The line fills its height, so that what moves can be seen; values that are all equal are a line
    in the middle. `least` is the difference of values that fills the height: smaller ones stay
    small, below the highest.
    """
    if len(values) < _FEWEST:
        return Markup()
    low, high = min(values), max(values)
    step = _WIDTH / (len(values) - 1)
    low = min(low, high - least)
    spread = (high - low) or 1.0
    middle = 0.5 if high == low else 0.0
    places = " ".join(
        f"{at * step:.1f},{1 + (_HEIGHT - 2) * (1 - middle - (value - low) / spread):.1f}"
        for at, value in enumerate(values)
    )
    return Markup(
        '<svg class="spark" width="{}" height="{}" aria-hidden="true"><polyline points="{}"/></svg>'
    ).format(_WIDTH, _HEIGHT, places)
