"""Learns how texts look: the most specific character pattern that history supports."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.model import Json, Severity
from dmaic_assets.rules.closure import Closure, closure_of
from dmaic_assets.rules.column_kinds import ColumnKind
from dmaic_assets.rules.history import Codes, History
from dmaic_assets.rules.proposal import Proposal, Proposals, Refusal

MOST_SHAPES = 6
NEVER_BROKEN = 1.0
SET_APART = 0.20
CLOSED_ROW_RATE = 0.001
CLOSED_FILE_RATE = 0.03
REPORTED_ROW_RATE = 0.01
MOST_DISTINCT = 20_000
LEAST_VALUES = 8
LONGER = 2.0
LEAST_LENGTHS = 20
LEAST_ENDS = 4

_LETTER = r"[^\W\d_]"
_KINDS = ("[A-Z]", "[a-z]", "[0-9]")
_RUN = re.compile(r"[A-Z]+|[a-z]+|[0-9]+|\s+|[^\W\d_]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a character class, and how often it is repeated there."""

    kind: str
    size: int


def propose_shapes(history: History, kinds: Mapping[str, ColumnKind]) -> Proposals:
    """Proposes a pattern, or else a greatest length, for every text column."""
    found: Proposals = []
    for name, kind in kinds.items():
        if not history.has(name) or str(history.dtype(name)) != "String":
            continue
        if kind.kind in {"empty", "other"} or not 0 < kind.closure.distinct <= MOST_DISTINCT:
            continue
        found.extend(_of_column(history, kind))
    return found


def _of_column(history: History, kind: ColumnKind) -> Proposals:
    codes = history.codes(kind.column)
    there = codes.values >= 0
    values = history.series(kind.column).gather(_first_rows(codes)).to_list()
    if len(values) < LEAST_VALUES and kind.kind != "constant":
        return []
    for level in (shape_of, _alphabet):
        shapes = [level(v) for v in values]
        mapped = _mapped(codes, shapes)
        closure = closure_of(mapped, history)
        if closure.distinct > MOST_SHAPES:
            continue
        severity = _severity(history, closure)
        if severity is None:
            continue
        is_sequence = level is shape_of
        pattern = _sequences_pattern(values, shapes) if is_sequence else _alphabet_pattern(values)
        if pattern is None:
            continue
        evidence = _evidence(closure, int(there.sum()))
        rule = Proposal(
            "shape",
            (kind.column,),
            severity,
            {"pattern": pattern},
            evidence,
            tolerance=NEVER_BROKEN if severity == "low" else SET_APART,
            row_rate=closure.new_row_rate,
        )
        return [rule]
    return [Refusal("shape", (kind.column,), "texts of many forms"), *_length(kind, values)]


def _severity(history: History, closure: Closure) -> Severity | None:
    is_closed = closure.new_row_rate <= CLOSED_ROW_RATE and (
        history.is_cut or closure.new_file_rate <= CLOSED_FILE_RATE
    )
    if is_closed:
        return "high"
    return "low" if closure.new_row_rate <= REPORTED_ROW_RATE else None


def _length(kind: ColumnKind, values: Sequence[str]) -> Proposals:
    longest = max(len(v) for v in values)
    most = int(longest * LONGER + 10)
    evidence: dict[str, Json] = {"longest": longest, "values": len(values)}
    return [Proposal("length", (kind.column,), "medium", {"max": most}, evidence, row_rate=1e-4)]


def _first_rows(codes: Codes) -> np.ndarray:
    _, first = np.unique(codes.values, return_index=True)
    return first[1:] if (codes.values < 0).any() else first


def _mapped(codes: Codes, shapes: Sequence[str]) -> Codes:
    ids = {s: i for i, s in enumerate(dict.fromkeys(shapes))}
    table = np.array([*(ids[s] for s in shapes), -1], dtype=np.int64)
    present = np.unique(codes.values[codes.values >= 0])
    index = np.full(codes.size + 1, -1, dtype=np.int64)
    index[present] = table[: len(present)]
    return Codes(index[codes.values], len(ids))


def _runs(value: str) -> list[_Run]:
    return [_Run(_class(run[0]), len(run)) for run in _RUN.findall(value)]


def _class(char: str) -> str:
    if "A" <= char <= "Z":
        return "[A-Z]"
    if "a" <= char <= "z":
        return "[a-z]"
    if "0" <= char <= "9":
        return "[0-9]"
    if char.isspace():
        return r"\s"
    return _LETTER if char.isalpha() else re.escape(char)


def shape_of(value: str) -> str:
    """The kinds of characters in order, without how often: `[0-9][a-z]` for `12ab`."""
    return "".join(run.kind for run in _runs(value))


def _alphabet(value: str) -> str:
    """Which of capitals, small letters and digits a text has."""
    kinds = {run.kind for run in _runs(value)}
    return "".join(k for k in _KINDS if k in kinds) or "-"


def _alphabet_pattern(values: Sequence[str]) -> str | None:
    """Forbids the kinds of characters that no text has; None when there is none to forbid."""
    seen = {run.kind for v in values for run in _runs(v)}
    unseen = [k[1:-1] for k in _KINDS if k not in seen]
    return f"[^{''.join(unseen)}]*" if unseen else None


def _sequences_pattern(values: Sequence[str], shapes: Sequence[str]) -> str:
    groups: dict[str, list[list[_Run]]] = {}
    for value, shape in zip(values, shapes, strict=True):
        groups.setdefault(shape, []).append(_runs(value))
    most = sorted(groups.values(), key=len, reverse=True)
    return "|".join(_sequence_pattern(group) for group in most)


def _sequence_pattern(group: Sequence[Sequence[_Run]]) -> str:
    parts: list[str] = []
    for i, run in enumerate(group[0] if group else ()):
        sizes = Counter(runs[i].size for runs in group)
        parts.append(run.kind + _times(sizes, total=len(group)))
    return "".join(parts)


def _times(sizes: Counter[int], *, total: int) -> str:
    """How often: exactly, between, or any number of times where lengths are not closed."""
    low, high = min(sizes), max(sizes)
    if low == high and (total >= LEAST_LENGTHS or total < LEAST_VALUES):
        return "" if low == 1 else f"{{{low}}}"
    is_closed = total >= LEAST_LENGTHS and min(sizes[low], sizes[high]) >= LEAST_ENDS
    return f"{{{low},{high}}}" if is_closed else "+"


def _evidence(closure: Closure, rows: int) -> dict[str, Json]:
    return {
        "shapes": closure.distinct,
        "seen_in_one_file": closure.once,
        "new_shape_rate_per_row": round(closure.new_row_rate, 6),
        "rows": rows,
    }
