"""A finding: one observation of an analysis about a table, some of its columns, or the whole.

What belongs here: the form, and findings as a tidy table. What is observed, the analyses know.
"""

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias, get_args

import polars as pl

from dmaic_assets.model import Json
from dmaic_assets.store.codec import to_json

Weight: TypeAlias = Literal["info", "low", "medium", "high"]
# From the least to the gravest.
WEIGHTS: tuple[Weight, ...] = get_args(Weight)
FINDINGS_SCHEMA = pl.Schema(
    {
        "analysis": pl.String,
        "table": pl.String,
        "columns": pl.List(pl.String),
        "metric": pl.String,
        "value": pl.Float64,
        "unit": pl.String,
        "weight": pl.Enum(WEIGHTS),
        "text": pl.String,
        "evidence": pl.String,
    }
)


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


def findings_table(analysis: str, findings: Iterable[Finding]) -> pl.DataFrame:
    """Lays findings out as rows of `FINDINGS_SCHEMA`, in their order; evidence is JSON text."""
    rows = [
        (
            analysis,
            f.table,
            list(f.columns),
            f.metric,
            f.value,
            f.unit,
            f.weight,
            f.text,
            json.dumps(to_json(f.evidence), ensure_ascii=False, sort_keys=True),
        )
        for f in findings
    ]
    return pl.DataFrame(rows, schema=FINDINGS_SCHEMA, orient="row")
