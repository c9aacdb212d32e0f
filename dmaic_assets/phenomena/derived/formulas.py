"""The formulas that a derived column may follow, on whole numbers as they are written.

What belongs here: from the texts of the inputs to the text of the value. Which column follows
which formula is found elsewhere (`propose`).
"""

import re
from collections.abc import Callable, Mapping, Sequence
from types import MappingProxyType
from typing import TypeAlias

Formula: TypeAlias = Callable[[Sequence[str | None], int], str | None]
_WHOLE = re.compile(r"-?(?:0|[1-9]\d{0,14})")


def whole(text: str | None) -> int | None:
    """The whole number that a text spells in the usual way; None when it does not."""
    return int(text) if text is not None and _WHOLE.fullmatch(text) else None


def _quotient(inputs: Sequence[str | None], by: int) -> str | None:
    value = whole(inputs[0])
    return None if value is None or value < 0 else str(value // by)


def _remainder(inputs: Sequence[str | None], by: int) -> str | None:
    value = whole(inputs[0])
    return None if value is None or value < 0 else str(value % by)


def _sum(inputs: Sequence[str | None], _: int) -> str | None:
    a, b = whole(inputs[0]), whole(inputs[1])
    return None if a is None or b is None else str(a + b)


def _difference(inputs: Sequence[str | None], _: int) -> str | None:
    a, b = whole(inputs[0]), whole(inputs[1])
    return None if a is None or b is None else str(a - b)


def _joined(inputs: Sequence[str | None], _: int) -> str | None:
    parts = [text for text in inputs if text]
    return "_".join(parts) if len(parts) == len(inputs) else None


# quotient and remainder: of one input by a whole number; sum and difference: of two inputs;
# joined: the inputs with an underscore between them.
FORMULAS: Mapping[str, Formula] = MappingProxyType(
    {
        "quotient": _quotient,
        "remainder": _remainder,
        "sum": _sum,
        "difference": _difference,
        "joined": _joined,
    }
)
INPUTS: Mapping[str, int] = MappingProxyType(
    {"quotient": 1, "remainder": 1, "sum": 2, "difference": 2, "joined": 2}
)
