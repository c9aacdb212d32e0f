"""Phases tell new alarms once, and levels that surely fell; a slow fall adds up."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from dmaic_assets.model import PhaseName
from dmaic_assets.phase_values.control import Alarm, ControlValue
from dmaic_assets.process.cycle.phase import AnyOutput, PhaseOutput
from dmaic_assets.process.cycle.phase_alerts import tell_of_phases
from dmaic_assets.process.cycle.phase_memo import PhaseResult
from dmaic_assets.settings.project import load_settings
from dmaic_assets.sixsigma.defects.reliability import mtbf
from dmaic_assets.store.ledger.record.alerts import Alert, list_alerts
from dmaic_assets.store.ledger.record.metrics import record_metrics
from dmaic_assets.work.run.platform import Platform, open_platform
from dmaic_assets_tests.phase_values.made import measure_value
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_run


@pytest.fixture
def clock() -> HandClock:
    return HandClock()


@pytest.fixture
def platform(tmp_path: Path, clock: HandClock) -> Iterator[Platform]:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").write_text("alerts: {enabled: true}\n")
    opened = open_platform(load_settings(tmp_path, environment={}), clock=clock)
    yield opened
    opened.close()


def result(phase: PhaseName, output: AnyOutput) -> PhaseResult:
    return PhaseResult(
        source="orders",
        phase=phase,
        output=output,
        key="k",
        version="v",
        code_version="c",
        is_memoized=False,
        computed_in_run="run",
        artifacts=(),
    )


def alarm(number: int, *, ctq: str = "orders.amount", cause: str = "") -> Alarm:
    name = f"{number}.csv"
    return Alarm(f"{number:012d}", ctq, name, "a" * 64, 0.1 * number, 0.05, "kim", "words", cause)


def control(*alarms: Alarm) -> PhaseResult:
    value = ControlValue("orders", (), alarms, mtbf(10.0, 1), None, ())
    return result("control", PhaseOutput(value))


def told(platform: Platform, *results: PhaseResult) -> list[Alert]:
    """The alerts that a run with these results raises."""
    before = len(list_alerts(platform.ledger))
    tell_of_phases(platform, a_run(platform.ledger).run_id, results)
    found = list_alerts(platform.ledger)
    return found[: len(found) - before]


def test_new_alarms_of_a_chart_are_one_alert(platform: Platform) -> None:
    (first,) = told(platform, control(alarm(1), alarm(2), alarm(9, cause="strike")))

    assert first.title == "orders: 2 alarms of orders.amount"
    assert dict(first.facts) == {
        "files": "1.csv, 2.csv",
        "worst": "20.00 % defective, limit 5.0 %",
        "owner": "kim",
    }
    assert first.items == ("000000000001", "000000000002")
    assert first.commands[0] == "dmaic alarms ack 000000000001 --cause TEXT"
    assert told(platform, control(alarm(1), alarm(2))) == []
    (second,) = told(platform, control(alarm(1), alarm(2), alarm(3)))
    assert second.items == ("000000000003",)


def level(
    platform: Platform, clock: HandClock, sigma: float | None, *, width: float = 0.02
) -> list[Alert]:
    """A run that measures a level, and what it tells."""
    clock.move(hours=1)
    run = a_run(platform.ledger)
    metrics = (
        {"sigma": None, "sigma_lower": None, "sigma_upper": None}
        if sigma is None
        else {"sigma": sigma, "sigma_lower": sigma - width, "sigma_upper": sigma + width}
    )
    record_metrics(platform.ledger, run.run_id, "measure", "orders", metrics)
    before = len(list_alerts(platform.ledger))
    output = PhaseOutput(measure_value(), (), metrics)
    tell_of_phases(platform, run.run_id, [result("measure", output)])
    found = list_alerts(platform.ledger)
    return found[: len(found) - before]


def test_a_level_that_fell_is_told_once(platform: Platform, clock: HandClock) -> None:
    assert level(platform, clock, 4.5) == []
    assert level(platform, clock, 4.4) == []

    (fall,) = level(platform, clock, 4.2)

    assert (fall.title, fall.severity) == ("orders: sigma level fell from 4.50 to 4.20", "high")
    assert level(platform, clock, 4.2) == []
    assert level(platform, clock, None) == []
    assert level(platform, clock, 4.4) == []
    assert [a.title for a in level(platform, clock, 3.9)] == [
        "orders: sigma level fell from 4.40 to 3.90"
    ]


def test_a_slow_fall_adds_up(platform: Platform, clock: HandClock) -> None:
    falls = [len(level(platform, clock, 4.5 - 0.1 * step)) for step in range(7)]

    assert falls == [0, 0, 0, 1, 0, 0, 1]


def test_a_level_within_its_uncertainty_fell_nowhere(platform: Platform, clock: HandClock) -> None:
    assert level(platform, clock, 4.5, width=0.4) == []
    assert level(platform, clock, 3.9, width=0.4) == []


def test_where_alerts_are_off_phases_tell_nothing(tmp_path: Path, clock: HandClock) -> None:
    (tmp_path / "config").mkdir()
    (tmp_path / "config" / "dmaic.yaml").touch()
    quiet = open_platform(load_settings(tmp_path, environment={}), clock=clock)

    assert told(quiet, control(alarm(1))) == []
    quiet.close()
