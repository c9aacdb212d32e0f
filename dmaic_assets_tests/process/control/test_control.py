"""Control: the trend of failures, and masters that no bound allows."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import Rule
from dmaic_assets.process.control.control import alarm_id, failure_trend
from dmaic_assets.process.measure.seeded_defects import seed_defects


@pytest.mark.parametrize(("held", "files"), [([], 8), ([8], 8), ([7, 8], 8), ([3], 8)])
def test_too_few_failures_have_no_trend(held: list[int], files: int) -> None:
    assert failure_trend(held, files) is None


def test_failures_that_become_rarer_are_told() -> None:
    found = failure_trend([1, 2, 3, 4, 5], 60)

    assert found is not None
    assert found.direction == "improving"


def test_an_alarm_keeps_its_name() -> None:
    assert alarm_id("s", "a.validity", "f") == alarm_id("s", "a.validity", "f")
    assert alarm_id("s", "a.validity", "f") != alarm_id("s", "a.validity", "g")


def test_a_bound_beyond_what_a_column_holds_is_not_broken_on_purpose() -> None:
    frame = pl.DataFrame({"n": list(range(100))})
    rule = Rule("n.range", "range", ("n",), "high", "learnt", {"max": 9 * 10**18})

    seeded = seed_defects(frame, [rule], share=0.1, rng=np.random.default_rng(1))

    assert not any(seeded.truth())
