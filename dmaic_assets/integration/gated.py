"""Assets whose rows pass a learnt gate before they are stored: accepted rows, and the rest."""

import inspect
from collections.abc import Callable, Iterator, Mapping
from functools import wraps
from pathlib import Path
from typing import Any, TypeAlias

import dagster as dg
import polars as pl

from dmaic_assets.defs.assets.materialize import refusals_as_failures
from dmaic_assets.errors import BadInputError
from dmaic_assets.gate.split import REASONS
from dmaic_assets.integration.checks import check_results, check_specs, table_name
from dmaic_assets.integration.gated_table import GatedTable, JudgedTable
from dmaic_assets.integration.table_values import Frame, is_frame, rows_where, with_texts
from dmaic_assets.table.text_table import ROW, RULES

_Body: TypeAlias = Callable[..., Any]  # pyright: ignore[reportExplicitAny] - an asset's inputs are its author's

# Columns that rows of a quarantine asset have behind their own.
RULES_COLUMN, REASONS_COLUMN = "dmaic_rules", "dmaic_reasons"


def gated_asset(  # noqa: PLR0913 - what a user may say, each by its name
    *,
    home: str | Path,
    name: str | None = None,
    key_prefix: str | None = None,
    table: str | None = None,
    partitions_def: dg.PartitionsDefinition[str] | None = None,
    window: int | None = None,
    false_alarms: float | None = None,
    thresholds: Mapping[str, Any] | None = None,  # pyright: ignore[reportExplicitAny] - validated as the file's keys are
    **options: Any,  # noqa: ANN401  # pyright: ignore[reportExplicitAny] - what multi_asset takes
) -> Callable[[_Body], dg.AssetsDefinition]:
    """Makes an asset whose value are the accepted rows, beside one of those that were not.

    The decorated function returns a frame of Polars, pandas or pyarrow. Rows that pass become the
    value of the asset, in the same kind and types; the others that of `<name>_quarantine`, with
    the columns `dmaic_rules` and `dmaic_reasons`. Together they are exactly the frame. A table
    that is held as a whole leaves the asset as it was, and what depends on it does not run.

    Args:
        home: The project folder that remembers what the table is like; made when not there.
        name: The asset's name; the function's when None.
        key_prefix: As for any asset.
        table: The table's name in the project; from the asset's key when None.
        partitions_def: As for any asset.
        window: How many accepted materializations rules are learnt from at most.
        false_alarms: The share of clean materializations that rules may stop at most, in (0, 1).
        thresholds: Keys of config/thresholds.yaml for this table.
        options: Further arguments of `dagster.multi_asset`, such as `ins`, `deps`, `pool`.
    """

    def decorate(body: _Body) -> dg.AssetsDefinition:
        own = name or body.__name__
        prefix = [key_prefix] if key_prefix else []
        key = dg.AssetKey([*prefix, own])
        gated = GatedTable(
            Path(home), table or table_name(key), window, false_alarms, dict(thresholds or {})
        )
        rest = f"{own}_quarantine"
        outs = {
            own: dg.AssetOut(key=key, is_required=False, description=inspect.getdoc(body)),
            rest: dg.AssetOut(
                key=dg.AssetKey([*prefix, rest]),
                is_required=False,
                description=f"Rows of {own} that the gate set apart, with the rules and reasons.",
            ),
        }
        make = dg.multi_asset(
            name=f"{key.to_python_identifier()}_gated",
            outs=outs,
            check_specs=check_specs(key, partitions_def, blocking=True),
            partitions_def=partitions_def,
            **options,
        )
        return make(_as_step(body, gated, key, (own, rest)))

    return decorate


def _as_step(
    body: _Body, gated: GatedTable, key: dg.AssetKey, outputs: tuple[str, str]
) -> Callable[..., Iterator[dg.Output[object] | dg.AssetCheckResult]]:
    """The function of the step: the author's, then the gate."""
    signature = inspect.signature(body)
    first = next(iter(signature.parameters), "")
    takes_context = first in ("context", "_context", "_")

    @wraps(body)
    def step(
        context: dg.AssetExecutionContext, **inputs: object
    ) -> Iterator[dg.Output[object] | dg.AssetCheckResult]:
        with refusals_as_failures():
            value = body(context, **inputs) if takes_context else body(**inputs)
            partition = context.partition_key if context.has_partition_key else None
            accepted, rest, judged = split_by_gate(gated, value, partition=partition)
        yield dg.Output(rest, outputs[1])
        if accepted is not None:
            yield dg.Output(accepted, outputs[0])
        yield from check_results(key, [judged])

    own = [p for n, p in signature.parameters.items() if not (takes_context and n == first)]
    context = inspect.Parameter("context", inspect.Parameter.POSITIONAL_OR_KEYWORD)
    step.__signature__ = inspect.Signature([context, *own])  # pyright: ignore[reportAttributeAccessIssue]
    step.__annotations__ = {p.name: p.annotation for p in own if p.annotation is not p.empty}
    return step


def split_by_gate(
    gated: GatedTable, value: object, *, partition: str | None = None
) -> tuple[Frame | None, Frame, JudgedTable]:
    """Judges a frame and cuts it in two, in its own kind: together exactly the frame.

    Returns:
        The accepted rows, None where the table is held; the others, with rules and reasons; and
        the judgement.

    Raises:
        BadInputError: The value is no frame whose rows can be cut.
    """
    if not is_frame(value):
        kind = type(value).__name__
        fix = "Return a frame of Polars, pandas or pyarrow; for others there is learnt_checks."
        raise BadInputError(f"asset {gated.name}", f"gave {kind}, no frame", fix)
    frame: Frame = value.collect().lazy() if isinstance(value, pl.LazyFrame) else value
    (judged,) = gated.judge(frame, partition=partition)
    verdict = judged.verdict
    if verdict.decision == "reject":
        rules = "; ".join(v.rule for v in verdict.violations if v.is_broken)
        told = {RULES_COLUMN: [rules] * verdict.rows}
        told[REASONS_COLUMN] = ["; ".join(verdict.reasons)] * verdict.rows
        return None, with_texts(frame, told), judged
    apart = _apart(judged)
    passes = pl.Series("passes", [True]).new_from_index(0, verdict.rows)
    passes = passes.scatter(apart.get_column(ROW).cast(pl.Int64).to_list(), False)
    rest = with_texts(
        rows_where(frame, ~passes),
        {
            RULES_COLUMN: apart.get_column(RULES).to_list(),
            REASONS_COLUMN: apart.get_column(REASONS).to_list(),
        },
    )
    return rows_where(frame, passes), rest, judged


def _apart(judged: JudgedTable) -> pl.DataFrame:
    """The numbers of the rows that were set apart, in order, with rules and reasons."""
    schema = {ROW: pl.UInt32, RULES: pl.String, REASONS: pl.String}
    if not judged.verdict.quarantined:
        return pl.DataFrame(schema=schema)
    return pl.read_parquet(judged.quarantine / "rows.parquet", columns=[*schema]).sort(ROW)
