"""`dmaic run` of the phases, as a process of its own: output, why recursions stop, exit codes."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from dmaic_assets_tests.cli.shell import Finished, dmaic_here
from dmaic_assets_tests.work.conftest import csv_of, make_project

Call = Callable[..., Finished]
UNITS = {"amount": lambda n: f"{10 + (n * 37) % 100}.5{' min' if n % 5 == 0 else ''}"}
CONTROL_OFF = "phases: {control: {enabled: false}}\n"


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Four clean files that were judged, and one with units that waits."""
    made = make_project(tmp_path_factory.mktemp("phases"))
    for number in range(4):
        made.drop(f"{number}.csv", csv_of(1000 * number))
    made.run()
    made.drop("units.csv", csv_of(9000, rows=400, **UNITS))
    made.platform.close()
    path = made.root / "config" / "dmaic.yaml"
    path.write_text(f"{path.read_text()}\n{CONTROL_OFF}recursion: {{max_iterations: 2}}\n")
    return made.root


@pytest.fixture(scope="module")
def measured(shop: Path) -> Finished:
    return dmaic_here("run", "--phase", "measure", "--json", cwd=shop)


@pytest.fixture(scope="module")
def recursion(shop: Path, measured: Finished) -> Any:
    assert measured.code == 0
    ran = dmaic_here("run", "--until-plateau", "--json", cwd=shop)
    assert (ran.code, ran.err) == (0, "")
    return ran.json


@pytest.fixture
def stopping(shop: Path) -> Callable[[str], None]:
    """Sets what stops a recursion."""
    path = shop / "config" / "dmaic.yaml"
    before = path.read_text()

    def rules(text: str) -> None:
        head, _, _ = before.partition("recursion:")
        path.write_text(f"{head}recursion: {text}\n")

    yield rules  # pyright: ignore[reportReturnType] - a fixture that puts things back
    path.write_text(before)


def test_measure_prints_one_document_and_nothing_else(measured: Finished) -> None:
    assert (measured.code, measured.err) == (0, "")
    found = measured.json
    assert set(found["phases_elapsed_s"]) == {"define", "measure"}
    assert (found["files_judged"], found["phases_computed"]) == (1, 2)
    assert found["skipped_changes"] == []
    phases = found["per_source"]["orders"]
    assert list(phases) == ["define", "measure"]
    assert phases["measure"]["metrics"]["defects"] == found["metrics"]["defects"] == 80
    assert phases["measure"]["is_memoized"] is False
    assert phases["measure"]["computed_in_run"] == found["run_id"]


def test_a_recursion_chains_its_runs_and_applies_what_it_promotes(recursion: Any) -> None:
    state, (first, second) = recursion["recursion"], recursion["runs"]

    assert state["runs"] == [first["run_id"], second["run_id"]]
    assert (state["is_stopped"], state["rule"]) == (True, "max_iterations")
    assert state["reason"] == "2 runs are the most that are allowed"
    assert state["promoted"] == [1.0, 0.0]
    assert state["sigma"][1] > state["sigma"][0]
    assert (first["files_judged"], second["files_judged"]) == (0, 5)
    assert second["per_source"]["orders"]["improve"]["metrics"]["changes_active"] == 1.0


@pytest.mark.parametrize(
    ("rules", "expected"),
    [
        ("{stop_rules: [{name: target, metric: sigma, at_least: 1}]}", ("target", "of 1")),
        ("{stop_rules: [{name: budget, max_elapsed_s: 0.001}]}", ("budget", "are spent")),
        (
            "{stop_rules: [{name: plateau, min_delta: 9, patience: 1}]}",
            ("plateau", "not risen by 9"),
        ),
        (
            "{stop_rules: [{name: metric_improvement_plateau, min_delta: 9, window: 1}]}",
            ("metric_improvement_plateau", "differs by less than 9"),
        ),
    ],
)
def test_each_stop_rule_ends_a_resumed_recursion_with_its_reason(
    shop: Path,
    call: Call,
    recursion: Any,
    stopping: Callable[[str], None],
    rules: str,
    expected: tuple[str, str],
) -> None:
    stopping(rules)
    key = recursion["recursion"]["recursion_id"]

    ran = call("run", "--resume", key, "--json", cwd=shop)

    state = ran.json["recursion"]
    assert (ran.code, state["is_stopped"], state["rule"]) == (0, True, expected[0])
    assert expected[1] in state["reason"]
    assert ran.json["runs"] == [], "nothing runs once a rule holds"


def test_a_resumed_recursion_goes_on_where_it_was(
    shop: Path, call: Call, recursion: Any, stopping: Callable[[str], None]
) -> None:
    stopping("{max_iterations: 3}")
    key = recursion["recursion"]["recursion_id"]

    ran = call("run", "--resume", key, cwd=shop)

    lines = ran.out.splitlines()
    assert ran.code == 0
    assert "0 files judged in" in lines[0]
    assert "4 phases in" in lines[0]
    assert [word.split()[0] for word in lines[1].split(", ")] == [
        *("define", "measure", "analyze", "improve")
    ]
    assert lines[-1].startswith(f"recursion {key} ended: ")


@pytest.mark.parametrize(
    ("arguments", "words"),
    [
        (("--resume", "nothing"), "no recursion of that id has run"),
        (("--phase", "gate_verdict", "--until-plateau"), "is no phase of a recursion"),
        (("--phase", "improove"), "improove"),
        (("--phase", "measure", "--source", "nobody"), "nobody"),
        (("--phase", "measure", "--on-conflict", "overwrite"), "overwrite without force"),
    ],
)
def test_what_cannot_be_run_is_bad_input(
    shop: Path, call: Call, arguments: tuple[str, ...], words: str
) -> None:
    ran = call("run", *arguments, "--json", cwd=shop)

    assert (ran.code, ran.out) == (2, "")
    assert ran.error["error"] == "BadInput"
    assert words in ran.error["detail"]
    assert ran.error["hint"]


def test_a_charter_that_cannot_be_read_is_bad_input(shop: Path, call: Call) -> None:
    path = shop / "config" / "charters" / "orders.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text("goaal: fewer\n")
    try:
        ran = call("run", "--phase", "define", "--json", cwd=shop)
    finally:
        path.unlink()

    assert (ran.code, ran.out) == (2, "")
    assert "goaal" in ran.error["detail"]
    assert "orders.yaml" in ran.error["detail"]
