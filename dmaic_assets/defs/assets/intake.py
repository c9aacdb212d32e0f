"""What is known of a source's files before any judgement.

What belongs here: the assets raw_file, profile and column_types. Which table they speak of is a
partition key, never a name; what they are made of is said in `specs`.
"""

from collections.abc import Iterator

import dagster as dg

from dmaic_assets.defs.assets.materialize import Materialized, materialized
from dmaic_assets.defs.assets.partitions import cells
from dmaic_assets.work.run.platform import Platform


@dg.asset(partitions_def=cells)
def raw_file(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """The source's files, known by the SHA-256 of their bytes.

    Tells how each was read: format, dialect, encoding, rows, and records that do not fit the
    header. CSV is read as text first, so nothing is lost before types are decided.
    """
    yield from materialized(context, platform, "raw_file")


@dg.asset(partitions_def=cells, deps=[raw_file])
def column_types(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """The type of every column, with the evidence for it.

    An override in `config/sources.yaml` wins, then what the history of the source expects, then
    the best pattern that the values follow, then text. Values that do not fit their type are kept
    with row number, raw text and reason.
    """
    yield from materialized(context, platform, "column_types")


@dg.asset(partitions_def=cells, deps=[raw_file, column_types])
def profile(
    context: dg.AssetExecutionContext, platform: dg.ResourceParam[Platform]
) -> Iterator[Materialized]:
    """Facts measured on every column in one pass, before any judgement.

    Nulls, distinct values, ranges, moments, quantiles, lengths, frequent values and shapes; exact
    over all rows. Later rule sets learn from the profiles of accepted files.
    """
    yield from materialized(context, platform, "profile")
