"""Phase values as the last version stored them are read, and written back to the letter."""

import json
from pathlib import Path

import pytest

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import PHASES, PhaseName
from dmaic_assets.phase_values.analyze import AnalyzeValue
from dmaic_assets.phase_values.control import ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.phase_values.measure import MeasureValue
from dmaic_assets.phase_values.read import read_value
from dmaic_assets.store.codec import to_json

STORED = Path(__file__).parent / "stored"


def stored(phase: PhaseName):
    return json.loads((STORED / f"{phase}.json").read_text())


@pytest.mark.parametrize("phase", list(PHASES))
def test_a_stored_value_is_read_and_written_back_exactly(phase: PhaseName) -> None:
    assert to_json(read_value(phase, stored(phase))) == stored(phase)


def test_what_define_fixed_is_read_by_its_fields() -> None:
    value = read_value("define", stored("define"))

    assert isinstance(value, DefineValue)
    assert value.charter.stakeholders == ("kim", "bo")
    assert next(c for c in value.ctqs if c.has_specification).upper_spec == 120.0


def test_what_could_not_be_measured_has_no_figures() -> None:
    value = read_value("measure", stored("measure"))

    assert isinstance(value, MeasureValue)
    assert [c.figures is None for c in value.ctqs] == [False, False, True]
    assert [(c.figures is None, c.reason) for c in value.capability] == [
        (False, None),
        (True, "fewer than 20 values"),
    ]


def test_a_cause_that_analyze_found_is_read_with_its_words() -> None:
    value = read_value("analyze", stored("analyze"))

    assert isinstance(value, AnalyzeValue)
    assert value.top_cause == "new value JFK of dest since departures-2013-02-w3.csv"
    assert value.causes[0].causes[0].words == "file = departures-2013-02-w3.csv"
    assert value.causes[0].slice_trends[0].course in {"trend", "hidden", "compensating"}


def test_a_pilot_without_rules_says_nothing_of_them() -> None:
    value = read_value("improve", stored("improve"))

    assert isinstance(value, ImproveValue)
    assert [p.pilot.fewer_violations is None for p in value.proposals] == [False, True, False]
    assert value.promotions[0].parameters["unit"] == "min"


def test_what_control_signals_is_read_by_its_fields() -> None:
    value = read_value("control", stored("control"))

    assert isinstance(value, ControlValue)
    assert [a.file for a in value.open_alarms] == ["bad.csv"]
    assert {c.state for c in value.charts} == {"signals", "in control"}


def test_control_before_there_was_a_budget_is_still_read() -> None:
    value = read_value("control", {k: v for k, v in stored("control").items() if k != "budget"})

    assert isinstance(value, ControlValue)
    assert value.budget is None


def test_a_value_that_lacks_what_the_phase_gives_is_refused() -> None:
    with pytest.raises(InvariantError, match="ctqs"):
        read_value("define", {"source": "orders"})
