"""Whether the values of a column differ from file to file: Welch's ANOVA with its effect size.

What belongs here: the comparison and its spelling. The tests are in `sixsigma`.
"""

from collections.abc import Mapping, Sequence

import numpy as np

from dmaic_assets.phase_values.analyze import ValueDifference
from dmaic_assets.process.analyze.factors import Floats
from dmaic_assets.process.cycle.phase import Table
from dmaic_assets.process.measure.column_values import ColumnValues
from dmaic_assets.sixsigma.tests.anova import one_way_anova, welch_anova
from dmaic_assets.sixsigma.tests.effects_explained import explained_variance
from dmaic_assets.sixsigma.tests.posthoc import games_howell

# Every pair costs two points of the studentized range; more files than this are 28 pairs and up.
_MOST_COMPARED = 8


def value_difference(values: ColumnValues, *, alpha: float = 0.05) -> ValueDifference | None:
    """Compares the files' values; None with fewer than two files whose values vary.

    Files of one value, or of equal values, have no variance to weigh their mean by and are left
    out.
    """
    groups = {n: v for n, v in values.by_file.items() if len(v) > 1 and v.min() < v.max()}
    if len(groups) < 2:
        return None
    test = welch_anova(groups)
    size = explained_variance(one_way_anova(groups))
    chosen = _furthest(groups) if test.p <= alpha else {}
    pairs = games_howell(chosen) if chosen else ()
    return ValueDifference(
        column=values.column,
        files=len(groups),
        f=test.f,
        p=test.p,
        omega_squared=size.omega2,
        omega_low=size.lower,
        omega_high=size.upper,
        compared=len(chosen),
        pairs=tuple(sorted((c for c in pairs if c.p <= alpha), key=lambda c: (c.p, c.first))),
    )


def _furthest(groups: Mapping[str, Floats]) -> dict[str, Floats]:
    """The files whose means are furthest from the median mean, in their order."""
    means = {name: float(values.mean()) for name, values in groups.items()}
    middle = float(np.median([*means.values()]))
    ranked = sorted(groups, key=lambda name: (-abs(means[name] - middle), name))
    kept = set(ranked[:_MOST_COMPARED])
    return {name: values for name, values in groups.items() if name in kept}


def differences_text(found: Sequence[ValueDifference]) -> str:
    """Spells the comparisons as a section of the report; nothing without any."""
    if not found:
        return ""
    rows = tuple(
        (
            d.column,
            str(d.files),
            f"{d.f:,.2f}",
            f"{d.p:.2g}",
            f"{d.omega_squared:.4f} ({d.omega_low:.4f} to {d.omega_high:.4f})",
            "; ".join(f"{c.first} to {c.second}: {c.difference:+.4g}" for c in d.pairs[:3]),
        )
        for d in found
    )
    columns = ("column", "files", "F (Welch)", "p", "omega squared (95 %)", "files that differ")
    return f"\n## Values from file to file\n{Table(columns, rows).markdown()}"
