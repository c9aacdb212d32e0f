"""Whether a rule on missing values says more than the same gaps would say anywhere else.

Values go missing in stretches (a sensor is out for a week), and so do other columns change in
stretches: among many columns and values some always seem to explain the gaps. The gaps as they
came, put elsewhere, show how well; a rule is kept when it does better in its true place than in
all others, whichever way they are moved:

* each stretch by itself, anywhere: few long ones leave out much by accident; and
* all of them round history, and in every file round that file once more, which keeps stretches
  together that are parts of one outage.

Source: Politis & Romano (1992), A circular block-resampling procedure for stationary data: what
is moved round as a whole keeps how it hangs together, and loses what it hangs on.
"""

from collections.abc import Callable, Iterator

import numpy as np

from dmaic_assets.history.baseline import Bools, History, Ints

# Other places that gaps are put to, each way. A rule that nothing stands behind does better in its
# own than in all of them once in 40 tries: for 2.5 % of the columns that chance favours at all.
PLACEMENTS = 39


def greatest_by_chance(history: History, gone: Bools, support: Callable[[Ints], float]) -> float:
    """How much the best rule on these gaps seems to say where nothing can stand behind it.

    Args:
        history: The baseline that the gaps are from.
        gone: The pooled rows in which the value is missing; not all and not none of them.
        support: What the best of all rules that are tried says of gaps in some rows.

    Returns:
        The greatest support over all other places of the same gaps.
    """
    # The same gaps are always put to the same places: rules are learnt again and stay the same.
    rng = np.random.default_rng(PLACEMENTS)
    rows = np.flatnonzero(gone)
    places = (*_scattered(gone, rng), *_rotated(history, rows, rng))
    return max(support(place) for place in places)


def _scattered(gone: Bools, rng: "np.random.Generator") -> Iterator[Ints]:
    """Each stretch of gaps anywhere; where two meet, rows count twice."""
    edges = np.diff(np.concatenate([[0], gone.astype(np.int8), [0]]))
    begins, ends = np.flatnonzero(edges == 1), np.flatnonzero(edges == -1)
    lengths = ends - begins
    within = np.arange(int(lengths.sum())) - np.repeat(np.cumsum(lengths) - lengths, lengths)
    for _ in range(PLACEMENTS):
        places = rng.integers(0, len(gone), len(lengths))
        yield (np.repeat(places, lengths) + within) % len(gone)


def _rotated(history: History, rows: Ints, rng: "np.random.Generator") -> Iterator[Ints]:
    """All gaps round history, and where parts are files, in each of them round it once more."""
    height, ids = history.pooled.height, history.part_ids
    sizes = history.part_rows
    starts = np.cumsum(sizes) - sizes
    for _ in range(PLACEMENTS):
        moved = (rows + rng.integers(1, height)) % height
        if not history.is_cut:
            part = ids[moved]
            around = rng.integers(0, sizes)[part]
            moved = starts[part] + (moved - starts[part] + around) % sizes[part]
        yield moved
