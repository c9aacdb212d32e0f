"""What a workload is like: the facts from which the right map for it follows.

Counts are exact; the exponent of the Zipf law comes with an interval, since it is fitted.
"""

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
import numpy.typing as npt
import pyarrow as pa

from dmaic_assets.hashmaps.columns import ArrowArray, texts_of
from dmaic_assets.hashmaps.workload.workload import OPS, Workload

# Times that a group of ranks must come to be fitted: the logarithm of fewer is too skewed.
_LEAST_TIMES = 5
# Keys that are told as the hottest.
_HOT = 10
# Shares of all operations for which the number of keys that they fall on is told.
_COVERED = (0.5, 0.8, 0.95)
# Buckets of the test on how evenly keys spread: 12 bits of BLAKE2b, whose expectation is known.
_BUCKETS = 1 << 12
# Keys that are spread over the buckets at most.
_MOST_SPREAD = 200_000
# Low bits whose entropy is told: those that pick a place in a small table.
_LOW_BITS = 8
# A whole number of up to 18 digits, written plainly.
_WHOLE = re.compile("0|-?[1-9][0-9]{0,17}")
# Two-sided 95 % quantile of the normal distribution.
_Z95 = 1.959964


@dataclass(frozen=True, slots=True)
class Zipf:
    """The exponent s of weights 1/rank^s, and its 95 % interval."""

    exponent: float
    low: float
    high: float


@dataclass(frozen=True, slots=True)
class Whole:
    """Facts of keys that are whole numbers.

    `density` is distinct keys over the places from the smallest to the largest, 1 for numbers
    without gaps; `stride` is the greatest common divisor of the steps between sorted keys;
    `low_bits` the entropy, in bits of eight, of their eight lowest bits.
    """

    low: int
    high: int
    density: float
    stride: int
    low_bits: float


@dataclass(frozen=True, slots=True)
class Dna:
    """The facts of a workload; shares lie in [0, 1].

    `mix` is the share of each operation; `mutations` of those that change the map. Entropy is in
    bits, and over its largest value. `covered` tells on how many keys half, .8 and .95 of the
    operations fall; `reuse` the median number of operations between two on one key, None when
    none comes twice. `collision` is the chance that two of the distinct keys share a 64-bit hash,
    `depths` how many of the 4,096 buckets hold so many keys.
    """

    operations: int
    mix: Mapping[str, float]
    mutations: float
    distinct: int
    entropy: float
    evenness: float
    hot: tuple[tuple[str, int], ...]
    covered: Mapping[str, int]
    zipf: Zipf | None
    numeric: float
    sequential: float
    adjacent: float
    length: float
    reuse: float | None
    collision: float
    depths: Mapping[int, int]
    whole: Whole | None


def dna_of(workload: Workload) -> Dna:
    """Measures a workload; an empty one has no DNA.

    Raises:
        ValueError: The workload has no operations.
    """
    if not len(workload):
        raise ValueError("a workload without operations has no DNA")
    coded = workload.keys.dictionary_encode()
    codes, known = coded.indices.to_numpy().astype(np.int64), coded.dictionary
    times = np.bincount(codes, minlength=len(known))
    ranked = np.sort(times)[::-1]
    shares = ranked / ranked.sum()
    entropy = float(-(shares * np.log2(shares)).sum())
    is_whole = pa.types.is_int64(known.type)
    numbers = known.to_numpy() if is_whole else _numbers(known)
    hottest = np.argsort(-times, kind="stable")[:_HOT]
    text = known if not is_whole else known.cast(pa.string())
    return Dna(
        operations=len(workload),
        mix={op: workload.share_of(op) for op in OPS},
        mutations=1 - workload.share_of("get"),
        distinct=len(known),
        entropy=entropy,
        evenness=entropy / np.log2(len(known)) if len(known) > 1 else 1.0,
        hot=tuple((text[int(i)].as_py(), int(times[i])) for i in hottest),
        covered=_covered(ranked),
        zipf=zipf_of(codes, len(known)),
        numeric=numbers.size / len(known),
        sequential=_share(np.diff(codes) == 1),
        adjacent=_share(np.diff(codes) == 0),
        length=float(_lengths(text).mean()),
        reuse=_reuse(codes),
        collision=-float(np.expm1(-len(known) * (len(known) - 1) / 2**65)),
        depths=_depths(text),
        whole=_whole(numbers) if is_whole else None,
    )


def zipf_of(codes: npt.NDArray[np.int64], distinct: int) -> Zipf | None:
    """Fits weights 1/rank^s by least squares of logarithms, weighed by the counts.

    Ranks come from every other operation, counts from those between: sorted by its own noise, a
    column whose keys are all alike would seem skewed. Ranks are taken together in groups that
    double, so that a key without a count in the second half takes part too. None with fewer than
    three groups in which keys come.
    """
    ranks = np.argsort(-np.bincount(codes[::2], minlength=distinct), kind="stable")
    counts = np.bincount(codes[1::2], minlength=distinct)[ranks]
    starts = 2 ** np.arange(int(np.log2(distinct)) + 1) - 1
    sums = np.add.reduceat(counts, starts).astype(np.float64)
    sizes = np.diff(np.append(starts, distinct))
    logs = np.log(np.arange(1, distinct + 1))
    centres = np.add.reduceat(logs, starts) / sizes
    held = sums >= _LEAST_TIMES
    if held.sum() < 3:
        return None
    x, y, weight = centres[held], np.log(sums[held] / sizes[held]), sums[held]
    mean_x, mean_y = np.average(x, weights=weight), np.average(y, weights=weight)
    spread = (weight * (x - mean_x) ** 2).sum()
    slope = (weight * (x - mean_x) * (y - mean_y)).sum() / spread
    left = y - mean_y - slope * (x - mean_x)
    error = np.sqrt(max((weight * left**2).sum() / (x.size - 2), 1.0) / spread)
    exponent, half = -float(slope), _Z95 * float(error)
    return Zipf(exponent, exponent - half, exponent + half)


def _share(flags: npt.NDArray[np.bool_]) -> float:
    return float(flags.mean()) if flags.size else 0.0


def _covered(ranked: npt.NDArray[np.int64]) -> dict[str, int]:
    reached = np.cumsum(ranked) / ranked.sum()
    return {f"{s:.0%}": int(np.searchsorted(reached, s - 1e-12) + 1) for s in _COVERED}


def _numbers(known: ArrowArray) -> npt.NDArray[np.int64]:
    """The keys that are whole numbers, written plainly."""
    plain = [int(key) for key in known.to_pylist() if _WHOLE.fullmatch(key)]
    return np.array(plain, np.int64)


def _lengths(known: ArrowArray) -> npt.NDArray[np.int64]:
    """The bytes of each key."""
    return np.diff(texts_of(known, "string").offsets)


def _reuse(codes: npt.NDArray[np.int64]) -> float | None:
    order = np.argsort(codes, kind="stable")
    again = np.diff(codes[order]) == 0
    return float(np.median(np.diff(order)[again])) if again.any() else None


def _depths(known: ArrowArray) -> dict[int, int]:
    """How many buckets of 12 bits of BLAKE2b hold so many of the first keys."""
    words = (
        int.from_bytes(hashlib.blake2b(key.encode(), digest_size=2).digest(), "little")
        for key in known.slice(0, _MOST_SPREAD).to_pylist()
    )
    filled = np.bincount([word % _BUCKETS for word in words], minlength=_BUCKETS)
    depth, count = np.unique(filled, return_counts=True)
    return dict(zip(depth.tolist(), count.tolist(), strict=True))


def _whole(numbers: npt.NDArray[np.int64]) -> Whole:
    ordered = np.sort(numbers)
    low, high = int(ordered[0]), int(ordered[-1])
    steps = np.diff(ordered)
    filled = np.bincount(numbers & ((1 << _LOW_BITS) - 1), minlength=1 << _LOW_BITS)
    shares = filled[filled > 0] / numbers.size
    return Whole(
        low=low,
        high=high,
        density=numbers.size / (high - low + 1),
        stride=int(np.gcd.reduce(steps)) if steps.size else 1,
        low_bits=float(-(shares * np.log2(shares)).sum()),
    )
