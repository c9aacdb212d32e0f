"""How far the values of one column are among those of another, and what that is worth.

What belongs here: containment, orphans, and what chance would have given.
"""

from dataclasses import dataclass

import numpy as np
import numpy.typing as npt

from dmaic_assets.analysis.relationships.columns import Column, Ints

# Bits of surprise that count as certain: chance would have done so once in a million times.
_CERTAIN_BITS = 20.0
# Decades of surprise at values that lie in one place of the key's range only.
_NARROW_DECADES = 6.0
# Values looked at before all are.
_PROBED = 64
# Share of probed values, or of their rows, that must be known for a closer look: where keys are
# mistyped every wrong one is a value of its own, and soon there are more of these than of keys.
_LEAST_PROBED = 0.5


@dataclass(frozen=True, slots=True)
class Inclusion:
    """What one column's values have to do with a key's.

    `orphan_share` is of the rows with a value, `known_share` of the distinct values, `used_share`
    of the keys. `surprise` in [0, 1] says how little chance explains that so many values are
    keys. `spread` in [0, 1] is small where values lie in a corner of the key's range.
    """

    rows: int
    orphans: int
    known_share: float
    used_share: float
    surprise: float
    spread: float

    @property
    def orphan_share(self) -> float:
        """The share of rows whose value is no key; 0 without rows."""
        return self.orphans / self.rows if self.rows else 0.0


def inclusion_of(column: Column, key: Column) -> Inclusion | None:
    """Compares a column's values with a key's; None where they cannot be compared or hardly meet.

    A column without any value is compared with every key, and nothing speaks against it.
    """
    if not column.distinct or not key.distinct:
        return Inclusion(column.present, column.present, 0.0, 0.0, 0.0, 0.0)
    pair = _comparable(column, key)
    if pair is None:
        return None
    values, keys = pair
    step = max(1, len(values) // _PROBED)
    probed, weights = _known(values[::step], keys), column.counts[::step]
    if max(probed.mean(), np.average(probed, weights=weights)) < _LEAST_PROBED:
        return None
    known = _known(values, keys)
    hits = int(known.sum())
    return Inclusion(
        column.present,
        int(column.counts[~known].sum()),
        hits / len(values),
        hits / len(keys),
        _surprise(len(values), hits / len(values), key.density),
        _spread(values[known], keys) if hits else 0.0,
    )


def orphan_codes(column: Column, key: Column, most: int) -> Ints:
    """The first values of a column that are no keys, as codes."""
    pair = _comparable(column, key)
    if pair is None:
        return column.values[:most]
    return column.values[~_known(*pair)][:most]


def _comparable(column: Column, key: Column) -> tuple[Ints, Ints] | None:
    if column.domain == key.domain:
        return column.values, key.values
    mine = column.values if column.domain == "number" else column.numbers
    others = key.values if key.domain == "number" else key.numbers
    if mine is None or others is None or "time" in (column.domain, key.domain):
        return None
    return mine, np.unique(others)


def _known(values: Ints, keys: Ints) -> npt.NDArray[np.bool_]:
    places = np.minimum(np.searchsorted(keys, values), len(keys) - 1)
    return keys[places] == values


def _surprise(distinct: int, known: float, density: float) -> float:
    """How many bits a share of known values exceeds the density of keys by, of `_CERTAIN_BITS`."""
    if known <= density:
        return 0.0
    rest = 0.0 if known == 1.0 else (1 - known) * np.log2((1 - known) / (1 - density))
    bits = distinct * (known * np.log2(known / density) + rest)
    return float(min(1.0, bits / _CERTAIN_BITS))


def _spread(values: Ints, keys: Ints) -> float:
    """How likely random keys lie no wider apart than these, on a scale of decades.

    The range of d uniform values is at most w with probability d w^(d-1) - (d-1) w^d.
    """
    low, high = np.searchsorted(keys, [values.min(), values.max()])
    width, count = (int(high) - int(low) + 1) / len(keys), len(values)
    if count == 1 or width >= 1.0:
        return 1.0
    decades = -((count - 1) * np.log10(width) + np.log10(count - (count - 1) * width))
    return float(np.clip(1.0 - decades / _NARROW_DECADES, 0.0, 1.0))
