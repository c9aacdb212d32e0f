"""Phases over a real project: known ones are taken, changed ones computed, all of it recorded."""

from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.process.cycle.phases_of_a_run import CycleResult
from dmaic_assets.process.recursion.recursion import recursion_state
from dmaic_assets.store.artifacts import is_intact, list_artifacts
from dmaic_assets.store.codec import to_json
from dmaic_assets.store.ledger.record.metrics import list_metrics
from dmaic_assets.store.ledger.record.runs import finish_run, list_phases, list_runs
from dmaic_assets_tests.process.conftest import orders
from dmaic_assets_tests.work.conftest import Project

Run = Callable[..., CycleResult]


def reports(project: Project) -> dict[str, bytes]:
    folder = project.data / "reports"
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def computed(result: CycleResult) -> set[tuple[str, str]]:
    return {(r.source, r.phase) for r in result.results if not r.is_memoized}


def charter_of(project: Project, text: str) -> Path:
    path = project.platform.paths.charters / "orders.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    return path


def test_the_second_run_computes_nothing_and_its_reports_are_the_same(
    judged: Project, phases: Run
) -> None:
    first = phases()
    before = reports(judged)

    second = phases()

    assert (first.computed, second.computed) == (6, 0)
    assert {r.computed_in_run for r in second.results} == {first.run_id}
    assert reports(judged) == before
    assert {"orders/charter.md", "orders/measure.md", "orders/analysis.md"} <= set(before)
    assert first.metrics == second.metrics


def test_computing_again_gives_the_same_bytes(judged: Project, phases: Run) -> None:
    first, before = phases(), reports(judged)

    again = phases(recompute=True)

    assert again.computed == 6
    assert [r.version for r in again.results] == [r.version for r in first.results]
    assert reports(judged) == before


def test_a_phase_draws_the_same_rows_when_those_before_it_are_known(
    judged: Project, phases: Run
) -> None:
    phases("orders", until="measure")
    alone = phases("orders").of("orders", "analyze")

    together = phases("orders", recompute=True).of("orders", "analyze")

    assert alone is not None
    assert together is not None
    assert alone.version == together.version


def test_every_phase_leaves_metrics_artifacts_and_hashes(judged: Project, phases: Run) -> None:
    for result in (phases(), phases()):
        ledger = judged.platform.ledger
        rows = list_phases(ledger, result.run_id)

        assert [(row.phase, row.seq) for row in rows] == [
            ("define", 1),
            ("measure", 2),
            ("analyze", 3),
        ]
        for row in rows:
            assert row.status == "succeeded"
            assert len(row.inputs_hash or "") == len(row.outputs_hash or "") == 64
            assert row.finished_at is not None
            made = list_artifacts(ledger, result.run_id, phase=row.phase)
            assert {source for _, source, _ in made} == {"orders", "returns"}
            assert all(is_intact(judged.platform.paths.artifacts, ref) for *_, ref in made)
            metrics = list_metrics(ledger, run_id=result.run_id)
            assert {m.source for m in metrics if m.phase == row.phase} == {"", "orders", "returns"}
        assert any(m.phase == "run" and m.metric == "sigma" for m in metrics)


def test_hashes_of_a_known_run_are_those_of_the_first(judged: Project, phases: Run) -> None:
    first, second = (
        [(r.inputs_hash, r.outputs_hash) for r in list_phases(judged.platform.ledger, run_id)]
        for run_id in (phases().run_id, phases().run_id)
    )

    assert first == second


def test_a_new_file_computes_only_the_phases_of_its_source(judged: Project, phases: Run) -> None:
    phases()
    judged.drop("day_10.csv", orders(10))
    judged.run()

    assert {source for source, _ in computed(phases())} == {"orders"}


def test_a_charter_computes_define_and_what_follows(judged: Project, phases: Run) -> None:
    phases()
    charter_of(judged, "ctqs: [{id: amount.completeness, upper_limit: 0.5, owner: finance}]\n")

    result = phases()

    assert computed(result) == {("orders", p) for p in ("define", "measure", "analyze")}
    found = next(
        c
        for c in to_json(result.of("orders", "measure").output.value)["ctqs"]  # pyright: ignore
        if c["id"] == "amount.completeness"
    )
    assert (found["upper_limit"], found["is_within_limit"]) == (0.5, True)
    assert "To be answered by finance." in (judged.data / "reports/orders/analysis.md").read_text()


def test_an_owner_in_the_configuration_reaches_the_charter(judged: Project, phases: Run) -> None:
    phases()
    path = judged.root / "config" / "sources.yaml"
    path.write_text("sources:\n  - {name: orders, owner: sales@example.com}\n")
    judged.reload()

    result = phases()

    assert ("orders", "define") in computed(result)
    assert ("returns", "define") not in computed(result)
    assert "sales@example.com" in (judged.data / "reports/orders/charter.md").read_text()


def test_a_report_that_somebody_deleted_comes_back(judged: Project, phases: Run) -> None:
    phases()
    path = judged.data / "reports" / "orders" / "measure.md"
    before = path.read_bytes()
    path.unlink()

    assert phases().computed == 0
    assert path.read_bytes() == before


def test_a_bad_charter_fails_the_phase_and_is_told(judged: Project, phases: Run) -> None:
    charter_of(judged, "drop: [amount.taste]\n")

    with pytest.raises(BadInputError, match="drop: there is no CTQ"):
        phases()

    ledger = judged.platform.ledger
    told = [list_phases(ledger, run.run_id) for run in list_runs(ledger)]
    assert [(p.phase, p.status) for found in told for p in found] == [("define", "failed")]


def test_a_phase_that_is_off_is_not_counted_and_its_inputs_still_matter(
    judged: Project, phases: Run
) -> None:
    path = judged.root / "config" / "dmaic.yaml"
    path.write_text(path.read_text().replace("phases: {", "phases: {define: {enabled: false}, "))
    judged.reload()
    first = phases()
    charter_of(judged, "ctqs: [{id: amount.completeness, upper_limit: 0.5}]\n")

    second = phases()

    rows = list_phases(judged.platform.ledger, first.run_id)
    assert [(row.phase, row.seq) for row in rows] == [("measure", 1), ("analyze", 2)]
    assert ("orders", "measure") in computed(second)


def test_a_changed_parameter_computes_its_phase_only(judged: Project, phases: Run) -> None:
    phases()
    path = judged.root / "config" / "dmaic.yaml"
    path.write_text(path.read_text().replace("phases: {", "phases: {analyze: {method: anova}, "))
    judged.reload()

    result = phases()

    assert {phase for _, phase in computed(result)} == {"analyze"}
    value = result.of("orders", "analyze").output.value  # pyright: ignore
    first = value.causes[0]  # pyright: ignore
    assert first.causes[0].words == "file = day_9.csv"  # pyright: ignore
    omegas = [cause.score for cause in first.causes]  # pyright: ignore
    assert omegas == sorted(omegas, reverse=True)


def test_the_cause_of_the_missing_amounts_is_found(phases: Run) -> None:
    result = phases()

    causes = result.of("orders", "analyze").output.value.causes[0]  # pyright: ignore
    assert causes.ctq == "amount.completeness"  # pyright: ignore
    assert causes.causes[0].words == "file = day_9.csv and kind = south"  # pyright: ignore
    assert ("source", "orders") in result.causes().causes[0].group


def test_capability_is_measured_on_rows_that_were_set_apart_too(
    judged: Project, phases: Run
) -> None:
    charter_of(judged, "ctqs: [{id: amount.validity, lower_spec: 0, upper_spec: 120}]\n")

    result = phases("orders")

    (found,) = to_json(result.of("orders", "measure").output.value)["capability"]  # pyright: ignore
    assert (found["column"], found["values"], found["files"]) == ("amount", 1_375, 7)  # pyright: ignore


def test_learnt_limits_give_no_capability_and_the_report_says_how_to_declare_some(
    judged: Project, phases: Run
) -> None:
    value = to_json(phases("orders").of("orders", "measure").output.value)  # pyright: ignore
    assert value["capability"] == []
    assert [s["column"] for s in value["spread"]] == ["amount"]  # pyright: ignore
    advice = (judged.data / "reports" / "orders" / "measure.md").read_text()
    entry = advice.partition("```yaml\n")[2].partition("```")[0]

    charter_of(judged, entry.replace("LOW", "0").replace("HIGH", "120"))
    value = to_json(phases("orders").of("orders", "measure").output.value)  # pyright: ignore

    (found,) = value["capability"]  # pyright: ignore
    assert (found["column"], found["upper_spec"]) == ("amount", 120)  # pyright: ignore
    assert value["spread"] == []


def test_a_recursion_knows_its_runs_their_sum_and_when_to_stop(
    judged: Project, phases: Run
) -> None:
    ids: list[str] = []
    for number in range(3):
        chained = {"parent": ids[-1]} if ids else {}
        ids.append(phases(recursion="20260101T000000Z-rab", **chained).run_id)
        finish_run(judged.platform.ledger, ids[-1], status="succeeded", totals={})
        state = recursion_state(judged.platform, "20260101T000000Z-rab")
        assert [run.run_id for run in state.runs] == ids
        assert state.stop.is_stop is (number == 2), "patience is two runs"

    assert state.newest is not None
    assert state.newest.run_id == ids[2]
    assert len({point.key.sigma for point in state.points}) == 1
    assert state.deltas["sigma"] == 0.0
    assert state.cumulative["defects"] == 25.0
    assert state.to_json()["rule"] == "plateau"


def test_an_unknown_recursion_has_no_run(judged: Project) -> None:
    state = recursion_state(judged.platform, "nothing")

    assert (state.newest, state.deltas, state.stop.is_stop) == (None, {}, False)


def test_a_held_file_without_rows_stops_no_phase(judged: Project, phases: Run) -> None:
    judged.drop("empty.csv", "id,kind,size,amount\n")
    judged.run()

    found = phases("orders")

    assert judged.arrivals()["empty.csv"].disposition == "rejected"
    assert {result.phase for result in found.results} == {"define", "measure", "analyze"}


def test_a_source_without_files_is_passed_over(phases: Run) -> None:
    assert {r.source for r in phases("orders", "visits").results} == {"orders"}


def test_cycle_times_are_metrics_of_the_run_and_no_part_of_the_report(
    judged: Project, phases: Run
) -> None:
    first, second = phases("orders"), phases("orders")

    for result in (first, second):
        found = result.of("orders", "measure").output.metrics  # pyright: ignore
        assert 0 < found["cycle_time_s"] <= found["cycle_time_p95_s"] < 600  # pyright: ignore
        recorded = list_metrics(judged.platform.ledger, run_id=result.run_id, phase="run")
        assert {m.metric: m.value for m in recorded}["cycle_time_s"] == found["cycle_time_s"]
    assert second.computed == 0
    assert "cycle" not in (judged.data / "reports/orders/measure.md").read_text()
