"""Learns how texts look: the most specific character pattern that history supports."""

import re
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from functools import cache, lru_cache

import numpy as np
import polars as pl

from dmaic_assets.history.baseline import History, Ints
from dmaic_assets.history.closure import Closure, closure_of, singles_of
from dmaic_assets.history.codes import Codes, distinct, first_rows
from dmaic_assets.history.column_kinds import ColumnKind
from dmaic_assets.history.proposal import NEVER_BROKEN, SET_APART, Proposal, Proposals, Refusal
from dmaic_assets.model import Json, Severity
from dmaic_assets.phenomena.contract.phenomenon import Given
from dmaic_assets.phenomena.shape.growth import Growth, Outlook, of_forms, widest_of

# Alternatives of a pattern: more are not read, and hardly refuse anything.
MOST_SHAPES = 6
# Shares of further rows, and of files, with a new form above which a pattern only reports.
CLOSED_ROW_RATE = 0.001
# Share of further files with another look up to which they are closed.
CLOSED_FILE_RATE = 0.03
# Share of rows above which not even that is worth saying: it would be said of most files.
REPORTED_ROW_RATE = 0.01
# Distinct values that looks are taken of: bounds the time.
MOST_DISTINCT = 20_000
# Distinct values from which looks are learnt.
LEAST_VALUES = 8
# Times the longest text of history that is allowed.
LONGER = 2.0
# Values from which lengths of a run can be closed.
LEAST_LENGTHS = 20
# Values that must have the shortest and the longest length.
LEAST_ENDS = 4

# Values of many looks, all of one length, from which that length is closed: hashes, tokens. Texts
# of which one in twenty has another length show it among so many, but for one time in 170.
LEAST_OF_ONE_LENGTH = 100

# Alternatives that people may vouch for at once; texts of more forms are words.
MOST_VOUCHED_SHAPES = 30

# Values that tell at once that a column has too many looks.
PROBED = 300
# Different texts of character classes: bounds the time.
MOST_FORMS = 3_000

_LETTER = r"[^\W\d_]"
_DIGITS = "[0-9]"
_KINDS = ("[A-Z]", "[a-z]", _DIGITS)
_MASKS = (
    ("\x01", "[A-Z]"),
    ("\x02", "[a-z]"),
    ("\x03", "[0-9]"),
    ("\x04", r"\s"),
    ("\x05", r"\p{L}"),
)
_MARKED = {"\x01": "[A-Z]", "\x02": "[a-z]", "\x03": "[0-9]", "\x04": r"\s", "\x05": _LETTER}
_RUN = re.compile("\x01+|\x02+|\x03+|\x04+|\x05+|.", re.DOTALL)
# Characters that the next one repeats.
_REPEATED = re.compile(r"([A-Za-z0-9])(?=\1)")
_PLAIN_RUN = re.compile(r"[A-Z]+|[a-z]+|[0-9]+|\s+|[^\W\d_]+|.", re.DOTALL)


@dataclass(frozen=True, slots=True)
class _Run:
    """One run of a character class, and how often it is repeated there."""

    kind: str
    size: int


@dataclass(frozen=True, slots=True)
class _Forms:
    """The form of every distinct value (in the order of codes), and a pattern for all of them."""

    ids: Ints
    count: int
    pattern: str

    @property
    def rate_of_new(self) -> float:
        """The chance that one more value has another form (Good-Turing over distinct values).

        Rows tell less where values recur: all rows of a person have the form of one name.
        """
        values = np.bincount(self.ids)
        once, twice = int((values == 1).sum()), int((values == 2).sum())
        return singles_of(once, twice) / len(self.ids)


def propose_shapes(given: Given) -> Proposals:
    """Proposes a pattern, or else a greatest length, for every text column."""
    kinds, history = given.kinds, given.history
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
    values = history.series(kind.column).gather(first_rows(codes))
    if len(values) < LEAST_VALUES and kind.kind != "constant":
        return []
    open_forms: Proposals = []
    growth = Growth(history, history.held(kind.column), values)
    for forms in (_sequences(values, growth), _alphabets(values)):
        if forms is None or forms.count > MOST_SHAPES:
            continue
        rule = _shape_rule(history, kind, codes, forms)
        if rule is not None and rule.severity == "high":
            return [rule]
        open_forms.extend([rule] if rule is not None else [])
    # A coarse pattern that is closed says more than a fine one that the next file may break.
    if open_forms:
        return open_forms[:1]
    return [Refusal("shape", (kind.column,), "texts of many forms"), *_length(kind, values)]


def _shape_rule(history: History, kind: ColumnKind, codes: Codes, forms: _Forms) -> Proposal | None:
    closure = closure_of(_mapped(codes, forms), history)
    row_rate = max(closure.new_row_rate, kind.closure.late_loss * forms.rate_of_new)
    severity = _severity(history, closure, row_rate)
    if severity is None:
        return None
    return Proposal(
        "shape",
        (kind.column,),
        severity,
        {"pattern": forms.pattern},
        _evidence(closure, row_rate),
        tolerance=NEVER_BROKEN if severity == "low" else SET_APART,
        row_rate=row_rate,
    )


def _severity(history: History, closure: Closure, row_rate: float) -> Severity | None:
    is_closed = row_rate <= CLOSED_ROW_RATE and (
        history.is_cut or closure.new_file_rate <= CLOSED_FILE_RATE
    )
    if is_closed:
        return "high"
    return "low" if row_rate <= REPORTED_ROW_RATE else None


def _length(kind: ColumnKind, values: pl.Series) -> Proposals:
    longest = int(values.str.len_chars().to_numpy().max())
    most = int(longest * LONGER + 10)
    evidence: dict[str, Json] = {"longest": longest, "values": len(values)}
    return [Proposal("length", (kind.column,), "medium", {"max": most}, evidence, row_rate=1e-4)]


def _mapped(codes: Codes, forms: _Forms) -> Codes:
    present = distinct(codes.values[codes.values >= 0])
    index = np.full(codes.size + 1, -1, dtype=np.int64)
    index[present] = forms.ids
    return Codes(index[codes.values], int(forms.ids.max()) + 1)


def _runs(masked: str) -> list[_Run]:
    return [_Run(_kind_of_mark(run[0]), len(run)) for run in _RUN.findall(masked)]


def _kind_of_mark(char: str) -> str:
    return _MARKED.get(char) or re.escape(char)


def _masked(values: pl.Series) -> pl.Series:
    """Replaces every character by the mark of its class; punctuation stands for itself."""
    for mark, pattern in _MASKS:
        values = values.str.replace_all(pattern, mark)
    return values


def shape_of(value: str) -> str:
    """The kinds of characters in order, without how often: `[0-9][a-z]` for `12ab`."""
    return "".join(_class(run[0]) for run in _PLAIN_RUN.findall(value))


def shape_of_form(form: str) -> str:
    """The shape of a value whose characters are masked by class: many such have one shape."""
    return _shape_of_runs(_REPEATED.sub("", form))


@lru_cache(maxsize=10_000)
def _shape_of_runs(form: str) -> str:
    return shape_of(form)


@cache
def _class(char: str) -> str:
    if char.isascii() and char.isalnum():
        return "[0-9]" if char.isdigit() else "[A-Z]" if char.isupper() else "[a-z]"
    if char.isspace():
        return r"\s"
    return _LETTER if char.isalpha() else re.escape(char)


def _sequences(values: pl.Series, growth: Growth | None = None) -> _Forms | None:
    """Sequences of character classes; None when there are too many different ones."""
    if len({shape_of(v) for v in values.head(PROBED).to_list()}) > 3 * MOST_SHAPES:
        return None
    masked = _masked(values)
    counts = masked.alias("form").value_counts(name="held").sort("form")
    if counts.height > MOST_FORMS:
        return None
    runs = [_runs(form) for form in counts.get_column("form").to_list()]
    shapes = ["".join(run.kind for run in parts) for parts in runs]
    ids = {shape: i for i, shape in enumerate(dict.fromkeys(shapes))}
    if len(ids) > MOST_SHAPES:
        return None
    of_form = np.array([ids[shape] for shape in shapes], dtype=np.int64)
    places = masked.rank("dense").to_numpy().astype(np.int64) - 1
    held = counts.get_column("held").to_list()
    outlooks = dict(zip(ids, of_forms(growth, of_form[places], len(ids)), strict=True))
    pattern = _sequences_pattern(runs, shapes, held, outlooks)
    return _Forms(of_form[places], len(ids), pattern)


def pattern_of(values: pl.Series) -> str | None:
    """The pattern of texts that people vouch for: as long as these in each run, and no longer.

    Returns:
        Alternatives joined by "|"; "" for no text, and None for texts of too many forms.
    """
    texts = values.drop_nulls().unique().sort()
    if texts.is_empty():
        return ""
    shapes: dict[str, list[list[_Run]]] = {}
    for form in _masked(texts).unique().sort().to_list():
        runs = _runs(form)
        shapes.setdefault("".join(run.kind for run in runs), []).append(runs)
        if len(shapes) > MOST_VOUCHED_SHAPES:
            return None
    return "|".join(_exactly(group) for group in shapes.values())


def _exactly(group: Sequence[Sequence[_Run]]) -> str:
    """One form with the least and the greatest length of each of its runs."""
    parts: list[str] = []
    for i, run in enumerate(group[0]):
        sizes = [runs[i].size for runs in group]
        is_class = run.kind in _MARKED.values()
        parts.append(run.kind + (_between(min(sizes), max(sizes)) if is_class else ""))
    return "".join(parts)


def _alphabets(values: pl.Series) -> _Forms | None:
    """Which of capitals, small letters and digits texts have; None when all of them occur."""
    has = [values.str.contains(kind).to_numpy() for kind in _KINDS]
    unseen = [kind[1:-1] for kind, flags in zip(_KINDS, has, strict=True) if not flags.any()]
    if not unseen:
        return None
    ids = sum(flags.astype(np.int64) << i for i, flags in enumerate(has))
    lengths = values.str.len_chars().to_numpy()
    is_one_length = len(values) >= LEAST_OF_ONE_LENGTH and bool((lengths == lengths[0]).all())
    often = f"{{{lengths[0]}}}" if is_one_length else "*"
    return _Forms(np.asarray(ids), len(np.unique(ids)), f"[^{''.join(unseen)}]{often}")


def _sequences_pattern(
    runs: Sequence[Sequence[_Run]],
    shapes: Sequence[str],
    held: Sequence[int],
    outlooks: Mapping[str, Outlook | None],
) -> str:
    groups: dict[str, list[tuple[Sequence[_Run], int]]] = {}
    for parts, shape, count in zip(runs, shapes, held, strict=True):
        groups.setdefault(shape, []).append((parts, count))
    most = sorted(groups.items(), key=lambda group: -sum(count for _, count in group[1]))
    found = [form for shape, group in most for form in _alternatives(group, outlooks[shape])]
    return "|".join(found)


def _alternatives(
    group: Sequence[tuple[Sequence[_Run], int]], outlook: Outlook | None
) -> tuple[str, ...]:
    """The pattern of a form, and where numbers begin again with each year that of the next one."""
    usual = _sequence_pattern(group, outlook)
    if outlook is None or outlook.year is None:
        return (usual,)
    restarted = _sequence_pattern(group, outlook, is_restarted=True)
    year = f"{outlook.year[1]}"
    is_same = restarted.replace(year, "[0-9]{4}", 1) == usual
    return (usual,) if is_same else (usual, restarted)


def _sequence_pattern(
    group: Sequence[tuple[Sequence[_Run], int]],
    outlook: Outlook | None,
    *,
    is_restarted: bool = False,
) -> str:
    total = sum(count for _, count in group)
    parts: list[str] = []
    place = -1
    for i, run in enumerate(group[0][0]):
        sizes: Counter[int] = Counter()
        for runs, count in group:
            sizes[runs[i].size] += count
        place += run.kind == _DIGITS
        widest = widest_of(outlook, place) if run.kind == _DIGITS else None
        if is_restarted and outlook and outlook.year and run.kind == _DIGITS:
            if place == outlook.year[0]:
                parts.append(f"{outlook.year[1]}")
                continue
            if widest is not None and not outlook.is_padded[place]:
                parts.append(f"{run.kind}{{1,{widest}}}")
                continue
        is_mark = run.kind not in _MARKED.values()
        parts.append(run.kind + ("" if is_mark else _times(sizes, total=total, widest=widest)))
    return "".join(parts)


def _times(sizes: Counter[int], *, total: int, widest: int | None = None) -> str:
    """How often: exactly, between, or any number of times where lengths are not closed.

    A number that counts on may be as wide as `widest`, however few are as wide so far.
    """
    low, high = min(sizes), max(sizes)
    if widest is not None and total >= LEAST_LENGTHS and sizes[low] >= LEAST_ENDS:
        return _between(low, widest)
    if low == high and (total >= LEAST_LENGTHS or total < LEAST_VALUES):
        return _between(low, high)
    is_closed = total >= LEAST_LENGTHS and min(sizes[low], sizes[high]) >= LEAST_ENDS
    return _between(low, high) if is_closed else "+"


def _between(low: int, high: int) -> str:
    if low != high:
        return f"{{{low},{high}}}"
    return "" if low == 1 else f"{{{low}}}"


def _evidence(closure: Closure, row_rate: float) -> dict[str, Json]:
    return {
        "shapes": closure.distinct,
        "seen_in_one_file": closure.once,
        "new_shape_rate_per_file": round(closure.new_file_rate, 4),
        "new_shape_rate_per_row": round(row_rate, 6),
        "rows": closure.rows,
    }
