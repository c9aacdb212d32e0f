"""Phases of a run as catalog events: one materialization per phase and source, and the checks.

What belongs here: what the catalog is told of a phase, and how its facts are shown.
"""

from collections.abc import Callable, Iterable
from typing import TYPE_CHECKING, cast

import dagster as dg

from dmaic_assets.defs.catalog.catalogue import newest_event
from dmaic_assets.defs.catalog.evaluations import log_events
from dmaic_assets.defs.catalog.events import Made, made_from
from dmaic_assets.defs.checks.phases import PHASE_CHECKS
from dmaic_assets.defs.metadata.cell import ROW_COUNT, Metadata, page_link
from dmaic_assets.defs.metadata.figures import store_figure
from dmaic_assets.defs.metadata.phases import phase_at_a_glance
from dmaic_assets.defs.metadata.tables import table_of
from dmaic_assets.model import Cell
from dmaic_assets.work.assets.names import DMAIC_REPORT
from dmaic_assets.work.assets.registry import ASSETS
from dmaic_assets.work.plan.code_versions import asset_code
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.phase_memo import PhaseResult
    from dmaic_assets.process.cycle.phases_of_a_run import CycleResult
    from dmaic_assets.process.cycle.publish import Published


class PhaseLog:
    """Tells the catalog each phase of each source as soon as it is done."""

    def __init__(
        self,
        context: dg.OpExecutionContext,
        platform: Platform,
        run_id: str,
        *,
        on_result: "Callable[[PhaseResult], None]",
    ) -> None:
        self._context = context
        self._platform = platform
        self._run_id = run_id
        self._on_result = on_result
        self._pointer = newest_event(context.instance)
        self._versions: dict[str, dict[str, str]] = {}
        self._sigmas: dict[str, float | None] = {}

    def __call__(self, result: "PhaseResult") -> None:
        """Logs the materialization of one phase of one source, and its checks."""
        cell = Cell(self._run_id, result.source)
        before = self._versions.setdefault(result.source, {})
        made = Made(
            result.phase,
            cell,
            result.version,
            result.code_version,
            inputs=made_from(result.phase, result.version, before),
            pointer=self._pointer(),
        )
        before[result.phase] = result.version
        # Phases after Measure are shown with the level that it has.
        sigma = result.output.metrics.get("sigma") or self._sigmas.get(result.source)
        self._sigmas[result.source] = sigma
        self._context.log_event(made.as_event(phase_metadata(self._platform, result, sigma)))
        checks = [check for check in PHASE_CHECKS if check.asset == result.phase]
        log_events(self._context, (check.evaluation(cell, result.output) for check in checks))
        known = f"known from run {result.computed_in_run}" if result.is_memoized else "computed"
        self._context.log.info("%s of %s: %s", result.phase, result.source, known)
        self._on_result(result)


def phase_metadata(
    platform: Platform, result: "PhaseResult", sigma: float | None = None
) -> Metadata:
    """Builds the metadata of one phase of one source: words, picture, figures, tables, reports.

    Args:
        platform: The stores.
        result: What the phase came to.
        sigma: The source's sigma level, as Measure has it.
    """
    from dmaic_assets.phase_values.analyze import AnalyzeValue
    from dmaic_assets.phase_values.measure import MeasureValue

    folder = platform.paths.reports / result.source
    shown: Metadata = {
        **phase_at_a_glance(result, sigma),
        "memoized": dg.MetadataValue.bool(result.is_memoized),
        "computed_in_run": dg.MetadataValue.text(result.computed_in_run),
        "reports": dg.MetadataValue.path(folder),
        **{
            name: dg.MetadataValue.float(round(float(value), 6))
            for name, value in result.output.metrics.items()
            if value is not None
        },
        **_tables(result),
    }
    text = next((d for d in result.output.documents if d.name.endswith(".md")), None)
    if text is not None:
        shown["report"] = dg.MetadataValue.md(text.text[:20_000])
    value = result.output.value
    if isinstance(value, MeasureValue | AnalyzeValue):
        shown[ROW_COUNT] = dg.MetadataValue.int(value.rows)
    return shown


def report_event(
    platform: Platform, result: "CycleResult", *, pointer: int
) -> dg.AssetMaterialization:
    """Writes the reports of a run and builds their catalog event, which the op logs last.

    Args:
        platform: The stores.
        result: What the phases came to.
        pointer: The catalog's newest event, those of the phases included.

    Raises:
        StoreError: The folder of reports or of artifacts refuses.
    """
    from dmaic_assets.process.cycle.publish import PAGE, publish
    from dmaic_assets.store.keys import sha256_json

    version = sha256_json([[r.source, r.phase, r.version] for r in result.results])
    published = publish(platform, result.run_id)
    metadata: Metadata = {
        "page": _page_of(platform, published),
        "sources": table_of([h.document() for h in published.headlines], _HEADLINE),
        "phases": dg.MetadataValue.int(len(result.results)),
        "phases_computed": dg.MetadataValue.int(result.computed),
        "report": dg.MetadataValue.path(platform.paths.reports / PAGE),
        "reports_written": dg.MetadataValue.int(len(published.written)),
        **_causes(result),
        **{
            name: dg.MetadataValue.float(round(value, 6))
            for name, value in result.metrics.items()
            if value is not None
        },
    }
    inputs = made_from(DMAIC_REPORT, version, {})
    code = asset_code(DMAIC_REPORT)
    made = Made(DMAIC_REPORT, result.run_id, version, code, inputs=inputs, pointer=pointer)
    return made.as_event(metadata)


def _page_of(platform: Platform, published: "Published") -> dg.MetadataValue:
    """Links to the page behind the guard, where it shares its scripts with all other pages."""
    from dmaic_assets.reports.dmaic.page import whole_page
    from dmaic_assets.reports.page.scripts import ARTIFACT_SCRIPTS

    page = whole_page(published.sources, ARTIFACT_SCRIPTS)
    return page_link(store_figure(platform.paths.artifacts, page), "open the DMAIC report")


_HEADLINE = (
    "source",
    "sigma",
    "dpmo",
    "rolled_throughput_yield",
    "top_cause",
    "promoted",
    "alarms",
)


def _causes(result: "CycleResult") -> Metadata:
    rows = [
        {"group": c.words, "units": c.units, "defects": c.defects, "share": round(c.share, 4)}
        for c in result.causes().causes
    ]
    columns = ("group", "units", "defects", "share")
    return {"causes": table_of(rows, columns)} if rows else {}


def _tables(result: "PhaseResult") -> Metadata:
    from dmaic_assets.reports.facts import fields_of

    value = result.output.value
    tables: Metadata = {}
    for shown in ASSETS[result.phase].shown:
        found = cast("Iterable[object]", getattr(value, shown.name))
        rows = [fields_of(item, shown.columns) for item in found]
        if rows:
            tables[shown.name] = table_of(rows, shown.columns)
    return tables
