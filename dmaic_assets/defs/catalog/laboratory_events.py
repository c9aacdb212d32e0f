"""The laboratory's assets of a cell as catalog events: materializations, checks, what is shown.

What belongs here: what the catalog is told. What is measured, the core decides.
"""

from collections.abc import Iterable, Iterator, Mapping
from typing import cast

import dagster as dg

from dmaic_assets.defs.catalog.events import Made, Materialized, made_from
from dmaic_assets.defs.checks.laboratory import LABORATORY_CHECKS
from dmaic_assets.defs.metadata.cell import Metadata, page_link
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Json
from dmaic_assets.work.assets.names import HASHMAP_TRIALS
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.laboratory.known import LaboratoryResult

# Fields of a value that stand in the metadata as they are, wherever a value has them.
_PLAIN = ("column", "why", "rows", "sampled", "distinct")


def laboratory_events(
    result: LaboratoryResult, before: Mapping[str, str], *, pointer: int
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """The events of one asset of a cell.

    Args:
        result: What was made.
        before: The versions of what the same job made.
        pointer: The catalog's newest event.
    """
    inputs = made_from(result.asset, result.version, before)
    code = result.code_version
    made = Made(result.asset, result.cell, result.version, code, inputs=inputs, pointer=pointer)
    yield made.as_event(laboratory_metadata(result))
    if result.asset == HASHMAP_TRIALS:
        yield from (check.evaluation(result.cell, result.value) for check in LABORATORY_CHECKS)


def laboratory_results(
    result: LaboratoryResult,
) -> Iterator[Materialized | dg.AssetCheckResult]:
    """The same as results of a step of the asset's own."""
    made = Made(result.asset, result.cell, result.version)
    yield made.as_result(laboratory_metadata(result))
    if result.asset == HASHMAP_TRIALS:
        yield from (check.result(result.value) for check in LABORATORY_CHECKS)


def laboratory_metadata(result: LaboratoryResult) -> Metadata:
    """Builds the metadata: whose figures they are, tables, and the link to the page."""
    from dmaic_assets.reports.facts import fields_of
    from dmaic_assets.work.laboratory.values import DnaValue, PageValue, TrialsValue

    value = result.value
    shown: Metadata = {
        "memoized": dg.MetadataValue.bool(result.is_memoized),
        "computed_in_run": dg.MetadataValue.text(result.computed_in_run),
    }
    for name in (name for name in _PLAIN if hasattr(value, name)):
        plain: object = getattr(value, name)
        is_number = isinstance(plain, int)
        shown[name] = (
            dg.MetadataValue.int(plain) if is_number else dg.MetadataValue.text(str(plain))
        )
    for entry in ASSETS[result.asset].shown:
        found = cast("Iterable[object]", getattr(value, entry.name))
        rows = [fields_of(item, entry.columns) for item in found]
        shown[entry.name] = table_of(rows, entry.columns)
    if isinstance(value, DnaValue):
        uses: dict[str, Json] = {use: {**facts} for use, facts in value.uses.items()}
        shown["dna"] = dg.MetadataValue.json(uses)
    if isinstance(value, TrialsValue):
        shown["machine"] = dg.MetadataValue.json({**value.machine})
    if isinstance(value, PageValue):
        shown["page"] = page_link(value.ref, "open the page")
    return shown
