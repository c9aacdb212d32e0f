"""Mean, variance, lag-1 autocorrelation and one-way ANOVA without rounding.

What belongs here: sums over one column or over groups, in exact integers. Results are fractions;
`dmaic_assets_tests.oracle.exact_decimals` rounds them to as many digits as wanted.
"""

from collections.abc import Hashable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction
from itertools import pairwise

from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.oracle.exact_decimals import scaled_integers, square_root


@dataclass(frozen=True, slots=True)
class CertifiedSummary:
    """Exact summary of one column; `lag1` is None for a constant column."""

    n: int
    mean: Fraction
    variance: Fraction
    lag1: Fraction | None

    def sd(self, *, digits: int) -> Decimal:
        """The sample standard deviation (n - 1) to a number of digits."""
        return square_root(self.variance, digits=digits)


@dataclass(frozen=True, slots=True)
class CertifiedAnova:
    """Exact one-way analysis of variance; `f` is None when groups do not vary within."""

    n: int
    df_between: int
    df_within: int
    ss_between: Fraction
    ss_within: Fraction

    @property
    def ms_between(self) -> Fraction:
        """Mean square between groups."""
        return self.ss_between / self.df_between

    @property
    def ms_within(self) -> Fraction:
        """Mean square within groups."""
        return self.ss_within / self.df_within

    @property
    def f(self) -> Fraction | None:
        """Ratio of the mean squares."""
        return self.ms_between / self.ms_within if self.ss_within else None

    @property
    def r2(self) -> Fraction | None:
        """Share of the total sum of squares that lies between groups."""
        total = self.ss_between + self.ss_within
        return self.ss_between / total if total else None

    def residual_sd(self, *, digits: int) -> Decimal:
        """Square root of the mean square within, to a number of digits."""
        return square_root(self.ms_within, digits=digits)


def certified_summary(texts: Sequence[str]) -> CertifiedSummary:
    """Summarises a column of decimal strings exactly.

    With d_i = n x_i - sum(x): variance = sum(d^2) / (n^2 (n - 1)) and
    r1 = sum(d_i d_{i+1}) / sum(d^2), the estimator that NIST StRD certifies.

    Raises:
        BadInputError: Fewer than two numbers, or a text that is no number.
    """
    if len(texts) < 2:
        raise BadInputError("summary", "fewer than two values", "Pass at least two.")
    column = scaled_integers(texts)
    n, total = len(column), sum(column.numerators)
    deviations = [n * value - total for value in column.numerators]
    squares = sum(d * d for d in deviations)
    products = sum(a * b for a, b in pairwise(deviations))
    unit = 10**column.scale
    return CertifiedSummary(
        n=n,
        mean=Fraction(total, n * unit),
        variance=Fraction(squares, n * n * (n - 1) * unit * unit),
        lag1=Fraction(products, squares) if squares else None,
    )


def certified_anova(groups: Mapping[Hashable, Sequence[str]]) -> CertifiedAnova:
    """Analyses groups of decimal strings exactly.

    Args:
        groups: Label to values; every group has at least one value.

    Raises:
        BadInputError: Fewer than two groups, an empty group, or no degree of freedom within.
    """
    sizes = [len(values) for values in groups.values()]
    n, k = sum(sizes), len(sizes)
    if k < 2 or n <= k or not all(sizes):
        raise BadInputError(
            "one-way ANOVA",
            f"{k} groups with {n} values",
            "Pass two groups or more, none of them empty, with more values than groups.",
        )
    column = scaled_integers([text for values in groups.values() for text in values])
    squares = sum(value * value for value in column.numerators)
    between, start = Fraction(0), 0
    for size in sizes:
        between += Fraction(sum(column.numerators[start : start + size]) ** 2, size)
        start += size
    unit = 10 ** (2 * column.scale)
    grand = Fraction(sum(column.numerators) ** 2, n)
    return CertifiedAnova(n, k - 1, n - k, (between - grand) / unit, (squares - between) / unit)
