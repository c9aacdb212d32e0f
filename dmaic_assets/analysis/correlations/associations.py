"""How strongly pairs of columns go together: numbers, categories, and one of each.

What belongs here: the measures, their correction for bias, and their intervals. A pair is kept by
the end of its interval that is nearer to 0, never by a p-value: in a long table that is always 0.
"""

import math
from collections.abc import Iterator
from itertools import combinations

import numpy as np

from dmaic_assets.analysis.correlations.numbers import Columns, Floats, scaled
from dmaic_assets.analysis.values.correlations import Association, Measure

# Least effect of two numbers, of two categories, of one of each (R30, R31; Cohen's medium, small).
LEAST_NUMERIC = 0.3
LEAST_CATEGORICAL = 0.1
LEAST_MIXED = 0.3
# Rows that know both columns: fewer say nothing (R30).
LEAST_ROWS = 10
# Half the width of a 95 % interval in standard errors.
_Z = 1.96
# What a measure that is harder to explain must add to the effect.
_SIMPLER = 0.1
# Bins of each number, of about as many rows, for mutual information.
_BINS = 12
# Rows per cell of the bins: with fewer, chance makes information.
_ROWS_PER_CELL = 5


def associations(columns: Columns) -> Iterator[Association]:
    """Finds the pairs of a table that go together, in the order of its columns."""
    yield from _numeric(columns)
    yield from _categorical(columns)
    yield from _mixed(columns)


def _numeric(columns: Columns) -> Iterator[Association]:
    for a, b in combinations(columns.numbers, 2):
        x, y = columns.numbers[a], columns.numbers[b]
        both = ~(np.isnan(x) | np.isnan(y))
        x, y = scaled(x[both]), scaled(y[both])
        if len(x) < LEAST_ROWS or np.ptp(x) == 0 or np.ptp(y) == 0:
            continue
        ranks = _ranks(x), _ranks(y)
        found = [
            _association((a, b), "pearson", _pearson(x, y), len(x)),
            _association((a, b), "spearman", _pearson(*ranks), len(x)),
            _association((a, b), "information", _informational(*ranks), len(x)),
        ]
        best = max(found, key=_least)
        # A straight line says it in the simplest way, where others add hardly anything.
        if _least(best) >= LEAST_NUMERIC:
            enough = max(LEAST_NUMERIC, _least(best) - _SIMPLER)
            yield next(f for f in found if _least(f) >= enough)


def _categorical(columns: Columns) -> Iterator[Association]:
    for a, b in combinations(columns.categories, 2):
        both = columns.known[a] & columns.known[b]
        n = int(both.sum())
        if n < LEAST_ROWS:
            continue
        table = _crossed(columns.categories[a][both], columns.categories[b][both])
        found = _association((a, b), "cramers_v", cramers_v(table), n)
        if _least(found) >= LEAST_CATEGORICAL:
            yield found


def _mixed(columns: Columns) -> Iterator[Association]:
    for a, codes in columns.categories.items():
        for b, numbers in columns.numbers.items():
            both = columns.known[a] & ~np.isnan(numbers)
            n = int(both.sum())
            if n < LEAST_ROWS:
                continue
            found = _association((a, b), "eta", eta(codes[both], numbers[both]), n)
            if _least(found) >= LEAST_MIXED:
                yield found


def _least(association: Association) -> float:
    """The end of the interval that is nearer to 0; 0 where 0 is within."""
    low, high = association.low, association.high
    return 0.0 if low <= 0 <= high else min(abs(low), abs(high))


def _association(pair: tuple[str, str], measure: Measure, effect: float, n: int) -> Association:
    """Bounds an effect by Fisher's z; of ranks with the error of Bonett and Wright (2000)."""
    effect = max(-1.0, min(1.0, effect))
    z = math.atanh(max(-1 + 1e-12, min(1 - 1e-12, effect)))
    wider = math.sqrt(1 + effect * effect / 2) if measure == "spearman" else 1.0
    error = _Z * wider / math.sqrt(max(1, n - 3))
    least = -1.0 if measure in {"pearson", "spearman"} else 0.0
    low = min(effect, max(least, math.tanh(z - error)))
    high = max(effect, math.tanh(z + error))
    return Association(pair, measure, effect, low, high, n)


def _pearson(x: Floats, y: Floats) -> float:
    dx, dy = x - x.mean(), y - y.mean()
    size = math.sqrt(float(dx @ dx)) * math.sqrt(float(dy @ dy))
    return float(dx @ dy) / size if size else 0.0


def _ranks(x: Floats) -> Floats:
    """Ranks from 1; equal values share the mean of theirs."""
    _, inverse, counts = np.unique(x, return_inverse=True, return_counts=True)
    return (np.cumsum(counts) - (counts - 1) / 2)[inverse]


def _informational(x: Floats, y: Floats) -> float:
    """The informational coefficient of correlation (Linfoot 1957) of binned ranks.

    Mutual information has the bias of its cells taken off (Miller 1955).
    """
    n = len(x)
    bins = min(_BINS, int(math.sqrt(n / _ROWS_PER_CELL)))
    if bins < 2:
        return 0.0
    table = _crossed(*(np.minimum((r * bins / (n + 1)).astype(np.int64), bins - 1) for r in (x, y)))
    share = table / n
    expected = np.outer(share.sum(axis=1), share.sum(axis=0))
    there = share > 0
    information = float((share[there] * np.log(share[there] / expected[there])).sum())
    bias = (table.shape[0] - 1) * (table.shape[1] - 1) / (2 * n)
    return math.sqrt(1 - math.exp(-2 * max(0.0, information - bias)))


def _crossed(a: np.ndarray, b: np.ndarray) -> Floats:
    """Rows by value of both, values that no row has left out."""
    wide = int(b.max()) + 1
    flat = np.bincount(a.astype(np.int64) * wide + b, minlength=(int(a.max()) + 1) * wide)
    table = flat.reshape(-1, wide).astype(np.float64)
    return table[table.any(axis=1)][:, table.any(axis=0)]


def cramers_v(table: Floats) -> float:
    """Cramer's V without its bias (Bergsma 2013); 0 where a side has one value."""
    n = float(table.sum())
    rows, columns = table.shape
    if min(rows, columns) < 2 or n < 2:
        return 0.0
    expected = np.outer(table.sum(axis=1), table.sum(axis=0)) / n
    phi2 = float(((table - expected) ** 2 / expected).sum()) / n
    phi2 = max(0.0, phi2 - (rows - 1) * (columns - 1) / (n - 1))
    room = min(r - (r - 1) ** 2 / (n - 1) for r in (rows, columns)) - 1
    return math.sqrt(min(1.0, phi2 / room)) if room > 0 else 0.0


def eta(codes: np.ndarray, numbers: Floats) -> float:
    """The correlation ratio, its bias taken off (epsilon squared, Kelley 1935)."""
    counts = np.bincount(codes)
    there = counts > 0
    groups, n = int(there.sum()), len(numbers)
    numbers = scaled(numbers)
    centred = numbers - numbers.mean()
    total = float(centred @ centred)
    if groups < 2 or n <= groups or not total:
        return 0.0
    sums = np.bincount(codes, weights=centred)[there]
    within = max(0.0, total - float((sums**2 / counts[there]).sum()))
    return math.sqrt(max(0.0, 1 - within / (n - groups) / (total / (n - 1))))
