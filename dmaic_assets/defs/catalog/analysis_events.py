"""Analyses as catalog events: materializations, and what is shown of an outcome.

What belongs here: what the catalog is told. What is found, the core decides.
"""

from collections.abc import Iterator, Mapping
from typing import TYPE_CHECKING

import dagster as dg

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.values.entropy import EntropyValue
from dmaic_assets.defs.catalog.events import Made, Materialized, made_from
from dmaic_assets.defs.checks.contracts import contract_evaluations, contract_results
from dmaic_assets.defs.metadata.cell import Metadata
from dmaic_assets.defs.metadata.pictures import share_bars
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Json
from dmaic_assets.reports.markdown import md_text

if TYPE_CHECKING:
    from dmaic_assets.work.analyses.known import AnalysisResult

_COLUMNS = ("weight", "text", "metric", "value", "unit")
# Findings said in words: what is read at a glance; the table has up to a hundred.
_SAID = 5


def analysis_events(
    result: "AnalysisResult", before: Mapping[str, str], *, pointer: int
) -> Iterator[dg.AssetMaterialization | dg.AssetCheckEvaluation]:
    """The events of one outcome.

    Args:
        result: The outcome.
        before: The versions of what the same job made.
        pointer: The catalog's newest event.
    """
    name, version = result.analysis, result.version
    inputs = made_from(name, version, before)
    code = result.code_version
    made = Made(name, result.partition, version, code, inputs=inputs, pointer=pointer)
    yield made.as_event(analysis_metadata(result))
    if isinstance(result.outcome.value, EntropyValue):
        yield from contract_evaluations(result.outcome.value, result.run_id)


def analysis_results(
    result: "AnalysisResult",
) -> Iterator[Materialized | dg.AssetCheckResult]:
    """The same as results of a step of the asset's own."""
    made = Made(result.analysis, result.partition, result.version)
    yield made.as_result(analysis_metadata(result))
    if isinstance(result.outcome.value, EntropyValue):
        yield from contract_results(result.outcome.value)


def analysis_metadata(result: "AnalysisResult") -> Metadata:
    """Builds the metadata: the gravest findings in words, all of them as a table, how many."""
    found = sorted(result.outcome.findings, key=lambda f: -WEIGHTS.index(f.weight))
    counts = {weight: sum(f.weight == weight for f in found) for weight in reversed(WEIGHTS)}
    shown: Metadata = {
        "memoized": dg.MetadataValue.bool(result.is_memoized),
        "computed_in_run": dg.MetadataValue.text(result.computed_in_run),
        "findings": dg.MetadataValue.int(len(found)),
        "in_words": dg.MetadataValue.md(_words(found)),
    }
    if found:
        bars = [(w, n / len(found)) for w, n in counts.items() if n]
        shown["weights"] = dg.MetadataValue.md(share_bars("Findings by weight", bars))
        records = [_record(finding) for finding in reversed(found)]
        shown["table"] = table_of(records, _COLUMNS)
    return shown


def _words(found: list[Finding]) -> str:
    lines = [f"- **{f.weight}** {md_text(f.text)}" for f in found[:_SAID]]
    if len(found) > _SAID:
        lines.append(f"- and {len(found) - _SAID} more")
    return "\n".join(lines) or "Nothing found."


def _record(finding: Finding) -> dict[str, Json]:
    return {name: getattr(finding, name) for name in _COLUMNS}
