"""Clusters and loops of rows: counted where they are made, none elsewhere; gudhi is asked for."""

import importlib.util

import numpy as np
import polars as pl
import pytest

from dmaic_assets.analysis.study import ALL_TABLES, Study
from dmaic_assets.analysis.tables import table_of_frame
from dmaic_assets.analysis.topology.homology import need_gudhi, shape_of
from dmaic_assets.analysis.values.topology import TopologyValue
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.analyses import AnalysisSettings
from dmaic_assets_tests.analysis.relationships.shop import NOW

ROWS = 2_500
NORMAL = np.random.default_rng(1).normal(0, 1, (ROWS, 3))
ANGLE = np.random.default_rng(2).uniform(0, 2 * np.pi, ROWS)
HALF = np.random.default_rng(3).random((ROWS, 1)) < 0.4
HAS_GUDHI = importlib.util.find_spec("gudhi") is not None
needs_gudhi = pytest.mark.skipif(not HAS_GUDHI, reason="the extra topology is not installed")


def table_of(points):
    return table_of_frame("t", pl.DataFrame(points, schema=["a", "b", "c"][: points.shape[1]]))


@needs_gudhi
@pytest.mark.parametrize(
    ("points", "counts"),
    [
        (NORMAL, (1, 0)),
        (np.exp(0.7 * NORMAL), (1, 0)),
        (NORMAL + 9 * HALF, (2, 0)),
        (np.c_[np.cos(ANGLE), np.sin(ANGLE)] + 0.1 * NORMAL[:, :2], (1, 1)),
    ],
)
def test_clusters_and_loops_are_those_that_were_made(points, counts):
    table = table_of(points)

    shape = shape_of(table, table.columns())

    assert (shape.clusters, shape.loops) == counts


@needs_gudhi
def test_rows_are_looked_at_where_settings_ask():
    frame = pl.DataFrame({"id": range(ROWS)}).hstack(
        pl.DataFrame(NORMAL + 9 * HALF, schema=["height", "weight", "amount"])
    )
    study = Study({"t": table_of_frame("t", frame)}, NOW, AnalysisSettings(homology=True))

    outcome = work_analyses(study, ["topology"])[Piece("topology", ALL_TABLES)]

    assert isinstance(outcome.value, TopologyValue)
    assert outcome.value.shapes["t"].clusters == 2
    assert "fall into 2 clusters by height, weight, amount" in outcome.findings[-1].text


@pytest.mark.parametrize("points", [NORMAL[:100], NORMAL[:, :1], 0 * NORMAL])
def test_too_few_rows_or_measures_have_no_shape(points):
    table = table_of(points)

    assert shape_of(table, table.columns()) is None


def test_what_is_missing_is_told_with_the_way_to_get_it(monkeypatch):
    monkeypatch.setattr(importlib.util, "find_spec", lambda _name: None)

    with pytest.raises(BadInputError, match="gudhi") as refusal:
        need_gudhi()
    assert "dmaic-assets[topology]" in refusal.value.fix
