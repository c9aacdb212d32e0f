"""Learns which values a column may have: a closed list, and how many may be new."""

from collections.abc import Mapping, Sequence
from functools import partial

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import Floats, History
from dmaic_assets.history.closure import arrived
from dmaic_assets.history.codes import first_rows
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import NEVER_BROKEN, SET_APART, Fit, Proposal, Proposals, Refusal
from dmaic_assets.model import Json, Severity
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.range.learn import range_of
from dmaic_assets.phenomena.typo.rule import LEAST_LENGTH, slips_among

# Distinct texts that a list may have; as many as facts count.
MOST_LISTED = 1_000
# The same for whole numbers: more are amounts, not codes.
MOST_LISTED_NUMBERS = 12
# Share of further files with a new value above which a list only reports: as many as may have more
# than 1 % of their rows set apart.
CLOSED_FILE_RATE = 0.02
# Values of a closed list where blocks of few files are all that history has.
MOST_CLOSED = 30
# The same as a share of rows: what one rule of several may lose without 1 % being lost by all.
CLOSED_ROW_RATE = 0.002
# Share of rows with a new value above which a list tells nothing: twice what a file may lose.
OPEN_ROW_RATE = 0.02
# The same between pieces of a file, which vary less than files do.
OPEN_CUT_RATE = 0.005
# Share of rows with new values that is allowed in any case.
NEW_FLOOR = 0.03
# The same where another rule judges the values too, or a slip in them is told.
NEW_FLOOR_CHECKED = 0.10
# Rows: one new value or two are no flood, however short the file.
FEW_NEW_ROWS = 2.5
# Distinct values up to which a flood of new ones is watched for.
MOST_WATCHED = 300
# Share of known values that may be a letter apart; beyond it nearness is no evidence of a slip.
SLIP_SHARE = 0.02
# Values of a count from which the next greater one is foreseen: two steps.
LEAST_COUNTED = 3
# Share of rows from which the greatest count is not rare, and the series need not go on.
RARE_SHARE = 0.05


def propose_values(given: Given) -> Proposals:
    """Proposes closed lists and ranges.

    A wrong value of a column that others map is set apart by the map, so that a new value there
    is rather news than an error.
    """
    history, kinds = given.history, given.kinds
    maps = [p for p in given.proposed if isinstance(p, Proposal) and p.kind == "mapping"]
    mapped = {p.columns[-1] for p in maps if not p.evidence.get("meets_new")}
    numbers = sum(history.is_number(n) and history.dtype(n).is_numeric() for n in kinds)
    found: Proposals = []
    for name, kind in kinds.items():
        if kind.kind in {"empty", "other", "growing", "foreign key"} or not history.has(name):
            continue
        if kind.is_timelike or kind.is_batch:
            continue
        found.extend(_domain(history, kind, is_mapped=name in mapped))
        if history.is_number(name) and history.dtype(name).is_numeric():
            found.extend(range_of(history, kind, numbers))
    return found


def _domain(history: History, kind: ColumnKind, *, is_mapped: bool) -> Proposals:
    if not _may_be_listed(history, kind):
        return []
    closure, name = kind.closure, kind.column
    values = _listed(history, name)
    evidence: dict[str, Json] = {
        "values": closure.distinct,
        "seen_in_one_file": closure.once,
        "new_value_rate_per_file": round(closure.new_file_rate, 4),
        "new_value_rate_per_row": round(closure.new_row_rate, 6),
        "rows": closure.rows,
        "files": history.files,
    }
    if closure.arrivals:
        evidence["files_with_arrivals"] = closure.arrivals
    above = _above_rate(history, kind)
    row_rate = max(closure.new_row_rate, above)
    file_rate = max(closure.new_file_rate, above * float(np.median(history.part_rows)))
    if _is_closed(history, file_rate, row_rate) and (
        history.is_cut or closure.distinct <= MOST_CLOSED
    ):
        return [_list_rule(name, "high", values, evidence, row_rate)]
    if row_rate > (OPEN_CUT_RATE if history.is_cut else OPEN_ROW_RATE):
        reason = f"open: {closure.once} of {closure.distinct} values are in one file only"
        if closure.arrivals:
            reason += f", {closure.arrivals} of {closure.parts} files brought values that stayed"
        # A list that is open says nothing of a new value, but much of a known one in other case.
        near = _near(history, kind, values, evidence, has_edits=False)
        return [Refusal("in_set", (name,), reason), *near]
    found = [_list_rule(name, "low", values, evidence, row_rate)]
    found.extend(_near(history, kind, values, evidence, has_edits=True))
    if closure.distinct <= MOST_WATCHED and not above:
        floor = NEW_FLOOR_CHECKED if is_mapped or _is_long(values) else NEW_FLOOR
        # In a file of thirty rows a single one is 3 %, and one new value is no flood.
        few = FEW_NEW_ROWS / float(np.median(history.part_rows))
        # A slip is told value by value; one new value in many rows is none.
        floors = (max(floor, few), max(NEW_FLOOR, few))
        fit = partial(_fit_new, _new_shares(history, name), values, evidence, floors)
        found.append(Proposal("new_values", (name,), "critical", fit=fit))
    return found


def _may_be_listed(history: History, kind: ColumnKind) -> bool:
    dtype, closure = history.dtype(kind.column), kind.closure
    most = MOST_LISTED_NUMBERS if dtype.is_numeric() else MOST_LISTED
    if dtype.is_temporal() or closure.distinct > most or kind.per_value < 4:
        return False
    return kind.kind != "boolean" and not (dtype.is_numeric() and not dtype.is_integer())


def _list_rule(
    name: str,
    severity: Severity,
    values: Sequence[Json],
    evidence: Mapping[str, Json],
    row_rate: float,
) -> Proposal | Refusal:
    tolerance = NEVER_BROKEN if severity == "low" else SET_APART
    parameters: dict[str, Json] = {"values": list(values)}
    return Proposal(
        "in_set", (name,), severity, parameters, evidence, tolerance=tolerance, row_rate=row_rate
    )


def _above_rate(history: History, kind: ColumnKind) -> float:
    """The share of rows in which a count goes beyond its greatest value so far.

    Counts thin out: when the greatest value is rare and has r times the rows of the one below, r
    times as many again are expected above it, and so on. Labels that are numbers do not.
    """
    if not history.dtype(kind.column).is_integer() or kind.closure.distinct < LEAST_COUNTED:
        return 0.0
    x = history.numbers(kind.column)
    values, rows = np.unique(x[~np.isnan(x)], return_counts=True)
    # Whole numbers beyond 2^53 fall together as floats; codes of that length count nothing.
    if len(values) < LEAST_COUNTED:
        return 0.0
    last, before = int(rows[-1]), int(rows[-2])
    is_step = values[-1] - values[-2] == 1 and values[0] >= 0
    if not is_step or last >= before or last > RARE_SHARE * rows.sum():
        return 0.0
    ratio = last / before
    return float(last * ratio / (1 - ratio) / rows.sum())


def _near(
    history: History,
    kind: ColumnKind,
    values: Sequence[Json],
    evidence: Mapping[str, Json],
    *,
    has_edits: bool,
) -> Proposals:
    """Slips of values that are known from several files, unless history itself is full of them.

    Without `has_edits` those by case and spaces only.
    """
    if str(history.dtype(kind.column)) != "String":
        return []
    firm = [v for v in _recurrent(history, kind.column) if isinstance(v, str)]
    rare = [v for v in values if isinstance(v, str) and v not in set(firm)]
    if not firm:
        return []
    parameters: dict[str, Json] = {"values": list(firm), "also": list(rare)}
    alike = slips_among(rare, firm, has_edits=has_edits)
    if has_edits and len(alike) > SLIP_SHARE * len(values):
        # Neighbours by a letter are no evidence here; case and spaces may still be.
        alike = slips_among(rare, firm, has_edits=False)
        has_edits = False
    if not has_edits:
        parameters["edits"] = 0
    if len(alike) > SLIP_SHARE * len(values):
        reason = f"{len(alike)} of {len(values)} known values are others in other case"
        return [Refusal("near_miss", (kind.column,), reason)]
    known = {**evidence, "near_each_other": len(alike)}
    rate = 0.1 * kind.closure.new_row_rate
    return [Proposal("near_miss", (kind.column,), "high", parameters, known, row_rate=rate)]


def _recurrent(history: History, name: str) -> list[Json]:
    """The values that at least two parts have, and that have not arrived since."""
    codes, held = history.codes(name), history.held(name)
    series = history.series(name)
    is_firm = (held.held_by >= 2) & ~arrived(held, history)
    return [series[int(row)] for row in first_rows(codes)[is_firm]]


def _is_closed(history: History, file_rate: float, row_rate: float) -> bool:
    if history.is_cut:
        return row_rate <= CLOSED_ROW_RATE
    return file_rate <= CLOSED_FILE_RATE and row_rate <= CLOSED_ROW_RATE


def _listed(history: History, name: str) -> list[Json]:
    values: set[Json] = set(history.series(name).drop_nulls().unique().to_list())
    for facts in history.facts:
        known = facts.extras.get("counts")
        column = known.get(name) if isinstance(known, dict) else None
        texts = column.get("values") if isinstance(column, dict) else None
        if isinstance(texts, list):
            written = pl.Series([str(v) for v in texts], dtype=pl.String)
            values.update(written.cast(history.dtype(name), strict=False).drop_nulls().to_list())
    return sorted(values, key=lambda v: (str(type(v)), v))  # pyright: ignore[reportArgumentType] - one type


def _new_shares(history: History, name: str) -> Floats:
    """For each part, the share of its rows whose value is new to it.

    New is what no other part has, or what none of the earlier ones had (for the second half of
    history, so that a list that keeps growing shows), whichever is more.
    """
    held = history.held(name)
    is_alone = held.held_by[held.value] == 1
    is_late = held.part >= max(1, history.parts // 2)
    is_fresh = is_late & (held.first[held.value] == held.part)
    new = np.maximum(held.per_part(held.rows * is_alone), held.per_part(held.rows * is_fresh))
    return new / np.maximum(held.per_part(held.rows), 1)


def _is_long(values: Sequence[Json]) -> bool:
    """Whether slips of the values can be told from new ones by themselves."""
    lengths = [len(v) for v in values if isinstance(v, str)]
    return bool(lengths) and float(np.median(lengths)) >= LEAST_LENGTH


def _fit_new(
    shares: Floats,
    values: Sequence[Json],
    evidence: Mapping[str, Json],
    floors: tuple[float, float],
    alpha: float,
) -> Fit | None:
    most, each = (max(floor, 3 * float(shares.max(initial=0.0)) + 0.01) for floor in floors)
    if most > 0.3:
        return None
    parameters: dict[str, Json] = {"values": list(values), "max": round(most, 4)}
    if each < most:
        parameters["each"] = round(each, 4)
    return Fit(parameters, {**evidence, "greatest": round(float(shares.max()), 5)}, alpha)
