"""The row kind of mistyped values: near_miss, a new value that is a known one but for a slip.

A list that is not closed cannot refuse a new value; it can refuse one that differs from a known
value by a letter, by case or by spaces only.
"""

import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from functools import partial
from typing import ClassVar, cast

import polars as pl
from typing_extensions import override

from dmaic_assets.model import Json, Rule
from dmaic_assets.phenomena.contract.rule_kind import FrameContext, Parameter, RowKind, is_text
from dmaic_assets.phenomena.spelling.causes import value_cause
from dmaic_assets.phenomena.typo.nearness import at_most_one_edit, skeleton
from dmaic_assets.table.text_table import column

# Characters from which a value a letter away is suspected.
LEAST_LENGTH = 4
# Share of the numbers of as many digits that are used, from which one of a digit more may follow:
# eight of ten.
NEARLY_USED_UP = 0.8
# The last number of a name, unless zeros fill it up.
_LAST_NUMBER = re.compile(r"(?<!\d)[1-9]\d{0,17}(?=\D*$)", re.ASCII)
# New values that are compared: bounds the time.
_MOST_CHECKED = 20_000


class NearMissKind(RowKind):
    """No value differs from a known one by one edit, by case or by white space only.

    Values of fewer than four characters are compared by case and white space only: among short
    codes a neighbour is no evidence of a slip. A known value never fails. White space around a new
    value is a slip where no known one has any.
    """

    name: ClassVar[str] = "near_miss"
    summary: ClassVar[str] = "no new value is a known one but for a letter, case or spaces"
    parameters: ClassVar[Mapping[str, Parameter]] = {
        "values": Parameter((list, tuple), "the known values", is_required=True),
        "also": Parameter((list, tuple), "known values that nothing is a misspelling of"),
        "edits": Parameter(
            (int,),
            "letters that make a slip: 1 unless given, 0 for case and spaces only",
            complaint=lambda v: None if v in {0, 1} else f"{v!r} is neither 0 nor 1",
        ),
    }

    @override
    def describe(self, rule: Rule) -> str:
        """Counts the known values."""
        slip = "misspelling" if _has_edits(rule) else "other case or spacing"
        return f"{rule.columns[0]} is no {slip} of one of {len(_known(rule)):,} known values"

    @override
    def accepts(self, rule: Rule, dtype: pl.DataType) -> bool:
        """Text only."""
        return is_text(dtype)

    @override
    def failing(self, rule: Rule, ctx: FrameContext) -> pl.Expr:
        """True for a new value that is a slip of a known one."""
        expr = column(rule.columns[0])
        if not isinstance(ctx.schema[rule.columns[0]], pl.String):
            expr = expr.cast(pl.String)
        check = partial(_is_slip, rule=rule)
        return expr.map_batches(check, return_dtype=pl.Boolean, is_elementwise=True)

    @override
    def cause(self, rule: Rule, failing: pl.DataFrame) -> str | None:
        """Typo, case change or white space."""
        found = failing.get_column(rule.columns[0]).cast(pl.String).drop_nulls().to_list()
        return value_cause(found, _known(rule))


def slips_in(rule: Rule, values: pl.Series) -> list[str]:
    """Picks the values that fail a near_miss rule: new ones that are slips of a known one."""
    known = _known(rule)
    other = cast("Sequence[Json]", rule.parameters.get("also") or ())
    fine = frozenset([*known, *map(str, other)])
    new = [v for v in values.drop_nulls().unique().to_list() if v not in fine][:_MOST_CHECKED]
    if not new:
        return []
    slips = slips_among(new, known, has_edits=_has_edits(rule))
    # What is rare may look like a slip of something else, and is written in one way all the same.
    slips |= slips_among(new, [str(v) for v in other], has_edits=False)
    if not any(_is_padded(v) for v in fine):
        slips |= {v for v in new if _is_padded(v)}
    return sorted(slips)


def slips_among(
    new: Collection[str], known: Sequence[str], *, has_edits: bool = True
) -> frozenset[str]:
    """Picks the values of `new` that are known ones but for one edit, case or white space."""
    folded = {_folded(k) for k in known}
    slips = {v for v in new if _folded(v) in folded}
    if has_edits:
        long = [k for k in known if len(k) >= LEAST_LENGTH]
        slips.update(_letters_away([v for v in new if len(v) >= LEAST_LENGTH], long))
    return frozenset(slips)


def _is_padded(value: str) -> bool:
    return value != value.strip()


def _letters_away(new: Sequence[str], known: Sequence[str]) -> Iterator[str]:
    """Picks the new texts that are one edit away from a known one that has not only other digits.

    Another number in a name is another thing: CD-2 beside CD-1 is no slip of it, nor is CD-10
    where there are nine.
    """
    numbered = {skeleton(k) for k in known if skeleton(k) != k} | _counted_on(known)
    return at_most_one_edit((v for v in new if skeleton(v) not in numbered), known)


def _counted_on(known: Sequence[str]) -> set[str]:
    """The skeletons of names whose last number has a digit more than those nearly used up."""
    greatest: dict[str, float] = {}
    for text in known:
        number = _LAST_NUMBER.search(text)
        if number is None:
            continue
        form = skeleton(f"{text[: number.end()]}9{text[number.end() :]}")
        used = int(number[0]) / 10 ** len(number[0])
        greatest[form] = max(used, greatest.get(form, 0.0))
    return {form for form, used in greatest.items() if used >= NEARLY_USED_UP}


def _folded(value: str) -> str:
    return " ".join(value.casefold().split())


def _known(rule: Rule) -> list[str]:
    return [str(v) for v in cast("Sequence[Json]", rule.parameters["values"])]


def _has_edits(rule: Rule) -> bool:
    return rule.parameters.get("edits") != 0


def _is_slip(values: pl.Series, *, rule: Rule) -> pl.Series:
    found = slips_in(rule, values)
    if not found:
        return pl.repeat(value=False, n=len(values), dtype=pl.Boolean, eager=True)
    return values.is_in(found).fill_null(value=False)


NEAR_KINDS: tuple[RowKind, ...] = (NearMissKind(),)
