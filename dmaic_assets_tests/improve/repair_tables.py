"""Tables of a few clinics whose every column is there because it is repaired or must not be."""

import numpy as np
import polars as pl

PLACES = {
    "10": ("birmingham", "jefferson", "35233"), "11": ("montgomery", "autauga", "36104"),
    "12": ("anchorage", "matanuska", "99501"), "13": ("sacramento", "placer", "95814"),
    "14": ("louisville", "bullitt", "40202"), "15": ("kalamazoo", "allegan", "49001"),
}  # fmt: skip


def clinics(rows: int = 600) -> pl.DataFrame:
    """Clean: `city`, `county` and `zip` follow from `clinic`; `price` is a plain number."""
    rng = np.random.default_rng(5)
    ids = rng.choice(list(PLACES), rows).tolist()
    return pl.DataFrame(
        {
            "row": [str(i) for i in range(rows)],
            "clinic": ids,
            "city": [PLACES[i][0] for i in ids],
            "county": [PLACES[i][1] for i in ids],
            "zip": [PLACES[i][2] for i in ids],
            "price": [f"{n:.1f}5" for n in rng.uniform(5, 90, rows)],
        }
    )


def changed(frame: pl.DataFrame, name: str, cells: dict[int, str | None]) -> pl.DataFrame:
    """The table with other values in some rows of one column."""
    values = frame[name].to_list()
    for row, value in cells.items():
        values[row] = value
    return frame.with_columns(pl.Series(name, values, dtype=pl.String))


def misspelt(frame: pl.DataFrame, name: str, every: int = 20) -> pl.DataFrame:
    """The table with an x in every nth value of a column, at a place that moves on."""
    values = frame[name].to_list()
    cells = {
        row: values[row][: row // every % 5] + "x" + values[row][row // every % 5 + 1 :]
        for row in range(0, frame.height, every)
    }
    return changed(frame, name, cells)
