"""Two-way and nested analysis of variance without rounding.

What belongs here: sums of squares of designs with two factors, as fractions. The doubles that
agree with them are in `factorial` and `nested`; one factor is in `certified_summary`.
"""

from collections import defaultdict
from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction
from typing import Literal, TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.oracle.exact_decimals import scaled_integers
from dmaic_assets_tests.oracle.exact_regression import certified_regression
from dmaic_assets_tests.oracle.exact_summary import certified_anova

Kind: TypeAlias = Literal["I", "II", "III"]
Columns: TypeAlias = dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class CertifiedEffect:
    """One line of an exact table: degrees of freedom and sum of squares."""

    df: int
    ss: Fraction

    @property
    def ms(self) -> Fraction:
        """Mean square."""
        return self.ss / self.df

    def f_over(self, error: "CertifiedEffect") -> Fraction | None:
        """The ratio of the mean squares; None when the error does not vary."""
        return self.ms / error.ms if error.ss else None


@dataclass(frozen=True, slots=True)
class CertifiedTwoWay:
    """Both factors, their interaction and the residual, exactly."""

    kind: Kind
    n: int
    first: CertifiedEffect
    second: CertifiedEffect
    interaction: CertifiedEffect
    residual: CertifiedEffect


@dataclass(frozen=True, slots=True)
class CertifiedNested:
    """Groups over subgroups over repeats, exactly.

    Groups are tested over subgroups, and these over what is within.
    """

    n: int
    group: CertifiedEffect
    subgroup: CertifiedEffect
    within: CertifiedEffect


def certified_two_way(
    texts: Sequence[str],
    first: Sequence[Hashable],
    second: Sequence[Hashable],
    *,
    kind: Kind = "II",
) -> CertifiedTwoWay:
    """Analyses decimal strings under two crossed factors exactly, balanced or not.

    Args:
        texts: n measurements.
        first: n labels of the first factor.
        second: n labels of the second factor; every pair of labels occurs.
        kind: I (in order), II (each main effect given the other) or III (given all, under
            sum-to-zero contrasts).

    Raises:
        BadInputError: Lengths differ, a factor has one level, a pair of levels never occurs, or
            no cell has two values.
    """
    a, b = _contrasts(first, len(texts), "first"), _contrasts(second, len(texts), "second")
    ab: Columns = {
        f"{x}:{z}": tuple(str(int(p) * int(q)) for p, q in zip(a[x], b[z], strict=True))
        for x in a
        for z in b
    }
    df = len(texts) - 1 - len(a) - len(b) - len(ab)
    if df < 1:
        raise BadInputError("two-way ANOVA", "no cell has two values", "Pass repeats.")

    def residual(*terms: Columns) -> Fraction:
        columns = {name: column for term in terms for name, column in term.items()}
        if not columns:
            return _total(texts)
        return certified_regression(texts, columns).ss_residual

    full, additive, only_a, only_b = residual(a, b, ab), residual(a, b), residual(a), residual(b)
    sums = {
        "I": (residual() - only_a, only_a - additive),
        "II": (only_b - additive, only_a - additive),
        "III": (residual(b, ab) - full, residual(a, ab) - full),
    }[kind]
    return CertifiedTwoWay(
        kind=kind,
        n=len(texts),
        first=CertifiedEffect(len(a), sums[0]),
        second=CertifiedEffect(len(b), sums[1]),
        interaction=CertifiedEffect(len(ab), additive - full),
        residual=CertifiedEffect(df, full),
    )


def certified_nested(
    groups: Mapping[Hashable, Mapping[Hashable, Sequence[str]]],
) -> CertifiedNested:
    """Splits decimal strings into groups, subgroups within groups, and repeats, exactly.

    Sizes may differ. With subgroups taken for groups of their own, what lies between them is that
    of groups and that of subgroups within groups together.

    Args:
        groups: Group to subgroup to values.

    Raises:
        BadInputError: Fewer than two groups, no group with two subgroups, or no repeats.
    """
    values = {
        (group, sub): list(texts) for group, subs in groups.items() for sub, texts in subs.items()
    }
    pooled: defaultdict[Hashable, list[str]] = defaultdict(list)
    for (group, _), texts in values.items():
        pooled[group] += texts
    if len(pooled) < 2 or len(values) <= len(pooled):
        culprit = f"{len(pooled)} groups, {len(values)} subgroups"
        raise BadInputError("nested ANOVA", culprit, "Pass two groups with two subgroups each.")
    between = certified_anova({**values})
    outer = certified_anova({**pooled})
    return CertifiedNested(
        n=between.n,
        group=CertifiedEffect(outer.df_between, outer.ss_between),
        subgroup=CertifiedEffect(
            between.df_between - outer.df_between, between.ss_between - outer.ss_between
        ),
        within=CertifiedEffect(between.df_within, between.ss_within),
    )


def _contrasts(labels: Sequence[Hashable], n: int, name: str) -> Columns:
    """Sum-to-zero columns of a factor: 1 for the level, -1 throughout for the last one."""
    levels = list(dict.fromkeys(labels))
    if len(labels) != n or len(levels) < 2:
        culprit = f"{len(labels)} labels of {len(levels)} levels for {n} values"
        fix = "Pass a label for each value, and two levels at least."
        raise BadInputError(f"the {name} factor", culprit, fix)
    last = levels[-1]
    return {
        f"{name}={level}": tuple("-1" if x == last else str(int(x == level)) for x in labels)
        for level in levels[:-1]
    }


def _total(texts: Sequence[str]) -> Fraction:
    column = scaled_integers(texts)
    squares = sum(value * value for value in column.numerators)
    return (squares - Fraction(sum(column.numerators) ** 2, len(column))) / 10 ** (2 * column.scale)
