"""Every kind of repair, and what is done with one whichever its kind: refused, ordered, applied.

What belongs here: what all kinds share. The kinds are in the phenomena's folders. `dedupe` drops
rows and is therefore applied by `improve` alone.
"""

from collections.abc import Mapping

import polars as pl

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.repair_kind import Repair, RowFunction, ValueFunction
from dmaic_assets.phenomena.contract.repair_spec import STAGES, RepairSpec
from dmaic_assets.phenomena.registry import PHENOMENA
from dmaic_assets.table.text_table import column

REPAIRS: Mapping[str, RepairSpec] = {
    spec.name: spec
    for stage in STAGES
    for p in PHENOMENA
    for spec in p.handling().repairs
    if spec.stage == stage
}
"""Every kind of repair, in the order in which changes are applied."""
REPAIR_KINDS: tuple[str, ...] = tuple(REPAIRS)


def written_by(repair: Repair) -> tuple[str, ...]:
    """The columns whose cells a repair may change; none for `dedupe`."""
    return repair.columns[:1] if REPAIRS[repair.kind].reads_others else repair.columns


def order_of(repair: Repair) -> tuple[int, str]:
    """Where a repair stands among others: by kind, then by id."""
    return REPAIR_KINDS.index(repair.kind), repair.id


def apply_repair(frame: pl.DataFrame, repair: Repair) -> dict[str, pl.Series]:
    """Applies a repair to text columns.

    Args:
        frame: Text columns; those of the repair are among them.
        repair: Any kind; `dedupe` writes no column.

    Returns:
        The columns that changed, row by row as in `frame`; none when nothing changed.
    """
    spec = REPAIRS[repair.kind]
    found: dict[str, pl.Series] = {}
    if spec.by_value is not None:
        name = repair.columns[0]
        text = frame.select(column(name)).to_series()
        found[name] = _mapped(text, spec.by_value(repair.parameters))
    elif spec.by_row is not None:
        found = _rewritten(frame, repair, spec.by_row)
    return {n: s for n, s in found.items() if changed_cells(frame.get_column(n), s).any()}


def _mapped(text: pl.Series, function: ValueFunction) -> pl.Series:
    values = text.drop_nulls().unique().to_list()
    better = {value: fresh for value in values if (fresh := function(value)) != value}
    if not better:
        return text
    fresh = pl.Series(list(better.values()), dtype=pl.String)
    return text.replace(pl.Series(list(better), dtype=pl.String), fresh)


def _rewritten(frame: pl.DataFrame, repair: Repair, rows: RowFunction) -> dict[str, pl.Series]:
    columns = {name: frame.get_column(name).to_list() for name in repair.columns}
    return {n: pl.Series(n, v, dtype=pl.String) for n, v in rows(columns, repair).items()}


def changed_cells(before: pl.Series, after: pl.Series) -> pl.Series:
    """Tells row by row whether two text columns differ; null and "" are different."""
    return before.ne_missing(after)


def check_repair(repair: Repair) -> None:
    """Refuses a repair that has no meaning.

    Raises:
        BadInputError: A column or parameter is missing, unknown or of a wrong type.
    """
    spec = REPAIRS[repair.kind]
    count = len(repair.columns)
    least, most = spec.columns
    if not least <= count <= most:
        wanted = f"{least} to {most}"
        raise _bad(repair, f"names {count} columns, not {wanted}", "Correct columns.")
    for key, value in repair.parameters.items():
        wanted = spec.parameters.get(key)
        if wanted is None:
            known = ", ".join(spec.parameters) or "none"
            raise _bad(repair, f"parameter {key} is unknown", f"Remove it; known: {known}.")
        if not _is_of(value, wanted):
            raise _bad(repair, f"parameter {key}: {value!r} has a wrong type", f"Correct {key}.")
    for key in spec.required:
        if key not in repair.parameters:
            raise _bad(repair, f"parameter {key} is missing", f"Give {key}.")
    culprit = spec.contradiction(repair) if spec.contradiction else None
    if culprit:
        raise _bad(repair, culprit, "Correct the parameters.")


def _is_of(value: Json, wanted: type | tuple[type, ...]) -> bool:
    if isinstance(value, bool):
        return wanted is bool
    if wanted is list:
        return isinstance(value, list | tuple) and all(isinstance(v, str) for v in value)
    if wanted is dict:
        return isinstance(value, Mapping)
    return isinstance(value, wanted)


def _bad(repair: Repair, culprit: str, fix: str) -> BadInputError:
    return BadInputError(f"repair {repair.id} ({repair.kind})", culprit, fix)
