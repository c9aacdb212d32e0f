"""The findings of a run as Parquet, which the warehouse shows as the view `_dmaic.findings`.

What belongs here: the files' form. They are derived, and may be deleted.
"""

import io
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from dmaic_assets.analysis.finding import findings_table
from dmaic_assets.store.effect_files import write_bytes_if_changed
from dmaic_assets.store.warehouse.duckdb import refresh_views
from dmaic_assets.store.warehouse.layout import findings_folder
from dmaic_assets.work.analyses.known import AnalysisResult
from dmaic_assets.work.run.platform import Platform

# Where findings about all tables lie: no source has this name.
_ALL = "_all"


def write_findings(platform: Platform, results: Sequence[AnalysisResult]) -> None:
    """Writes the findings of results, one file per table and run.

    Columns: `run`, those of `FINDINGS_SCHEMA`, and `computed_in_run`. What the file holds of other
    analyses stays.

    Raises:
        StoreError: The folder refuses.
    """
    folder = findings_folder(platform.paths)
    written = False
    for table, run in sorted({(r.table, r.run_id) for r in results}):
        target = folder / (table or _ALL) / f"{run}.parquet"
        of_it = [r for r in results if (r.table, r.run_id) == (table, run)]
        written |= write_bytes_if_changed(target, _parquet(target, run, of_it))
    if written:
        refresh_views(platform.paths)


def _parquet(target: Path, run: str, results: Sequence[AnalysisResult]) -> bytes:
    found = pl.concat(
        findings_table(r.analysis, r.outcome.findings).select(
            pl.lit(run).alias("run"),
            pl.all(),
            pl.lit(r.computed_in_run).alias("computed_in_run"),
        )
        for r in results
    )
    if target.is_file():
        kept = pl.read_parquet(target, hive_partitioning=False)
        others = ~pl.col("analysis").is_in([r.analysis for r in results])
        found = pl.concat([kept.filter(others), found])
    buffer = io.BytesIO()
    found.sort("analysis", maintain_order=True).write_parquet(buffer, compression="zstd")
    return buffer.getvalue()
