"""The findings of a run as Parquet, which the warehouse shows as the view `_dmaic.findings`.

What belongs here: the files' form. They are derived, and may be deleted.
"""

import io
import json
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from pathlib import Path

import polars as pl

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.warehouse.duckdb import refresh_views
from dmaic_assets.store.warehouse.layout import findings_folder
from dmaic_assets.work.analyses.failures import FailedAnalysis
from dmaic_assets.work.analyses.known import AnalysisResult
from dmaic_assets.work.run.platform import Platform

# Where findings about all tables lie: no source has this name.
_ALL = "_all"

_SCHEMA = pl.Schema(
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
class _Told:
    """The findings of one analysis of one table in a run, and which run made them."""

    analysis: str
    table: str
    run: str
    findings: Sequence[Finding]
    computed_in_run: str


def write_findings(
    platform: Platform,
    results: Sequence[AnalysisResult],
    failed: Sequence[FailedAnalysis] = (),
) -> None:
    """Writes the findings of results, and what failed, one file per table and run.

    Columns: `run`, those of `_SCHEMA`, and `computed_in_run`. What the file holds of other
    analyses stays.

    Raises:
        StoreError: The folder refuses.
    """
    told = [
        *(
            _Told(r.analysis, r.table, r.run_id, r.outcome.findings, r.computed_in_run)
            for r in results
        ),
        *(
            _Told(f.failure.analysis, f.failure.table, f.run_id, (f.finding,), f.run_id)
            for f in failed
        ),
    ]
    folder = findings_folder(platform.paths)
    written = False
    for table, run in sorted({(one.table, one.run) for one in told}):
        target = folder / (table or _ALL) / f"{run}.parquet"
        of_it = [one for one in told if (one.table, one.run) == (table, run)]
        written |= write_bytes_if_changed(target, _parquet(target, run, of_it))
    if written:
        refresh_views(platform.paths)


def _parquet(target: Path, run: str, told: Sequence[_Told]) -> bytes:
    found = pl.concat(
        _table_of(one.analysis, one.findings).select(
            pl.lit(run).alias("run"),
            pl.all(),
            pl.lit(one.computed_in_run).alias("computed_in_run"),
        )
        for one in told
    )
    if target.is_file():
        kept = pl.read_parquet(target, hive_partitioning=False)
        others = ~pl.col("analysis").is_in([one.analysis for one in told])
        found = pl.concat([kept.filter(others), found])
    buffer = io.BytesIO()
    found.sort("analysis", maintain_order=True).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()


def _table_of(analysis: str, findings: Iterable[Finding]) -> pl.DataFrame:
    """Lays findings out as rows of `_SCHEMA`, in their order; evidence is JSON text."""
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
    return pl.DataFrame(rows, schema=_SCHEMA, orient="row")
