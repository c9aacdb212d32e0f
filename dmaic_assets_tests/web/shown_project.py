"""A small project with something of everything that is shown, made without Dagster."""

from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path

from dmaic_assets.analysis.values.entropy import (
    Breach,
    ColumnUncertainty,
    ContractVerdict,
    EntropyValue,
    Reading,
    Resolution,
    TableUncertainty,
)
from dmaic_assets.model import Json
from dmaic_assets.phase_values.control import Alarm, Allowance, ControlValue
from dmaic_assets.settings.entropy import USE_CASES
from dmaic_assets.sixsigma.defects.reliability import mtbf
from dmaic_assets.store.artifacts import put_json, record_artifacts
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.runs import list_runs
from dmaic_assets_tests.hashmaps.laboratory import play_recorded
from dmaic_assets_tests.work.conftest import Project, csv_of, make_project

# A name that is a path and a page at once.
HOSTILE = "=x..%2f<img src=x onerror=alert(1)>.csv"
ALARM = Alarm("a1b2c3d4e5f6", "amount.range", "2.csv", "f" * 64, 0.2, 0.1, "", "words", "")
ANOTHER = replace(ALARM, id="b1b2c3d4e5f6", ctq="kind.in_set", owner="kim")


def shown_project(root: Path) -> Project:
    """Makes a project: two sources, a held file, an alarm, uncertainty, findings, and a play."""
    project = make_project(root)
    for number in range(4):
        project.drop(f"{number}.csv", csv_of(number * 100))
    project.drop("1.csv", csv_of(0), source="returns")
    project.run()
    project.drop(HOSTILE, csv_of(900, amount=lambda _: "<b>what</b>"))
    project.run()
    keep_uncertainty(project)
    keep(project, "control", "orders", {"value": control()})
    play(project.data / "hashmaps" / "plays" / "first.ndjson")
    play(project.data / "hashmaps" / "plays" / "second.ndjson")
    return project


def keep(project: Project, phase: str, source: str, content: Json) -> None:
    """Records an outcome of the newest run."""
    ref = put_json(project.platform.paths.artifacts, phase, content)
    run = list_runs(project.platform.ledger, 1)[0].run_id
    record_artifacts(project.platform.ledger, run, phase, [ref], source=source)


def keep_uncertainty(project: Project) -> None:
    """Records an outcome of the analysis of uncertainty."""
    keep(project, "entropy", "", {"value": to_json(uncertainty()), "findings": [{**FINDING}]})


FINDING: Mapping[str, Json] = {
    "table": "orders",
    "columns": ["amount"],
    "metric": "null_share",
    "value": {"$float": "nan"},
    "unit": "1",
    "text": "Something of orders.",
    "weight": "high",
    "evidence": {},
}


def uncertainty() -> EntropyValue:
    columns = {
        "amount": ColumnUncertainty(
            {"value": 0.7, "structural": 0.1},
            0.6,
            (Reading("null_ratio", "value", 0.7, "many values are missing"),),
        ),
        "<img src=x>": ColumnUncertainty({"value": 0.0}, 0.0),
    }
    contracts = tuple(
        ContractVerdict(use, "red", 0.5, (Breach("overall", 0.6, 0.5),), path=("fill them",))
        for use in USE_CASES
    )
    step = Resolution("fill", "amount", ("null_ratio",), ("value",), 0.3, "low", 0.3, "Fill it.")
    table = TableUncertainty(
        {"value": 0.7}, 0.6, "investigate", columns, resolutions=(step,), contracts=contracts
    )
    return EntropyValue({"orders": table}, 0.6, "investigate", {"drift": "no second file"})


def control() -> Json:
    return to_json(
        ControlValue(
            "orders",
            (),
            (ALARM, ANOTHER),
            mtbf(10.0, 1),
            None,
            (),
            Allowance(1.0, 1, 30.0, 1, 0.01, 0.5, 0.5),
        )
    )


def play(path: Path) -> None:
    """Writes the ticks of a short play, the last line of which is still being written."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = [tick.line() for tick in play_recorded().ticks]
    path.write_text("".join(f"{line}\n" for line in lines) + '{"schema": "metr')
