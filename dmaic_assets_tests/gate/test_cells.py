"""Which cells fail: one line per blamed column, and the CSV of them."""

from pathlib import Path

from dmaic_assets.gate.cells import failing_cells, no_cells, write_cells
from dmaic_assets.table.text_table import ROW
from dmaic_assets_tests.gate.tables import judged, table, typed
from dmaic_assets_tests.rules.frames import rule

SOURCE = typed(
    table(
        {"a": ["1", "1", "x", "4"], "b": ["p", "p", "q", None]},
        malformed=[1],
    ),
    a="integer",
)
RULES = (
    rule("unique", "a", "b", id="key"),
    rule("duplicate_rows", id="copies"),
    rule("not_null", "b", id="there"),
    rule("row_count", max=1, id="rows"),
    rule("column_pair", "b", "b2", id="unused"),
)


def test_every_failing_cell_is_listed_by_row_column_and_rule() -> None:
    cells = judged(SOURCE, *RULES).cells()

    assert cells.columns == [ROW, "column", "rule"]
    assert cells.rows() == [
        (0, "a", "key"),
        (0, "b", "key"),
        (1, "", "sanity.malformed_rows"),
        (2, "a", "key"),
        (2, "b", "key"),
        (2, "", "copies"),
        (3, "a", "sanity.type.a"),
        (4, "b", "there"),
    ]


def test_the_csv_has_the_promised_header(tmp_path: Path) -> None:
    judgement = judged(SOURCE, rule("not_null", "b", id='say "no", please'))

    write_cells(judgement.cells(), tmp_path / "cells.csv")
    write_cells(no_cells(), tmp_path / "none.csv")

    assert (tmp_path / "cells.csv").read_text(encoding="utf-8") == (
        'row,column,rule\n1,"",sanity.malformed_rows\n3,a,sanity.type.a\n4,b,"say ""no"", please"\n'
    )
    assert (tmp_path / "none.csv").read_text(encoding="utf-8") == "row,column,rule\n"


def test_no_outcome_means_no_cell() -> None:
    assert failing_cells(SOURCE.table, []).height == 0
