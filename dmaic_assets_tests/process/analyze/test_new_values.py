"""The cause of defects that are a new value is that value and its first file."""

from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from dmaic_assets.phase_values.analyze import AnalyzeValue, NewValue
from dmaic_assets.process.analyze.factor_table import MISSING
from dmaic_assets.process.analyze.factors import Factor
from dmaic_assets.process.analyze.new_values import new_values
from dmaic_assets_tests.process.shop import cycle
from dmaic_assets_tests.work.conftest import csv_of, make_project

NAMES = ["2.csv", "1.csv", "9.csv"]


def factor(name: str, values: Sequence[str]) -> Factor:
    levels = tuple(sorted(set(values)))
    return Factor(name, levels, np.array([levels.index(v) for v in values], dtype=np.int32))


def found(sky: Sequence[str], files: Sequence[str], bad: str) -> tuple[NewValue, ...]:
    defective = np.array([mark == "x" for mark in bad])
    return new_values(factor("sky", sky), factor("file", files), NAMES, defective)


FILES = ["2.csv", "2.csv", "1.csv", "1.csv", "9.csv", "9.csv"]


def test_a_value_that_came_with_a_file_is_named_with_it() -> None:
    sky = ["sun", "rain", "sun", "fog", "fog", "sun"]

    (fog,) = found(sky, FILES, "...xx.")

    assert fog == NewValue("sky", "fog", "1.csv", 2, 1.0)
    assert fog.words == "new value fog of sky since 1.csv"


def test_values_of_the_oldest_file_or_missing_ones_or_good_ones_are_not_new() -> None:
    assert found(["fog", "sun", "fog", "sun", "sun", "sun"], FILES, "x.x...") == ()
    assert found(["sun", "sun", MISSING, "sun", "sun", "sun"], FILES, "..x...") == ()
    assert found(["sun", "sun", "fog", "fog", "fog", "sun"], FILES, "..x...") == ()


def test_new_values_that_are_few_of_the_defects_are_not_the_cause() -> None:
    assert found(["sun", "rain", "sun", "fog", "rain", "sun"], FILES, "xxxx..") == ()


def test_without_the_column_or_files_nothing_is_told() -> None:
    defective = np.array([True])

    assert new_values(None, factor("file", ["1.csv"]), NAMES, defective) == ()
    assert new_values(factor("sky", ["fog"]), None, NAMES, defective) == ()


def test_the_value_is_told_and_not_what_rises_with_it(tmp_path: Path) -> None:
    made = make_project(tmp_path / "shop")
    sky = ("sun", "rain", "snow")
    dry: dict[str, Callable[[int], object]] = {
        "sky": lambda n: sky[n % 3],
        "rain_mm": lambda n: n % 30,
    }
    foggy = {**dry, "sky": lambda n: "fog" if n % 30 == 29 else sky[n % 3]}
    for day in range(6):
        made.drop(f"{day}.csv", csv_of(1000 * day, rows=300, **dry))
        made.run()
    made.drop("6.csv", csv_of(9000, rows=300, **foggy))

    result = cycle(made, until="analyze")

    value = result.of("orders", "analyze").output.value  # pyright: ignore
    assert isinstance(value, AnalyzeValue)
    made.platform.close()
    report = (made.data / "reports" / "orders" / "analysis.md").read_text()
    assert value.top_cause == "new value fog of sky since 6.csv"
    assert "New value fog of sky since 6.csv (100 % of these defects)." in report
    assert "| new value fog of sky since 6.csv | cause |" in report
