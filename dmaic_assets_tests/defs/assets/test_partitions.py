import dagster as dg
import pytest

from dmaic_assets.defs.assets.partitions import cell_of, key_of, register_cells, tags_of
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Cell

RUN = "20261121T041500Z__abc1234-2"


def test_a_cell_survives_the_way_through_its_key():
    cell = Cell(RUN, "orders_eu-2")

    assert cell_of(str(key_of(cell))) == cell
    assert str(key_of(cell)) == cell.partition_key


def test_the_tags_are_those_that_dagster_writes_itself():
    cell = Cell(RUN, "orders")

    assert tags_of(cell) == {
        f"dagster/partition/{k}": v for k, v in key_of(cell).keys_by_dimension.items()
    }


@pytest.mark.parametrize("key", ["", "orders", "|orders", "R|", "R|a|b"])
def test_a_key_that_is_no_cell_is_refused(key):
    with pytest.raises(BadInputError, match="not a partition of the grid"):
        cell_of(key)


def test_cells_are_registered_once(instance: dg.DagsterInstance):
    cells = [Cell("R1", "a"), Cell("R1", "b"), Cell("R2", "a")]

    register_cells(instance, cells)
    register_cells(instance, cells)
    register_cells(instance, [])

    assert sorted(instance.get_dynamic_partitions("run")) == ["R1", "R2"]
    assert sorted(instance.get_dynamic_partitions("source")) == ["a", "b"]
