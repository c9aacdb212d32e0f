"""Numbers that only name things are no measures; where values lie is told of measures alone."""

from collections.abc import Sequence

import numpy as np
import pytest

from dmaic_assets.process.measure.column_values import ColumnValues
from dmaic_assets.process.measure.measure_columns import no_measure, value_spread

RNG = np.random.default_rng(7)
CLOCK = [100 * hour + minute for hour in range(24) for minute in range(0, 60, 5)]


def values_of(column: str, *files: Sequence[float] | np.ndarray) -> ColumnValues:
    parts = {f"{i}.csv": np.asarray(v, dtype=np.float64) for i, v in enumerate(files)}
    return ColumnValues(column, parts, None)


@pytest.mark.parametrize(
    ("column", "files", "kind"),
    [
        ("day", [range(1, 32)] * 3, "parts of a calendar"),
        ("orderMonth", [[1, 2, 12]], "parts of a calendar"),
        ("YEAR", [[2019, 2020]], "parts of a calendar"),
        ("started", [RNG.choice(CLOCK, 400)], "times of day"),
        ("logged", [np.array(CLOCK) * 100 + 30], "times of day"),
        ("booked", [[20260131, 20260201, 20251224]], "dates"),
        ("customer_id", [[5, 5, 9]], "identifiers or codes"),
        ("ZIP", [[1010, 4020]], "identifiers or codes"),
        ("ticket", [range(70), range(500, 570)], "identifiers or codes"),
        ("day", [[1.5, 2.25]], ""),
        ("days", [[10, 700, 800]], ""),
        ("month", [[-3, 40]], ""),
        ("number_of_rooms", [[1, 2, 2, 3]], ""),
        ("weight", [RNG.integers(0, 2400, 500)], ""),
        ("amount", [[3, 3, 8], [8, 1]], ""),
        ("amount", [], ""),
    ],
)
def test_a_column_is_told_from_names_and_values(
    column: str, files: Sequence[Sequence[float]], kind: str
) -> None:
    assert no_measure(values_of(column, *files)) == kind


def test_location_and_spread_are_told_within_and_between_files() -> None:
    found = value_spread("a.mix", values_of("a", [1, 2, 3], [5, 6, 7]))

    assert (found.median, found.files, found.values) == (4.0, 2, 6)
    assert found.sd_within == pytest.approx(1.0)
    assert (found.least_file_mean, found.greatest_file_mean) == (2.0, 6.0)
    assert found.newest_file_mean == 6.0


def test_files_of_one_value_have_no_spread_within() -> None:
    assert value_spread("a.mix", values_of("a", [1], [2])).sd_within is None
