"""The table of factors: its rows, their coding, and samples that keep every defective row."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.process.analyze.factor_table import FactorTable, factor_table, factors_of
from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.evidence import FileEvidence
from dmaic_assets_tests.process.evidence_of_tables import file_of, source_of, with_rows


def table_of(frames: dict[str, pl.DataFrame], files: list[FileEvidence], most: int) -> FactorTable:
    return factor_table(
        source_of(*files),
        lambda file: with_rows(frames[file.arrival.name]),
        max_rows=most,
        rng=np.random.default_rng(0),
    )


def levels(factor: Factor) -> list[str]:
    return [factor.levels[code] for code in factor.codes]


def test_files_are_put_one_after_the_other_with_their_failing_rows() -> None:
    frames = {n: pl.DataFrame({"kind": ["x", "y"] * 5}) for n in ("a", "b")}
    files = [
        file_of("a", cells=[(3, "kind", "r")]),
        file_of("b", cells=[(0, "kind", "r"), (0, "kind", "other")]),
    ]

    table = table_of(frames, files, 1_000)

    assert np.flatnonzero(table.defective(["r"])).tolist() == [3, 10]
    assert np.flatnonzero(table.defective(["other"])).tolist() == [10]
    by_name = {f.name: f for f in table.factors}
    assert levels(by_name["file"]) == ["a"] * 10 + ["b"] * 10
    assert levels(by_name["place in the file"])[:3] == ["0-10 %", "10-20 %", "20-30 %"]
    assert "schema version" not in by_name, "one level explains nothing"
    assert table.sampled_from is None


def test_another_set_of_columns_is_another_schema_version() -> None:
    frames = {
        "a": pl.DataFrame({"kind": ["x", "y"] * 5}),
        "b": pl.DataFrame({"kind": ["x", "y"] * 5, "size": ["S"] * 10}),
    }

    table = table_of(frames, [file_of("a"), file_of("b")], 1_000)

    by_name = {f.name: f for f in table.factors}
    assert len(by_name["schema version"].levels) == 2
    assert levels(by_name["size"]) == ["(missing)"] * 10 + ["S"] * 10


def test_a_sample_keeps_every_defective_row_and_says_what_it_stands_for() -> None:
    frames = {"a": pl.DataFrame({"kind": [f"k{n % 3}" for n in range(5_000)]})}
    bad = list(range(7, 5_000, 50))
    files = [file_of("a", rows=5_000, cells=[(n, "kind", "r") for n in bad])]

    table = table_of(frames, files, 1_000)

    assert (table.rows, table.sampled_from) == (1_000, 5_000)
    assert table.defective(["r"]).sum() == len(bad)
    kinds = next(f for f in table.factors if f.name == "kind")
    found = [kinds.levels[c] for c in kinds.codes[table.defective(["r"])]]
    assert found == [f"k{n % 3}" for n in bad]


def test_a_file_that_cannot_be_read_has_no_rows() -> None:
    table = table_of({}, [file_of("a", raw={"problem": "no text"})], 1_000)

    assert (table.rows, table.factors) == (0, ())


def test_a_column_at_fault_is_left_out_with_all_its_codings() -> None:
    frames = {"a": pl.DataFrame({"n": [float(v % 40) for v in range(400)], "k": ["x", "y"] * 200})}

    table = table_of(frames, [file_of("a", rows=400)], 1_000)

    assert [f.name for f in table.without(["n"])] == ["place in the file", "k"]


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pl.Series("c", ["a", "b"] * 10), {"c": 2}),
        (pl.Series("c", [None, "b"] * 10), {"c": 2}),
        (pl.Series("c", [str(n) for n in range(20)]), {}),
        (pl.Series("c", ["same"] * 20), {}),
        (pl.Series("c", [True, False] * 10), {"c": 2}),
        (pl.Series("c", [1, 2, 3, 4] * 5), {"c": 4}),
        (pl.Series("c", [float(n) for n in range(100)]), {"c (tenth)": 10}),
        (pl.Series("c", [[1], [2]] * 10), {}),
        (
            pl.Series("c", ["2026-01-01", "2026-02-02"] * 10).str.to_date(),
            {"c (month)": 2, "c (weekday)": 2},
        ),
    ],
)
def test_columns_are_coded_by_what_they_hold(values: pl.Series, expected: dict[str, int]) -> None:
    found = {f.name: len(f.levels) for f in factors_of(values.to_frame())}

    assert found == expected


def test_tenths_hold_a_tenth_each_and_missing_values_stay_apart() -> None:
    values = pl.Series("c", [*map(float, range(1_000)), None, None, float("inf")])

    (factor,) = factors_of(values.to_frame())

    counts = dict(zip(factor.levels, np.bincount(factor.codes).tolist(), strict=True))
    assert counts.pop("(missing)") == 2
    assert len(counts) == 10
    assert all(99 <= count <= 102 for count in counts.values())


def test_rare_levels_are_put_together() -> None:
    values = pl.Series("c", [f"v{n % 300:03}" for n in range(3_000)])

    (factor,) = factors_of(values.to_frame())

    assert len(factor.levels) == 201
    assert "(other)" in factor.levels


def test_moments_that_no_calendar_has_have_no_month():
    days = pl.Series("due", [*range(40), 2**31 - 1], dtype=pl.Int32).cast(pl.Date)

    found = {f.name: len(f.levels) for f in factors_of(days.to_frame())}

    assert set(found) == {"due (month)", "due (weekday)"}
