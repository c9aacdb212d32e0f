"""Small tables with a few things wrong, and a study of them under declared checks."""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from functools import lru_cache
from typing import Any

import polars as pl

from dmaic_assets.analysis.study import Study, Value
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.validation.analyze import analyze
from dmaic_assets.analysis.values.validation import ValidationValue
from dmaic_assets.analysis.working import work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings

NOW = datetime(2024, 3, 1, tzinfo=UTC)
TABLES: Mapping[str, pl.DataFrame] = {
    "lines": pl.DataFrame(
        {
            "entry": [1, 1, 2, 2, 3, 3],
            "debit": [100.0, 0.0, 50.02, 0.0, 0.1 + 0.2, 0.0],
            "credit": [0.0, 100.0, 0.0, 50.0, 0.0, 0.3],
            "posted": [date(2024, 1, day) for day in (1, 1, 3, 3, 20, 20)],
        }
    ),
    "invoices": pl.DataFrame({"id": [1, 2, 3], "total": [10.0, 20.0, 30.0]}),
    "payments": pl.DataFrame(
        {"invoice": [1, 2, 2, 9], "amount": [10.0, 12.0, 9.5, None], "by": ["a", "b", None, "c d"]}
    ),
}


def study(settings: Mapping[str, Any]) -> Study:
    tables = {n: table_of_frame(n, f, version=n) for n, f in sorted(TABLES.items())}
    return Study(tables, NOW, AnalysisSettings.model_validate(settings), known())


@lru_cache(maxsize=1)
def known() -> Mapping[str, Mapping[str, Value]]:
    """What the analyses that validation needs come to, once for all tests."""
    tables = {n: table_of_frame(n, f, version=n) for n, f in sorted(TABLES.items())}
    found: dict[str, dict[str, Value]] = {}
    for piece, outcome in work_analyses(Study(tables, NOW), ["validation"]).items():
        found.setdefault(piece.analysis, {})[piece.table] = outcome.value
    return found


def worked(settings: Mapping[str, Any]) -> ValidationValue:
    value = analyze(study(settings)).value
    assert isinstance(value, ValidationValue)
    return value
