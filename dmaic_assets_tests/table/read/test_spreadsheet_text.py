"""A list of cells that somebody opens in a spreadsheet runs nothing."""

from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.gate.cells import write_cells
from dmaic_assets.table.read.spreadsheet_text import shown_as_text
from dmaic_assets.table.text_table import ROW


@pytest.mark.parametrize(
    "text", ["=1+1", "+1+1", "-1+cmd|' /C calc'!A0", "@SUM(A1)", "\t=1", "\r=1", "=", "-=1", "＝1"]
)
def test_what_starts_like_a_formula_is_text(text: str) -> None:
    assert shown_as_text(pl.DataFrame({"a": [text]}))["a"].to_list() == [f"'{text}"]


@pytest.mark.parametrize(
    "text",
    [
        "-5",
        "+3.5",
        "-1,234.50",
        "-1.234,50",
        "-.5",
        "-1e-9",
        "-12%",
        "-",
        "--",
        "a=b",
        "",
        " =",
        "5-",
    ],
)
def test_numbers_and_plain_text_stay(text: str) -> None:
    frame = pl.DataFrame({"a": [text, None], "n": [-5, 5]})

    assert shown_as_text(frame).equals(frame)


def test_the_list_of_failing_cells_is_safe(tmp_path: Path) -> None:
    cells = pl.DataFrame({ROW: [0], "column": ["=HYPERLINK(A1)"], "rule": ["not_null_a"]})

    write_cells(cells, tmp_path / "cells.csv")

    assert (tmp_path / "cells.csv").read_text() == (
        "row,column,rule\n0,'=HYPERLINK(A1),not_null_a\n"
    )
