"""Which character is the decimal mark: what one column cannot tell, its neighbours may.

What belongs here: evidence of the mark in values, in other columns of the file, in the source's
history and in the delimiter, and the order in which it counts. What does not: the column's type
(`type_resolution`).

"1.234" is 1.234 or 1234. A file is written by one program, so a value that can be read in one way
only ("1.234,50", "0.571") speaks for all columns. Without any evidence nothing is said.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import polars as pl

from dmaic_assets.model import ColumnType
from dmaic_assets.table.notation.patterns import patterns_by_name

Mark: TypeAlias = Literal[".", ","]
MARK_NAMES: Mapping[Mark, str] = {".": "a decimal point", ",": "a decimal comma"}
_OTHER: Mapping[Mark, Mark] = {".": ",", ",": "."}
_BLANKS = "[ \u00a0\u202f'\u2019]"
# Thousands that all end in another digit than 0: less likely than 1 in 1,000 (0.9 ** 66).
_ENOUGH_ENDINGS = 66
# Of counted numbers a tenth ends in 0; fewer distinct ones than these show no share.
_FEWEST_ENDINGS = 20
# Share of endings in 0 that is still far from typed numbers, whose endings are mostly zeros.
_MOST_ZEROS = 0.3
_MARKS: Mapping[str, Mark] = {
    "decimal_dot": ".",
    "integer_grouped_comma": ".",
    "decimal_grouped_comma": ".",
    "decimal_grouped_space_dot": ".",
    "decimal_grouped_apostrophe": ".",
    "decimal_comma": ",",
    "integer_grouped_dot": ",",
    "decimal_grouped_dot": ",",
    "decimal_grouped_space": ",",
    "percentage": ".",
    "currency": ".",
    "quantity": ".",
    "percentage_comma": ",",
    "currency_comma": ",",
    "quantity_comma": ",",
}
# Of these a type alone tells nothing: "5 kg" has no mark.
_UNTOLD = ("percentage", "currency", "quantity")


@dataclass(frozen=True, slots=True)
class Style:
    """The decimal mark of a column, and what tells it."""

    mark: Mark
    why: str


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What is known around a column: the person's word, the delimiter, the history's types.

    `named` are the columns whose pattern a person named, not only their type.
    """

    said: Mark | None = None
    delimiter: str | None = None
    history: Sequence[ColumnType] = ()
    named: frozenset[str] = frozenset()


def mark_of(pattern: str) -> Mark | None:
    """Names the decimal mark that a pattern reads; None for patterns without one."""
    return _MARKS.get(pattern)


def styles_of(
    types: Mapping[str, ColumnType], samples: Mapping[str, pl.Series], around: Surroundings
) -> Mapping[str, Style]:
    """Finds the decimal mark of the number columns that can be read in two ways.

    The column's own values count first, then the person's word, the other columns of the file,
    the history, and at last the form of the column and the delimiter together. Evidence that
    contradicts itself is none. A column that is written in another way than in its history is told
    by the first three only.

    Args:
        types: The types of all columns, as each was decided by itself.
        samples: Some values of each column, without nulls and blanks around them.
        around: What is known beyond the values.

    Returns:
        The style of each such column for which there is evidence.
    """
    asked = [t for t in types.values() if mark_of(t.pattern) and _is_open(t, around)]
    if not asked:
        return {}
    proofs: dict[str, Mark] = {
        name: mark for name, t in types.items() if (mark := _proof_of(t, samples[name], around))
    }
    of_file = _said(around) or _of_file(proofs)
    known = {t.column for t in around.history if mark_of(t.pattern)}
    found: dict[str, Style] = {}
    for t in asked:
        own = proofs.get(t.column)
        style = Style(own, "as some of its values show") if own else of_file
        # A number that is no longer written as in its history may have changed its mark, too.
        is_rewritten = t.column in known and t.decided_by == "automatic"
        if style is None and not is_rewritten and not proofs:
            style = _of_history(around.history) or _by_form(
                _read(samples[t.column], t.pattern), around
            )
        if style is not None:
            found[t.column] = style
    return found


def proven_mark(values: pl.Series) -> Mark | None:
    """Names the decimal mark that values prove; None when none does, or they contradict."""
    core = _cores(values)
    marks: tuple[Mark, Mark] = (".", ",")
    proven: list[Mark] = [mark for mark in marks if core.str.contains(_proof(mark)).any()]
    return proven[0] if len(proven) == 1 else None


def _is_open(column_type: ColumnType, around: Surroundings) -> bool:
    is_bare = column_type.decided_by == "override" and column_type.column not in around.named
    return column_type.is_ambiguous or is_bare


def _proof_of(column_type: ColumnType, sample: pl.Series, around: Surroundings) -> Mark | None:
    """What a column proves: by its values, or by the pattern that a person gave it."""
    mark = mark_of(column_type.pattern)
    if mark is None:
        return None
    is_said = column_type.column in around.named and column_type.pattern not in _UNTOLD
    return mark if is_said else proven_mark(_read(sample, column_type.pattern))


def _read(sample: pl.Series, pattern: str) -> pl.Series:
    return sample.filter(sample.str.contains(patterns_by_name()[pattern].regex))


def _cores(values: pl.Series) -> pl.Series:
    """The digits and marks of numbers, without sign, unit, and blanks between thousands."""
    bare = values.str.replace_all(_BLANKS, "")
    return bare.str.extract("([0-9.,]*[0-9])").drop_nulls()


def _proof(mark: Mark) -> str:
    """Builds the expression of numbers that have this decimal mark and can have no other."""
    decimal, group = (r"\.", ",") if mark == "." else (",", r"\.")
    return (
        rf"^(?:[0-9]*{decimal}(?:[0-9]{{1,2}}|[0-9]{{4,}})|0?{decimal}[0-9]+"
        rf"|[0-9]{{4,}}{decimal}[0-9]+|[0-9]{{1,3}}(?:{group}[0-9]{{3}})+{decimal}[0-9]+"
        rf"|[1-9][0-9]{{0,2}}(?:{group}[0-9]{{3}}){{2,}})$"
    )


def _said(around: Surroundings) -> Style | None:
    return Style(around.said, "as the source's settings say") if around.said else None


def _of_file(proofs: Mapping[str, Mark]) -> Style | None:
    if len(set(proofs.values())) != 1:
        return None
    column, mark = next(iter(proofs.items()))
    return Style(mark, f"as column {column} shows")


def _of_history(history: Sequence[ColumnType]) -> Style | None:
    told: dict[str, Mark] = {
        t.column: mark
        for t in history
        if not t.is_ambiguous and t.pattern not in _UNTOLD and (mark := mark_of(t.pattern))
    }
    if len(set(told.values())) != 1:
        return None
    column, mark = next(iter(told.items()))
    return Style(mark, f"as column {column} of the history shows")


def _by_form(values: pl.Series, around: Surroundings) -> Style | None:
    """Takes the form of the values and the delimiter, which must not contradict each other.

    Where a comma is the decimal mark, programs put other characters between fields.
    """
    core = _cores(values)
    used: Mark = "." if core.str.contains(r"\.").any() else ","
    form = _marked_form(core, used)
    if around.delimiter != ",":
        return Style(form, "as the form of its values shows") if form else None
    return Style(".", "as the commas between fields show") if form in (None, ".") else None


def _marked_form(core: pl.Series, used: Mark) -> Mark | None:
    """Tells decimals from thousands by the numbers that have no mark beside those that have.

    Programs that write 304 and not 304.000 write no 3.880 for 3.88 either: that is 3880. One that
    puts marks between thousands leaves no 10455 without.
    """
    marked = core.filter(core.str.contains(used, literal=True))
    bare = core.filter(~core.str.contains(used, literal=True) & (core != "0"))
    longest = bare.str.len_bytes().max()
    if not isinstance(longest, int):
        return None
    # Some languages group thousands from five digits on only: 2155, but 21.550.
    shortest = marked.str.len_bytes().min()
    least = 4 if isinstance(shortest, int) and shortest <= len("1.234") else 5
    if longest >= least:
        return used
    endings = marked.unique().str.ends_with("0")
    if not endings.any():
        return used if len(endings) >= _ENOUGH_ENDINGS else None
    # People type 2 and 1.250 side by side, and then most endings are zeros.
    is_counted = len(endings) >= _FEWEST_ENDINGS and endings.sum() <= _MOST_ZEROS * len(endings)
    return _OTHER[used] if is_counted else None
