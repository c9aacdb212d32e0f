"""Workloads made from a few figures and a seed: the same seed gives the same operations."""

from dataclasses import dataclass

import numpy as np
import pyarrow as pa

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.workload.workload import OPS, Workload

# Values are drawn between 0 and this.
_MOST_VALUE = 1e6


@dataclass(frozen=True, slots=True)
class Recipe:
    """What to generate; defaults are those of the laboratory that this one follows.

    Shares lie in [0, 1]. `skew` is the exponent s of a bounded Zipf law: key k is drawn with weight
    1/(k + 1)^s, so that 0 draws all alike. Of the writes, `deletes` are deletions. Adversarial keys
    are multiples of 2^low_bits: a map that hashes a number to itself searches them in one place.
    """

    ops: int = 100_000
    reads: float = 0.8
    skew: float = 0.0
    key_space: int = 10_000
    seed: int = 1337
    deletes: float = 0.2
    adversarial: float = 0.0
    low_bits: int = 6
    is_whole: bool = False


def generate(recipe: Recipe) -> Workload:
    """Draws a workload; its keys are the texts K0, K1, ... or the numbers themselves.

    Raises:
        BadInputError: A figure is out of range; names it.
    """
    _refuse_what_cannot_be(recipe)
    rng = np.random.default_rng(recipe.seed)
    weights = 1.0 / np.arange(1, recipe.key_space + 1, dtype=np.float64) ** recipe.skew
    shares = np.cumsum(weights / weights.sum())
    drawn = np.searchsorted(shares, rng.random(recipe.ops), side="right")
    numbers = np.minimum(drawn, recipe.key_space - 1).astype(np.int64)
    numbers[rng.random(recipe.ops) < recipe.adversarial] <<= recipe.low_bits
    is_read = rng.random(recipe.ops) < recipe.reads
    is_delete = rng.random(recipe.ops) < recipe.deletes
    ops = np.where(is_read, 0, np.where(is_delete, 2, 1)).astype(np.uint8)
    values = np.where(ops == OPS.index("put"), np.round(rng.random(recipe.ops) * _MOST_VALUE, 6), 0)
    if recipe.is_whole:
        keys = pa.array(numbers)
    else:
        known, codes = np.unique(numbers, return_inverse=True)
        keys = pa.array([f"K{number}" for number in known]).take(pa.array(codes))
    told = (
        f"{recipe.ops:,} operations, {recipe.reads:.0%} reads, Zipf {recipe.skew:g} over "
        f"{recipe.key_space:,} keys, seed {recipe.seed}"
    )
    return Workload(ops, keys, values, told)


def _refuse_what_cannot_be(recipe: Recipe) -> None:
    shares = {"reads": recipe.reads, "deletes": recipe.deletes, "adversarial": recipe.adversarial}
    for name, share in shares.items():
        if not 0 <= share <= 1:
            raise BadInputError(f"the share of {name}", f"is {share}", "Give a number from 0 to 1.")
    for name, count in {"operations": recipe.ops, "keys": recipe.key_space}.items():
        if count < 1:
            raise BadInputError(f"the number of {name}", f"is {count}", "Give at least 1.")
    if not 0 <= recipe.skew <= 10:
        raise BadInputError("the skew", f"is {recipe.skew}", "Give an exponent from 0 to 10.")
    if not 0 <= recipe.low_bits <= 40:
        raise BadInputError("the low bits", f"are {recipe.low_bits}", "Give 0 to 40.")
