"""Improve over a real source: what is promoted, what waits, what is never proposed again."""

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

import pytest

from dmaic_assets.improve.changes import Change, Promotion, promote, retired
from dmaic_assets.improve.changes_file import save_changes
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.process.control.chart_fleet import ChartFleet
from dmaic_assets.process.cycle.phase import PhaseOutput
from dmaic_assets.process.cycle.phase_memo import PhaseResult
from dmaic_assets.process.cycle.phases_of_a_run import CycleResult, work_phases
from dmaic_assets.process.cycle.source_work import SourceWork
from dmaic_assets.process.evidence import work_of
from dmaic_assets.process.improve.cost_benefit import Standing, standing_of
from dmaic_assets.process.improve.improve import improve_source
from dmaic_assets.process.improve.pilot_table import pilot_tables
from dmaic_assets.process.improve.promotions import apply_promotions, known_changes
from dmaic_assets.process.improve.proposals import IN_FORCE, NARROWER, WAITS
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.people.source_changes import changes_path
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run
from dmaic_assets_tests.work.conftest import KINDS, Project, csv_of, make_project

AMOUNT, KIND = "amount.number_format.unit", "kind.typo"
UNITS = {
    "amount": lambda n: f"{10 + (n * 37) % 100}.5{' min' if n % 5 == 0 else ''}",
    "kind": lambda n: "nroth" if n % 16 == 8 else KINDS[n % 4],
}


@pytest.fixture(scope="module")
def project(tmp_path_factory):
    made = make_project(tmp_path_factory.mktemp("improve"))
    for number in range(4):
        made.drop(f"{number}.csv", csv_of(1000 * number))
    made.run()
    made.drop("units.csv", csv_of(9000, rows=400, **UNITS))
    made.run()
    yield made
    made.platform.close()


@pytest.fixture
def fresh(project: Project):
    """The project without a change file, whatever a test before left behind."""
    path = changes_path(project.platform.settings, "orders")
    path.unlink(missing_ok=True)
    yield project
    path.unlink(missing_ok=True)


@pytest.fixture(scope="module")
def work(project: Project) -> SourceWork:
    return SourceWork(
        project.platform,
        "orders",
        ChartFleet(project.platform.ledger),
        HiddenColumns(project.platform),
    )


@pytest.fixture(scope="module")
def tables(project: Project, work: SourceWork):
    return pilot_tables(
        work.evidence,
        lambda file: work_of(project.platform, file).table,
        max_rows=1_000,
        rng=work.rng,
    )


@pytest.fixture(scope="module")
def improved(work: SourceWork, tables):
    standing = standing_of(work.evidence, work.ctqs, work.history)

    def run(*known: Change, promotions: int = 1) -> tuple[PhaseOutput, tuple[Promotion, ...]]:
        settings = work.settings.improve.model_copy(update={"promotions_per_run": promotions})
        found = improve_source(work.evidence, tables, known, settings, standing)
        return found.output, found.promoted

    return run


def proposals(output: PhaseOutput) -> dict[str, dict[str, Any]]:
    return {p.id: to_json(p) for p in output.value.proposals}  # pyright: ignore


def as_changes(promotions: Sequence[Promotion]) -> tuple[Change, ...]:
    return promote((), promotions, source="orders", promoted_at="")


def test_the_best_is_promoted_and_the_others_that_are_proven_wait(improved) -> None:
    output, promoted = improved()

    found = proposals(output)
    assert [p.repair.id for p in promoted] == [AMOUNT]
    assert (found[KIND]["is_proven"], found[KIND]["is_promoted"]) == (True, False)
    assert found[KIND]["reason"] == WAITS.format(1)
    assert list(found) == sorted(found, key=lambda name: -found[name]["benefit_cells"])
    assert output.metrics["benefit_cells"] == found[AMOUNT]["benefit_cells"]


def test_as_many_are_promoted_as_the_settings_allow(improved) -> None:
    output, promoted = improved(promotions=2)

    assert [p.repair.id for p in promoted] == [AMOUNT, KIND]
    assert (output.metrics["promoted"], output.metrics["changes_active"]) == (2.0, 2.0)
    assert "waits" not in output.documents[0].text


def test_the_same_evidence_gives_the_same_bytes(improved) -> None:
    assert improved() == improved()


def test_what_people_retired_is_never_proposed_again(improved) -> None:
    _, promoted = improved(promotions=2)
    changes = [retired(c, reason="no") for c in as_changes(promoted) if c.id == AMOUNT]

    output, promoted = improved(*changes)

    assert AMOUNT not in proposals(output)
    assert [p.repair.id for p in promoted] == [KIND]


def test_what_is_in_force_already_is_not_promoted_again(improved) -> None:
    _, promoted = improved()

    output, again = improved(*as_changes(promoted))

    assert [p.repair.id for p in again] == [KIND]
    assert proposals(output)[AMOUNT]["reason"] == IN_FORCE
    assert proposals(output)[AMOUNT]["is_promoted"] is False


def test_a_narrower_repair_does_not_replace_the_one_in_force(improved) -> None:
    _, promoted = improved()
    (change,) = as_changes(promoted)
    units = [*change.repair.parameters["units"], "hours"]  # pyright: ignore
    wider = replace(change.repair, parameters={**change.repair.parameters, "units": units})

    output, _ = improved(replace(change, repair=wider))

    assert proposals(output)[AMOUNT]["reason"] == NARROWER


@pytest.mark.parametrize(("defects", "is_bound"), [(1, True), (5_000, False)])
def test_a_level_without_defects_is_told_as_a_bound(
    work: SourceWork, tables, defects: int, is_bound: bool
) -> None:
    real = standing_of(work.evidence, work.ctqs, work.history)
    standing = replace(real, defects=defects, opportunities=10_000)

    found = improve_source(work.evidence, tables, (), work.settings.improve, standing)

    best = proposals(found.output)[found.promoted[0].repair.id]["benefit"]
    assert best["defects_removed"] > 0
    assert best["is_sigma_after_bound"] is is_bound
    assert ("to at least" in found.output.documents[0].text) is is_bound


def test_without_text_to_mend_nothing_is_proposed(work: SourceWork) -> None:
    found = improve_source(work.evidence, (), (), work.settings.improve, Standing(0, 0, 5))

    output = found.output
    assert found.promoted == ()
    assert output.value.proposals == ()
    assert output.metrics["uplift"] is None
    assert "There is no text with defects to mend." in output.documents[0].text


def phase_run(project: Project, *, recompute: bool = False) -> CycleResult:
    """Only the phases: no file is judged anew."""
    platform = project.platform
    run_id = open_run(platform, project.plan(), RunRequest())
    return work_phases(platform, run_id, ["orders"], until="improve", recompute=recompute)


def improve_of(result: CycleResult) -> PhaseResult:
    found = result.of("orders", "improve")
    assert found is not None
    return found


def test_only_what_a_run_adds_counts_as_promoted_in_it(fresh: Project) -> None:
    first = phase_run(fresh)
    assert [c.id for c in known_changes(fresh.platform, "orders")] == [AMOUNT]
    second = phase_run(fresh)
    # Files are as they were judged before; Improve of this run knows what the second one did.
    third = phase_run(fresh)

    found = [improve_of(r) for r in (first, second, third)]
    assert [r.output.metrics["promoted"] for r in found] == [1.0, 1.0, 0.0]
    for result, expected in zip((first, second, third), (1.0, 1.0, 0.0), strict=True):
        recorded = list_metrics(fresh.platform.ledger, run_id=result.run_id)
        told = {(m.phase, m.source): m.value for m in recorded if m.metric == "promoted"}
        keys = [("improve", "orders"), ("improve", ""), ("run", "")]
        assert told == dict.fromkeys(keys, expected)
    assert set(first.elapsed_s) == {"define", "measure", "analyze", "improve"}
    assert all(elapsed >= 0 for elapsed in first.elapsed_s.values())


def test_a_known_output_whose_changes_are_there_adds_and_counts_nothing(fresh: Project) -> None:
    output = improve_of(phase_run(fresh)).output
    path = changes_path(fresh.platform.settings, "orders")
    before = path.read_bytes()

    added = apply_promotions(fresh.platform, "orders", output.value)

    assert added == 0
    assert path.read_bytes() == before


def test_a_change_file_that_somebody_deleted_comes_back_from_the_memo(fresh: Project) -> None:
    phase_run(fresh)
    changes_path(fresh.platform.settings, "orders").unlink()

    again = improve_of(phase_run(fresh))

    assert again.is_memoized
    assert again.output.metrics["promoted"] == 1.0
    assert [c.label for c in known_changes(fresh.platform, "orders")] == [f"{AMOUNT}@1"]


def test_promoting_what_was_retired_makes_the_next_version(fresh: Project) -> None:
    output = improve_of(phase_run(fresh)).output
    path = changes_path(fresh.platform.settings, "orders")
    (change,) = known_changes(fresh.platform, "orders")
    save_changes([retired(change, reason="no")], path, source="orders")

    added = apply_promotions(fresh.platform, "orders", output.value)

    assert added == 1
    assert [(c.label, c.status) for c in known_changes(fresh.platform, "orders")] == [
        (f"{AMOUNT}@1", "retired"),
        (f"{AMOUNT}@2", "active"),
    ]


def test_a_source_without_a_change_file_has_no_changes(fresh: Project) -> None:
    assert known_changes(fresh.platform, "orders") == ()
    assert (
        apply_promotions(fresh.platform, "orders", ImproveValue("orders", 0, 0, (), (), (), (), ()))
        == 0
    )
    assert not changes_path(fresh.platform.settings, "orders").exists()


def test_the_worst_file_is_piloted_alone_with_its_failing_cells(tables) -> None:
    (table,) = tables

    assert table.table.row_count == table.total_rows == 400
    assert table.total_defective == table.failing["row"].n_unique()
    texts = table.frame
    failing = table.failing.filter(column="amount")["row"]
    assert texts["amount"][failing.to_list()].str.ends_with(" min").all()
    assert table.reference is not None
    assert table.reference.columns == texts.columns
    assert not table.reference["amount"].str.contains("min").any()


def test_a_sample_keeps_failing_rows_first_and_knows_what_it_stands_for(
    project: Project, work: SourceWork
) -> None:
    def table_of(file):
        return work_of(project.platform, file).table

    (table,) = pilot_tables(work.evidence, table_of, max_rows=100, rng=work.rng)
    (again,) = pilot_tables(work.evidence, table_of, max_rows=100, rng=work.rng)

    assert (table.table.row_count, table.total_rows) == (100, 400)
    assert table.failing["row"].n_unique() == 50, "half of the room is for clean rows"
    assert table.frame.equals(again.frame)
    assert table.failing.equals(again.failing)


def test_cost_and_benefit_are_told_for_all_files(improved, work: SourceWork) -> None:
    output, _ = improved()

    found = proposals(output)[AMOUNT]
    cost, benefit = found["cost"], found["benefit"]
    # 80 amounts have a unit, of which about half were held out.
    assert 60 <= cost["cells_touched"] == cost["rows_changed"] <= 100
    assert 0 < cost["wrong_rows_upper"] < 0.05 * cost["rows_changed"]
    assert benefit["cells_mended"] == found["benefit_cells"]
    assert benefit["defects_removed"] == pytest.approx(80, rel=0.25)
    assert benefit["defects_removed_per_file"] == pytest.approx(benefit["defects_removed"] / 5)
    assert benefit["sigma_after"] > benefit["sigma_before"] > 0
    assert output.metrics["defects_removed"] == benefit["defects_removed"]
    row = next(r for r in output.documents[0].text.splitlines() if r.startswith(f"| {AMOUNT}"))
    assert f"({benefit['sigma_before']:.2f} to {benefit['sigma_after']:.2f})" in row


def test_the_cpu_time_of_a_promoted_repair_is_measured_and_no_part_of_the_output(
    fresh: Project,
) -> None:
    result = improve_of(phase_run(fresh, recompute=True))
    changes_path(fresh.platform.settings, "orders").unlink()
    again = improve_of(phase_run(fresh, recompute=True))

    assert result.output.metrics[f"cpu_s_per_1000_rows.{AMOUNT}"] > 0  # pyright: ignore
    assert "cpu_s" not in str(result.output.value)
    assert again.version == result.version
