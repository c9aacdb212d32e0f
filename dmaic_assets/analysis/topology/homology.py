"""Clusters and loops of a table's rows as points: persistent homology, where people ask for it.

What belongs here: from measures to counts. It needs the library gudhi (extra `topology`).

Sources: Edelsbrunner, Letscher and Zomorodian 2002 for persistence; Bobrowski and Skraba 2023, "A
universal null-distribution for topological data analysis", for which loops are more than chance.
"""

import importlib
from collections.abc import Sequence
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray

from dmaic_assets.analysis.tables import Table
from dmaic_assets.analysis.values.topology import Shape
from dmaic_assets.errors import BadInputError

Floats = NDArray[np.float64]

# Rows without which a shape says nothing, and rows that are looked at: a seeded sample beyond.
_LEAST_ROWS, _MOST_ROWS, _SEED = 200, 2_000, 60
# Measures that make a point: among more, all points are about equally far from each other.
_MOST_MEASURES = 8
# The sparsest tenth of the rows, by the distance of a neighbour, is left out: single rows far away
# are no parts of the shape.
_NEIGHBOUR, _KEPT = 16, 0.9
# Points that stand for the rows, each as far from those before it as can be: bounds the triangles.
_POINTS = 120
# A part is apart when it joins the others at so many times the usual distance of points.
_APART = 3.0
# Chance that any loop is told of rows without one; loops without which chance is not known.
_ALPHA, _FEWEST_LOOPS = 0.05, 5


def need_gudhi() -> None:
    """Refuses to go on without the library.

    Raises:
        BadInputError: It is not installed.
    """
    from importlib.util import find_spec

    if find_spec("gudhi") is None:
        fix = "Install it: pip install 'dmaic-assets[topology]', or set it to false."
        raise BadInputError(
            "analyses.homology", "needs the library gudhi, which is not installed", fix
        )


def shape_of(table: Table, measures: Sequence[str]) -> Shape | None:
    """Counts clusters (b0) and loops (b1) of a table's rows as points of its measures.

    Args:
        table: The table.
        measures: Its measures, of which the first ones are taken.

    Returns:
        None for fewer than two measures that vary, or too few different complete rows.
    """
    points, names = _points(table, measures[:_MOST_MEASURES])
    if points is None:
        return None
    marks = _landmarks(points)
    away = np.linalg.norm(marks[:, None] - marks[None], axis=2)
    parts, rings = _bars(away)
    usual = float(np.median(parts))
    return Shape(
        names,
        len(points),
        1 + int((parts > _APART * usual).sum()),
        int((_chances(rings) * len(rings) < _ALPHA).sum()) if len(rings) >= _FEWEST_LOOPS else 0,
    )


def _points(table: Table, measures: Sequence[str]) -> tuple[Floats | None, tuple[str, ...]]:
    """Different complete rows in units of each measure's quartiles, the sparsest left out."""
    from scipy.spatial import KDTree

    wanted = [pl.col(name).cast(pl.Float64) for name in measures]
    frame = table.rows(measures).select(wanted).drop_nulls()
    rows = frame.filter(pl.all_horizontal(pl.all().is_finite())).unique(maintain_order=True)
    if len(measures) < 2 or rows.height < _LEAST_ROWS:
        return None, ()
    values = rows.sample(min(rows.height, _MOST_ROWS), seed=_SEED).to_numpy()
    low, middle, high = np.quantile(values, [0.25, 0.5, 0.75], axis=0)
    varies = high > low
    if int(varies.sum()) < 2:
        return None, ()
    scaled = ((values - middle) / np.where(varies, high - low, 1.0))[:, varies]
    far = np.asarray(KDTree(scaled).query(scaled, k=_NEIGHBOUR)[0])[:, -1]
    names = tuple(name for name, kept in zip(measures, varies, strict=True) if kept)
    return scaled[far <= np.quantile(far, _KEPT)], names


def _landmarks(points: Floats) -> Floats:
    chosen = [0]
    away = np.linalg.norm(points - points[0], axis=1)
    while len(chosen) < min(_POINTS, len(points)) and away.max() > 0:
        chosen.append(int(away.argmax()))
        away = np.minimum(away, np.linalg.norm(points - points[chosen[-1]], axis=1))
    return points[chosen]


def _bars(away: Floats) -> tuple[Floats, Floats]:
    """The distances at which parts join, and birth and death of every loop."""
    # The library has no types, and is not there where nobody asked for it.
    gudhi: Any = importlib.import_module("gudhi")
    # Beyond the radius that holds all points, nothing is left to be found.
    rips = gudhi.RipsComplex(distance_matrix=away, max_edge_length=float(away.max(axis=1).min()))
    tree = rips.create_simplex_tree(max_dimension=2)
    tree.compute_persistence()
    parts = np.asarray(tree.persistence_intervals_in_dimension(0), np.float64).reshape(-1, 2)
    rings = np.asarray(tree.persistence_intervals_in_dimension(1), np.float64).reshape(-1, 2)
    return parts[np.isfinite(parts[:, 1]), 1], rings[np.isfinite(rings[:, 1])]


def _chances(rings: Floats) -> Floats:
    """The chance of each loop's life: logarithms of logarithms of death over birth are Gumbel's."""
    life = np.log(np.maximum(np.log(rings[:, 1] / rings[:, 0]), 1e-12))
    return np.exp(-np.exp(life - life.mean() - np.euler_gamma))
