"""Learns which columns determine others: over all files (a map) or within each file.

Source: the surprise of a dependency is how many rows would contradict it if the dependent column
were drawn independently; a dependency without enough of that is an accident of sparse data. Rows
hang together: neighbours that share both values are one observation, and so are the rows of a thing
that both columns only describe (`echoes`).
"""

import json
from collections.abc import Sequence
from dataclasses import replace
from itertools import combinations

import numpy as np

from dmaic_assets.history.baseline import Bools, History
from dmaic_assets.history.closure import closure_of
from dmaic_assets.history.codes import Codes, Ints, combine, counts_of
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import SET_APART, Proposal, Proposals
from dmaic_assets.history.tolerance import rare_upper
from dmaic_assets.model import Json
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.mapping.echoes import (
    LEAST_SURPRISE,
    Dependency,
    within_files,
    without_echoes,
)
from dmaic_assets.phenomena.mapping.row_pairs import RowPairs
from dmaic_assets.phenomena.mapping.rule import joined
from dmaic_assets.table.text_table import column

# Rows of the second look, behind that at few pairs of rows and before all rows are asked.
PROBE_ROWS = 4_000
# Rows with another of their group from which a map can be contradicted at all.
LEAST_CHECKED = 60
# Checked rows in usual files: a map of few repeats tells nothing of the next file.
LEAST_FILE_ROWS_CHECKED = 2.0
# Maps kept per column, the finest determinants first.
MOST_PER_TARGET = 2
# Checked rows per group: many groups of two agree by accident of a schedule.
LEAST_GROUP = 2.5
# Share of rows with a new determinant beyond which a map knows too little of the next file.
MOST_NEW_ROWS = 0.3
# The share from which the dependency within files is kept beside the map.
FEW_NEW_ROWS = 0.01
# The same as for one determinant, for two: pairs of columns are many.
LEAST_PAIR_GROUP = 20.0
# Columns tried as determinants in pairs, which grow with the square; alone, all columns are.
MOST_PAIRED = 24
# Rows per value, over all files, from which a key that no file repeats is one of things that come
# again (a country a year): what describes the thing stays.
LEAST_RECURRENCE = 4.0
# Entries of a map: larger ones do not belong into a file that people read.
MAP_LIMIT = 20_000
# Entries up to which a map stands in the rule file entry by entry.
PLAIN_MAP = 50
# Share of a number's standard deviation that does not matter.
SLACK = 0.002


def propose_dependencies(given: Given) -> Proposals:
    """Proposes maps and dependencies within files, at most two determinants per column."""
    history, kinds = given.history, given.kinds
    targets = [n for n, k in kinds.items() if _can_be_target(history, k)]
    if not targets:
        return []
    firsts = [n for n, k in kinds.items() if _can_determine(history, k)]
    firsts = sorted(firsts, key=lambda n: kinds[n].closure.distinct)
    found: dict[str, list[Dependency]] = {t: [] for t in targets}
    head = RowPairs(history, firsts, targets)
    for name in firsts:
        for dependency in _determined(history, (name,), targets, head):
            found[dependency.target].append(dependency)
    for pair in combinations([n for n in firsts if not kinds[n].is_unique][:MOST_PAIRED], 2):
        open_targets = [t for t in targets if t not in pair and not _is_known(found[t], pair)]
        for dependency in _determined(history, pair, open_targets, head):
            found[dependency.target].append(dependency)
    rules: Proposals = []
    for target in targets:
        for dependency in _chosen(without_echoes(history, found, target), history):
            rules.extend(_rules(history, dependency))
    return rules


def _can_be_target(history: History, kind: ColumnKind) -> bool:
    # Numbers that each occur once in a file number its rows: a row more moves all behind it.
    is_numbering = kind.is_unique and history.dtype(kind.column).is_numeric()
    return _says_something(history, kind) and not is_numbering


def _can_determine(history: History, kind: ColumnKind) -> bool:
    return _says_something(history, kind) and kind.per_value >= 1.5 and kind.closure.distinct > 1


def _says_something(history: History, kind: ColumnKind) -> bool:
    return (
        history.has(kind.column)
        and kind.kind not in {"empty", "constant", "other"}
        and not kind.is_batch
        and (not kind.is_unique or _recurs(history, kind))
    )


def _recurs(history: History, kind: ColumnKind) -> bool:
    """Whether a key that no file repeats comes again in other files, value for value."""
    return not history.is_cut and kind.per_value >= LEAST_RECURRENCE


def _is_known(found: Sequence[Dependency], pair: tuple[str, ...]) -> bool:
    return any(len(d.first) == 1 and d.first[0] in pair for d in found)


def _determined(
    history: History, first: tuple[str, ...], targets: Sequence[str], head: RowPairs
) -> list[Dependency]:
    left = [target for target in targets if target not in first]
    # Most are contradicted by few pairs of rows already.
    left = head.uncontradicted(first, left)
    if left:
        in_file = within_files(history, _codes_of(history, first, PROBE_ROWS))
        left = [t for t in left if not _contradicts(in_file, history.codes(t))]
    if not left:
        return []
    codes = _codes_of(history, first)
    in_file = within_files(history, codes)
    left = [t for t in left if not _contradicts(in_file, history.codes(t))]
    if not left:
        return []
    # A determinant that hardly ever comes again is no evidence within files, nor, where too many
    # of its values come once, for a map.
    is_checked = _checked(in_file.values)[0] >= LEAST_CHECKED
    least_known = (1 - MOST_NEW_ROWS) * int((codes.values >= 0).sum())
    if not is_checked and _checked(codes.values)[0] < max(LEAST_CHECKED, least_known):
        return []
    new_rate = closure_of(codes, history).new_row_rate
    found: list[Dependency] = []
    for target in left:
        is_global = new_rate <= MOST_NEW_ROWS and not _contradicts(codes, history.codes(target))
        dependency = _measured(
            history, first, target, codes if is_global else in_file, is_global=is_global
        )
        if dependency is not None:
            found.append(replace(dependency, meets_new=new_rate > FEW_NEW_ROWS))
    return found


def _codes_of(history: History, first: tuple[str, ...], rows: int | None = None) -> Codes:
    """The codes of the determinant, of all pooled rows or the first ones."""
    known = [history.codes(name) for name in first]
    if rows is not None:
        known = [Codes(codes.values[:rows], codes.size) for codes in known]
    return known[0] if len(known) == 1 else combine(known[0], known[1])


def _contradicts(first: Codes, target: Codes) -> bool:
    """Whether a case has two values; when it is of all rows, also whether none is known at all."""
    a, b = first.values, target.values[: len(first.values)]
    there = (a >= 0) & (b >= 0)
    a, b = a[there], b[there]
    if not len(a):
        return len(first.values) == len(target.values)
    known = np.empty(int(a.max()) + 1, dtype=np.int64)
    known[a] = b
    return bool((known[a] != b).any())


def _measured(
    history: History, first: tuple[str, ...], target: str, codes: Codes, *, is_global: bool
) -> Dependency | None:
    values = history.codes(target)
    there = (codes.values >= 0) & (values.values >= 0)
    b = values.values[there]
    checked, groups = _checked(codes.values[there])
    if checked < LEAST_CHECKED or groups < 2:
        return None
    shares = np.bincount(b) / len(b)
    varied = 1 - float((shares**2).sum())
    surprise = (checked - groups) * varied
    if min(surprise, _stretches(history, codes, there) * varied) < LEAST_SURPRISE:
        return None
    distinct = codes.size // (1 if is_global or history.is_cut else max(1, history.parts))
    return Dependency(
        first, target, is_global, checked, float(surprise), groups, distinct, meets_new=False
    )


def _stretches(history: History, codes: Codes, there: Bools) -> int:
    """How many runs of neighbouring rows share one case: a file in the order of it has few."""
    values, parts = codes.values[there], history.part_ids[there]
    return 1 + int(((np.diff(values) != 0) | (np.diff(parts) != 0)).sum())


def _checked(codes: Ints) -> tuple[int, int]:
    """The rows with another one of their group, and how many groups have them."""
    sizes = counts_of(codes[codes >= 0])
    shared = sizes[sizes >= 2]
    return int(shared.sum()), len(shared)


def _chosen(found: Sequence[Dependency], history: History) -> list[Dependency]:
    per_file = history.pooled.height / max(1, history.parts)
    solid = [
        d for d in found if d.checked >= LEAST_FILE_ROWS_CHECKED * per_file and _is_structural(d)
    ]
    if not solid:
        return []
    singles = [d for d in solid if len(d.first) == 1]
    if not singles:
        return sorted(solid, key=lambda d: (d.groups, d.first))[:1]
    # The finest determinant is the surest: a coarser one may only not yet have met its exception.
    return sorted(singles, key=lambda d: (-d.distinct, d.first))[:MOST_PER_TARGET]


def _is_structural(found: Dependency) -> bool:
    """Whether few groups of many rows agree: many small groups agree by accident of a schedule."""
    least = LEAST_GROUP if len(found.first) == 1 else LEAST_PAIR_GROUP
    return found.checked >= least * found.groups


def _rules(history: History, found: Dependency) -> Proposals:
    """The map of known cases, and agreement within a file for the cases it does not know."""
    columns = (*found.first, found.target)
    evidence: dict[str, Json] = {
        "files": history.files,
        "rows_checked": found.checked,
        "expected_by_chance": round(found.surprise, 1),
        "groups": found.groups,
        "violations": 0,
        "meets_new": found.meets_new,
    }
    rate = rare_upper(0, found.checked)
    known = _map(history, found) if found.is_global else None
    within = Proposal("functional_dependency", columns, "high", {}, evidence, row_rate=rate)
    if known is None:
        return [within]
    parameters: dict[str, Json] = {"map": known, **_slack(history, found.target)}
    mapping = Proposal(
        "mapping", columns, "high", parameters, evidence, tolerance=SET_APART, row_rate=rate
    )
    return [mapping, within] if found.meets_new else [mapping]


def _slack(history: History, target: str) -> dict[str, Json]:
    """For numbers, the difference that does not matter: a small part of how they vary."""
    if not history.is_number(target) or not history.dtype(target).is_numeric():
        return {}
    x = history.numbers(target)
    return {"within": float(f"{SLACK * float(np.nanstd(x)):.3g}")}


def _map(history: History, found: Dependency) -> Json:
    """The known cases; None when there are too many to write down or too few rows for each."""
    columns = (*found.first, found.target)
    pairs = (
        history.pooled.drop_nulls(list(columns))
        .select(joined(found.first).alias("key"), column(found.target))
        .group_by("key", maintain_order=True)
        .agg(column(found.target).first().alias("value"))
        .sort("key")
    )
    if pairs.height > MAP_LIMIT or pairs.height * 1.3 > history.pooled.height:
        return None
    values = [v if isinstance(v, int | float | str) else str(v) for v in pairs["value"].to_list()]
    known: dict[str, Json] = dict(zip(pairs["key"].to_list(), values, strict=True))
    if len(known) <= PLAIN_MAP:
        return known
    return json.dumps(known, ensure_ascii=False, separators=(",", ":"))
