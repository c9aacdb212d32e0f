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

    `orphans` are the rows with a value that no accepted row has, `held` those among them whose
    value rows in quarantine have. `known_share` is of the distinct values, held ones among the
    known; `used_share` of the accepted keys. `surprise` in [0, 1] says how little chance explains
    that so many values are keys. `spread` in [0, 1] is small where values lie in a corner of the
    key's range.
    """

    rows: int
    orphans: int
    known_share: float
    used_share: float
    surprise: float
    spread: float
    held: int = 0

    @property
    def orphan_share(self) -> float:
        """The share of rows whose value is no key, not even a held one; 0 without rows."""
        return (self.orphans - self.held) / self.rows if self.rows else 0.0


def inclusion_of(column: Column, key: Column) -> Inclusion | None:
    """Compares a column's values with a key's; None where they cannot be compared or hardly meet.

    A column without any value is compared with every key, and nothing speaks against it.
    """
    if not column.distinct or not key.distinct:
        return Inclusion(column.present, column.present, 0.0, 0.0, 0.0, 0.0)
    pair = _comparable(column, key)
    if pair is None:
        return None
    values, keys, held = pair
    every = np.union1d(keys, held) if len(held) else keys
    step = max(1, len(values) // _PROBED)
    probed, weights = _known(values[::step], every), column.counts[::step]
    if max(probed.mean(), np.average(probed, weights=weights)) < _LEAST_PROBED:
        return None
    known, accepted = _known(values, every), _known(values, keys)
    there = int(known.sum()) / len(values)
    hits = int(accepted.sum())
    # Held keys make the numbers that could be keys no fewer: as many more of them are.
    density = min(1.0, key.density * len(every) / len(keys))
    return Inclusion(
        column.present,
        int(column.counts[~accepted].sum()),
        there,
        hits / len(keys),
        _surprise(len(values), there, density),
        _spread(values[accepted], keys) if hits else 0.0,
        int(column.counts[known & ~accepted].sum()),
    )


def orphan_codes(column: Column, key: Column, most: int) -> Ints:
    """The first values of a column that are no keys, not even held ones, as codes."""
    pair = _comparable(column, key)
    if pair is None:
        return column.values[:most]
    values, keys, held = pair
    return column.values[~_known(values, np.union1d(keys, held))][:most]


def _comparable(column: Column, key: Column) -> tuple[Ints, Ints, Ints] | None:
    """The values of a column, the keys, and the keys that quarantine holds."""
    if column.domain == key.domain:
        return column.values, key.values, key.held
    mine = column.values if column.domain == "number" else column.numbers
    others = key.values if key.domain == "number" else key.numbers
    if mine is None or others is None or "time" in (column.domain, key.domain):
        return None
    return mine, np.unique(others), key.held if key.domain == "number" else key.held_numbers


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
