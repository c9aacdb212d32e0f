"""Texts that are no values, nulls that follow no rule, and measures of two units are told."""

from collections.abc import Mapping
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import polars as pl
import pytest

from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.standalone import read_typed
from dmaic_assets.analysis.study import Study
from dmaic_assets.analysis.working import Piece, work_analyses
from dmaic_assets.settings.analyses import AnalysisSettings, ColumnOverride

N = 400


def sales() -> dict[str, list[str | None]]:
    """Clean columns, as a file spells them."""
    rng = np.random.default_rng(4)
    status = rng.choice(["open", "sent", "lost"], N, p=[0.2, 0.6, 0.2])
    drawn = {
        "region": rng.choice(["north", "south", "east"], N),
        "status": status,
        "sent_by": np.where(status == "sent", rng.choice(["Ann", "Bob", "Eve"], N), None),
        "weight_kg": np.round(rng.lognormal(0.5, 0.5, N) + 0.1, 3),
        "amount": np.round(rng.lognormal(4, 0.8, N), 2),
        "paid_on": np.datetime64("2024-01-01") + rng.integers(0, 300, N),
    }
    return {
        name: [None if v is None else str(v) for v in values.tolist()]
        for name, values in drawn.items()
    }


def told(
    folder: Path, columns: Mapping[str, list[str | None]], said: Mapping[str, ColumnOverride]
) -> dict[tuple[str, ...], Finding]:
    """What asks for a look, by measure and columns."""
    path = folder / "sales.csv"
    pl.DataFrame(columns).write_csv(path)
    study = Study(
        {"sales": read_typed(path)},
        datetime(2024, 12, 1, tzinfo=UTC),
        AnalysisSettings(columns=said),
    )
    found = work_analyses(study, ["statistical_quality"])
    findings = found[Piece("statistical_quality", "sales")].findings
    return {(f.metric, *f.columns): f for f in findings if f.weight != "info"}


def spoilt(column: str, values: list[str | None], where: pl.Series | None = None) -> dict:
    """Clean columns with some cells of one replaced, one in ten from a seed or where it is said."""
    data = sales()
    rows = (
        np.random.default_rng(7).choice(N, N // 10, replace=False).tolist()
        if where is None
        else where.arg_true().to_list()
    )
    for place, row in enumerate(rows):
        data[column][row] = values[place % len(values)]
    return data


def test_clean_columns_and_nulls_that_follow_a_status_are_silent(tmp_path: Path) -> None:
    assert told(tmp_path, sales(), {}) == {}


@pytest.mark.parametrize(
    ("column", "kind"), [("weight_kg", "decimal"), ("paid_on", "date"), ("amount", "decimal")]
)
def test_texts_that_are_no_values_of_the_type_are_counted(
    tmp_path: Path, column: str, kind: str
) -> None:
    found = told(tmp_path, spoilt(column, ["see note", "error"]), {})

    (finding,) = found.values()
    assert (finding.metric, finding.columns, finding.weight) == (
        "misfit_share",
        (column,),
        "medium",
    )
    assert f"40 of 400 values of sales.{column} (10.0 %) are no {kind}" in finding.text
    assert "'see note'" in finding.text


def test_misfits_of_a_sensitive_column_are_counted_and_not_shown(tmp_path: Path) -> None:
    said = {"sales.amount": ColumnOverride(is_sensitive=True)}
    found = told(tmp_path, spoilt("amount", ["see note"]), said)

    assert "see note" not in found["misfit_share", "amount"].text


def test_words_for_a_missing_value_among_values_are_told(tmp_path: Path) -> None:
    found = told(tmp_path, spoilt("region", ["unknown", "TBD", "N/A", "?"]), {})

    (finding,) = found.values()
    assert (finding.metric, finding.columns, finding.value) == ("missing_words", ("region",), 30)
    assert "4 ways" in finding.text


def test_one_spelling_of_null_all_over_a_file_is_its_custom(tmp_path: Path) -> None:
    data = {n: [v or "NA" for v in values] for n, values in sales().items()}

    assert told(tmp_path, data, {}) == {}


def test_nulls_anywhere_are_told_once_for_columns_that_miss_the_same_rows(tmp_path: Path) -> None:
    data = spoilt("amount", [None])
    data["paid_on"] = [
        p if a else None for p, a in zip(data["paid_on"], data["amount"], strict=True)
    ]
    found = told(tmp_path, data, {})

    assert list(found) == [("null_share", "amount", "paid_on")]
    assert "no other column tells in which" in found["null_share", "amount", "paid_on"].text


def test_nulls_of_one_slice_or_one_stretch_of_the_rows_say_where(tmp_path: Path) -> None:
    regions = pl.Series(sales()["region"])
    thin = pl.Series(np.arange(N) % 8 == 0)
    by_slice = told(tmp_path, spoilt("amount", [None], (regions == "east") & thin), {})
    late = pl.Series(np.arange(N) >= 0.9 * N) & pl.Series(np.arange(N) % 2 == 0)
    by_place = told(tmp_path, spoilt("amount", [None], late), {})

    assert "nearly all of them where region is east" in by_slice["null_share", "amount"].text
    assert "through the rows" in by_place["null_share", "amount"].text


@pytest.mark.parametrize("is_slice", [False, True])
def test_a_measure_of_two_units_names_the_factor(tmp_path: Path, *, is_slice: bool) -> None:
    data = sales()
    east = [region == "east" for region in data["region"]]
    wrong = east if is_slice else (np.random.default_rng(3).random(N) < 0.05).tolist()
    weights = zip(data["weight_kg"], wrong, strict=True)
    data["weight_kg"] = [str(float(w or 0) * 1000) if is_wrong else w for w, is_wrong in weights]
    found = told(tmp_path, data, {})

    mixes = [f for (metric, *_), f in found.items() if metric == "mixed_units"]
    assert [(f.columns[0], f.evidence["factor"]) for f in mixes] == [("weight_kg", 1000)]


def test_pounds_in_one_region_are_told_from_the_unit_that_the_column_names(tmp_path: Path) -> None:
    data = sales()
    rng = np.random.default_rng(6)
    even = np.round(rng.normal(5, 0.5, N), 2)
    east = np.array([region == "east" for region in data["region"]])
    data["weight_kg"] = [str(w) for w in np.where(east, np.round(even * 2.20462, 2), even)]
    found = told(tmp_path, data, {})

    mix = found["mixed_units", "weight_kg", "region"]
    assert mix.evidence["factor"] == pytest.approx(2.20462)
    assert "where region is east" in mix.text


@pytest.mark.parametrize("every", [2.5, 4])
def test_texts_among_dates_are_misfits_although_the_column_is_read_as_text(
    tmp_path: Path, every: float
) -> None:
    rows = pl.Series(np.arange(N) % (2 * every) < 2)
    found = told(tmp_path, spoilt("paid_on", ["see note"], rows), {})

    (finding,) = found.values()
    assert finding.metric == "misfit_share"
    assert f"{rows.sum()} of 400 values of sales.paid_on" in finding.text
    assert "are no date" in finding.text


def test_codes_that_are_no_dates_are_no_misfits(tmp_path: Path) -> None:
    codes = {"code": [f"{n:05}" if n % 5 > 1 else f"K-{n}" for n in range(N)]}

    assert told(tmp_path, {**sales(), **codes}, {}) == {}


def test_hours_and_minutes_in_one_number_are_of_one_unit(tmp_path: Path) -> None:
    rng = np.random.default_rng(9)
    minutes = rng.choice([*range(1, 60)] + [*range(360, 1439)] * 4, 2_000)
    clock = [str(m // 60 * 100 + m % 60) for m in minutes]
    units = [str(m // 60 * 100 + m % 60 + 40 * (m % 60 > 30)) for m in minutes]
    rows = {"trip": [f"T{n:05}" for n in range(2_000)]}

    found = told(tmp_path, {**rows, "arrival": clock, "distance": units}, {})

    assert [key for key in found if key[0] == "mixed_units"] == [("mixed_units", "distance")]
