"""A finding: one observation of an analysis about a table, some of its columns, or the whole.

What belongs here: the form. What is observed, the analyses know.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

from dmaic_assets.model import Json

Weight: TypeAlias = Literal["info", "low", "medium", "high"]
# From the least to the gravest.
WEIGHTS: tuple[Weight, ...] = get_args(Weight)


@dataclass(frozen=True, slots=True)
class Finding:
    """One observation.

    `table` is empty where it is about all tables, `columns` where it is about a whole table.
    `value` is None where nothing is measured; `unit` is "1" for a share, "rows", "s", ... `weight`
    says how much it asks of people: "info" is a fact, "high" wants an answer. `text` is a whole
    sentence that names table and columns itself. `evidence` never holds a cell of a column that
    is sensitive.
    """

    table: str
    columns: tuple[str, ...]
    metric: str
    value: float | None
    unit: str
    text: str
    weight: Weight = "info"
    evidence: Mapping[str, Json] = field(default_factory=dict)
