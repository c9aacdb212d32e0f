"""Two-way analysis of variance with interaction, for balanced and unbalanced tables.

What belongs here: two crossed factors. Type II sums of squares are the default; Type III stands
on sum-to-zero contrasts alone (with treatment contrasts its main effects are those at the
reference level, up to 65 % off).
"""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from typing import Literal, TypeAlias

import numpy as np
import numpy.typing as npt

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.tests.anova import f_test
from dmaic_assets.sixsigma.tests.descriptive import as_sample, total

Floats: TypeAlias = npt.NDArray[np.float64]
SumsOfSquares: TypeAlias = Literal["I", "II", "III"]


@dataclass(frozen=True, slots=True)
class EffectRow:
    """One line of the table; residuals have neither `f` nor `p`.

    `f` is infinite over residuals of nothing, NaN when the effect is nothing too.
    """

    source: str
    df: int
    ss: float
    f: float | None
    p: float | None

    @property
    def ms(self) -> float:
        """Mean square."""
        return self.ss / self.df


@dataclass(frozen=True, slots=True)
class TwoWayAnova:
    """Effects of both factors and their interaction over one residual."""

    kind: SumsOfSquares
    n: int
    first: EffectRow
    second: EffectRow
    interaction: EffectRow
    residual: EffectRow
    intercept: EffectRow | None

    @property
    def effects(self) -> tuple[EffectRow, EffectRow, EffectRow]:
        """The two main effects and the interaction."""
        return self.first, self.second, self.interaction


def two_way_anova(
    values: Iterable[float],
    first: Sequence[object],
    second: Sequence[object],
    *,
    kind: SumsOfSquares = "II",
    names: tuple[str, str] = ("first", "second"),
) -> TwoWayAnova:
    """Tests two crossed factors and their interaction.

    Args:
        values: n measurements.
        first: n labels of the first factor.
        second: n labels of the second factor; every pair of labels occurs.
        kind: I (in order), II (each main effect given the other) or III (given all, at equal
            weights of cells; adds the intercept).
        names: What to call the factors.

    Raises:
        BadInputError: Lengths differ, a factor has one level, a cell is empty, or no cell has
            two values.
    """
    y = as_sample(values, what="two-way ANOVA")
    a, b = _contrasts(first, names[0], len(y)), _contrasts(second, names[1], len(y))
    crossed = (a[:, :, None] * b[:, None, :]).reshape(len(y), -1)
    parts = {"1": np.ones((len(y), 1)), "a": a, "b": b, "ab": crossed}
    df_residual = len(y) - sum(part.shape[1] for part in parts.values())
    sums = _sums_of_squares(parts, y if kind == "III" else y - y[0], kind, "/".join(names))
    if df_residual < 1:
        raise BadInputError("two-way ANOVA", "no cell has two values", "Pass repeats.")

    def row(source: str, df: int, ss: float) -> EffectRow:
        f, p = f_test(max(ss, 0.0) / df, sums["residual"] / df_residual, df, df_residual)
        return EffectRow(source, df, ss, f, p)

    return TwoWayAnova(
        kind=kind,
        n=len(y),
        first=row(names[0], a.shape[1], sums["a"]),
        second=row(names[1], b.shape[1], sums["b"]),
        interaction=row(f"{names[0]}:{names[1]}", crossed.shape[1], sums["ab"]),
        residual=EffectRow("residual", df_residual, sums["residual"], None, None),
        intercept=row("intercept", 1, sums["1"]) if "1" in sums else None,
    )


def _sums_of_squares(
    parts: dict[str, Floats], y: Floats, kind: SumsOfSquares, what: str
) -> dict[str, float]:
    """What each term takes away from the residual of the model that its kind compares with."""

    def residual(*terms: str) -> float:
        return _residual_ss(np.hstack([parts[term] for term in terms]), y, what)

    full, additive = residual("1", "a", "b", "ab"), residual("1", "a", "b")
    both = {"residual": full, "ab": additive - full}
    if kind == "III":
        return {
            **both,
            "1": residual("a", "b", "ab") - full,
            "a": residual("1", "b", "ab") - full,
            "b": residual("1", "a", "ab") - full,
        }
    without_a, without_b = residual("1", "b"), residual("1", "a")
    first = residual("1") - without_b if kind == "I" else without_a - additive
    return {**both, "a": first, "b": without_b - additive}


def _contrasts(labels: Sequence[object], name: str, n: int) -> Floats:
    """Sum-to-zero columns of a factor: 1 for the level, -1 throughout for the last one."""
    if len(labels) != n:
        raise BadInputError(f"factor {name}", f"{len(labels)} labels for {n}", "Pass n labels.")
    levels = sorted(set(labels), key=lambda label: (str(type(label)), str(label)))
    if len(levels) < 2:
        raise BadInputError(f"factor {name}", "one level", "Pass two levels at least.")
    place = {level: index for index, level in enumerate(levels)}
    codes = np.array([place[label] for label in labels])
    columns = np.eye(len(levels))[:, :-1]
    columns[-1] = -1.0
    return columns[codes]


def _residual_ss(design: Floats, y: Floats, what: str) -> float:
    q, r = np.linalg.qr(design)
    diagonal = np.abs(np.diag(r))
    if diagonal.min() < 1e-10 * diagonal.max():
        raise BadInputError(f"factors {what}", "a pair of levels never occurs", "Merge levels.")
    residual = y - q @ (q.T @ y)
    # The projection is repeated: the first one leaves rounding of the size of y.
    residual = residual - q @ (q.T @ residual)
    squares = total(residual * residual)
    return squares if math.isfinite(squares) else math.inf
