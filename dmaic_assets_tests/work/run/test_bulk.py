"""What a run computes, what it does not, and where files and rows are afterwards."""

import json
from collections import Counter

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import AssetOutcome, Cell
from dmaic_assets.store.ledger.record.runs import get_run, list_runs
from dmaic_assets.store.ledger.tasks.tasks import tasks_of_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run import cell_outcomes
from dmaic_assets.work.run.cell_outcomes import cell_result
from dmaic_assets_tests.work.conftest import Project, csv_of


def decisions(result: object) -> Counter[str]:
    cells = result.cells  # type: ignore[attr-defined]
    return Counter(v.decision for cell in cells for v in cell.verdicts)


def test_the_first_file_is_judged_without_history_and_says_so(project: Project) -> None:
    project.drop("a.csv", csv_of(0))

    result = project.run()

    assert result is not None
    (verdict,) = result.cells[0].verdicts
    assert verdict.decision == "accept"
    assert verdict.baseline_files == 0
    assert any("history" in note.lower() for note in verdict.notes)
    assert project.accepted_ids() == list(range(100))


def test_a_second_run_has_nothing_to_do(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()

    assert project.plan().is_empty
    assert project.run() is None
    assert len(list_runs(project.platform.ledger)) == 1


def test_a_later_file_is_judged_by_rules_learnt_from_those_before_it(project: Project) -> None:
    for number in range(3):
        project.drop(f"day{number}.csv", csv_of(number * 1000))

    result = project.run()

    assert result is not None
    verdicts = result.cells[0].verdicts
    assert [v.baseline_files for v in verdicts] == [0, 1, 2]


def test_one_new_file_is_the_only_one_that_is_worked_on(project: Project) -> None:
    for number in range(3):
        project.drop(f"day{number}.csv", csv_of(number * 1000))
    project.run()
    project.drop("day3.csv", csv_of(3000))

    plan = project.plan()
    result = project.run()

    assert [f.file.path.name for f in plan.work] == ["day3.csv"]
    assert result is not None
    assert [f.path.name for f in result.cells[0].files] == ["day3.csv"]
    outcome = next(o for o in result.cells[0].outcomes if o.asset == "profile")
    assert (outcome.metadata["files"], outcome.metadata["files_computed"]) == (4, 1)


def test_known_content_under_another_name_is_a_duplicate_and_not_loaded(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("copy.csv", csv_of(0))

    plan = project.plan()

    assert plan.is_empty
    assert [d.file.path.name for d in plan.duplicates] == ["copy.csv"]
    assert project.accepted_ids() == list(range(100))


def test_changed_content_at_a_known_path_replaces_the_old_rows(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", csv_of(500))

    project.run()

    assert project.accepted_ids() == list(range(500, 600))
    assert project.plan().is_empty
    withdrawn = list((project.data / "archive" / "withdrawn").rglob("*.parquet"))
    assert len(withdrawn) == 1


def test_a_rejected_replacement_leaves_the_last_good_rows_alone(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", b"")

    result = project.run()

    assert result is not None
    assert decisions(result) == {"reject": 1}
    assert project.accepted_ids() == list(range(100))


def test_an_older_state_that_comes_back_is_not_computed_again(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", csv_of(500))
    project.run()
    project.drop("a.csv", csv_of(0))

    result = project.run()

    assert result is not None
    assert project.accepted_ids() == list(range(100))
    profile = next(o for o in result.cells[0].outcomes if o.asset == "profile")
    assert profile.is_memoized


def test_a_file_that_cannot_be_read_is_held_with_its_reason_and_stops_no_other(
    project: Project,
) -> None:
    project.drop("bad.csv", b"")
    project.drop("good.csv", csv_of(0))

    result = project.run()

    assert result is not None
    assert decisions(result) == {"accept": 1, "reject": 1}
    (reason,) = (project.data / "quarantine" / "orders").rglob("reason.json")
    assert (reason.parent / "bad.csv").read_bytes() == b""
    assert json.loads(reason.read_text())["verdict"]["decision"] == "reject"
    assert not (project.data / "incoming" / "orders" / "bad.csv").exists()


def test_failing_rows_are_set_apart_with_their_raw_text(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("b.csv", csv_of(1000, amount=lambda n: "soon" if n == 3 else f"{n}.5"))

    result = project.run()

    assert result is not None
    assert decisions(result) == {"quarantine": 1}
    assert len(project.accepted_ids()) == 199
    (rows,) = (project.data / "quarantine").rglob("rows.parquet")
    import polars as pl

    held = pl.read_parquet(rows)
    assert held["amount"].to_list() == ["soon"]
    assert held["id"].to_list() == ["1003"]


def test_a_hand_rule_judges_known_files_again_and_only_the_verdict_onwards(
    project: Project,
) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    (project.root / "config" / "rules" / "orders.yaml").write_text(
        "source: orders\nrules:\n  - id: small_ids\n    kind: range\n    columns: [id]\n"
        "    parameters: {max: 97}\n    severity: high\n    origin: hand\n"
    )

    plan = project.plan()
    result = project.run()

    assert "raw_file" not in plan.work[0].reasons
    assert "hand-written rules" in plan.work[0].reasons["rule_set"]
    assert result is not None
    assert result.cells[0].verdicts[0].quarantined == 2
    assert project.accepted_ids() == list(range(98))
    profile = next(o for o in result.cells[0].outcomes if o.asset == "profile")
    assert profile.is_memoized


def test_a_held_file_that_passes_by_a_changed_rule_is_released(project: Project) -> None:
    rules = project.root / "config" / "rules" / "orders.yaml"
    rule = (
        "source: orders\nrules:\n  - id: few_rows\n    kind: row_count\n    columns: []\n"
        "    parameters: {max: %d}\n    severity: critical\n    origin: hand\n"
    )
    rules.write_text(rule % 50)
    project.drop("a.csv", csv_of(0))
    held = project.run()
    rules.write_text(rule % 500)

    released = project.run()

    assert held is not None
    assert decisions(held) == {"reject": 1}
    assert released is not None
    assert decisions(released) == {"accept": 1}
    assert (project.data / "incoming" / "orders" / "a.csv").is_file()
    assert not list((project.data / "quarantine").rglob("*.csv"))
    assert project.accepted_ids() == list(range(100))
    assert project.plan().is_empty


def test_a_deleted_accepted_file_is_written_again(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    (path,) = (project.data / "warehouse" / "accepted").rglob("*.parquet")
    before = path.read_bytes()
    path.unlink()

    plan = project.plan()
    project.run()

    assert "gone or changed" in plan.work[0].reasons["accepted_rows"]
    assert path.read_bytes() == before
    assert project.plan().is_empty


def test_a_tampered_accepted_file_is_noticed(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    (path,) = (project.data / "warehouse" / "accepted").rglob("*.parquet")
    before = path.read_bytes()
    path.write_bytes(before[:-1] + b"x")

    project.run()

    assert path.read_bytes() == before


def test_force_computes_everything_again_to_the_same_bytes(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    (path,) = (project.data / "warehouse" / "accepted").rglob("*.parquet")
    before = path.read_bytes()

    result = project.run(RunRequest(force=True))

    assert result is not None
    assert not any(o.is_memoized for o in result.cells[0].outcomes)
    assert path.read_bytes() == before
    assert project.plan().is_empty


def test_a_branch_writes_beside_and_changes_nothing_else(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    first = project.run()
    before = project.arrivals()["a.csv"].settled_run

    result = project.run(RunRequest(on_conflict="branch"))

    assert first is not None
    assert result is not None
    assert result.run_id == f"{first.run_id}-b1"
    branch = project.data / "branches" / result.run_id / "warehouse" / "accepted" / "orders"
    assert len(list(branch.glob("*.parquet"))) == 1
    assert project.arrivals()["a.csv"].settled_run == before
    assert project.plan().is_empty


def test_overwriting_needs_force() -> None:
    with pytest.raises(BadInputError, match="overwrite without force"):
        RunRequest(on_conflict="overwrite")


def test_a_removed_file_is_noticed_once_and_keeps_its_rows(project: Project) -> None:
    path = project.drop("a.csv", csv_of(0))
    project.drop("b.csv", csv_of(1000))
    project.run()
    path.unlink()

    plan = project.plan()
    project.run()

    assert [a.name for a in plan.removed] == ["a.csv"]
    assert project.plan().is_empty
    assert len(project.accepted_ids()) == 200
    assert project.arrivals()["a.csv"].disposition == "removed"


def test_a_removed_file_gives_its_rows_back_when_the_source_says_so(project: Project) -> None:
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - name: orders\n    on_removed: withdraw\n"
    )
    project.reload()
    path = project.drop("a.csv", csv_of(0))
    project.drop("b.csv", csv_of(1000))
    project.run()
    path.unlink()

    project.run()

    assert project.accepted_ids() == list(range(1000, 1100))


def test_a_removed_file_that_comes_back_is_accepted_again(project: Project) -> None:
    (project.root / "config" / "sources.yaml").write_text(
        "sources:\n  - name: orders\n    on_removed: withdraw\n"
    )
    project.reload()
    path = project.drop("a.csv", csv_of(0))
    project.run()
    path.unlink()
    project.run()
    project.drop("a.csv", csv_of(0))

    project.run()

    assert project.accepted_ids() == list(range(100))
    assert project.plan().is_empty


def test_landed_files_go_to_the_archive_when_the_settings_say_so(project: Project) -> None:
    project.reload(runs={"landing": "archive"})
    project.drop("a.csv", csv_of(0))

    result = project.run()

    assert result is not None
    (archived,) = (project.data / "archive").rglob("a.csv")
    assert archived.read_text() == csv_of(0)
    assert result.run_id in str(archived)
    assert not list((project.data / "incoming").rglob("*.csv"))
    assert project.plan().is_empty


def test_a_threshold_given_for_the_run_decides(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("b.csv", csv_of(1000, amount=lambda n: "soon" if n == 3 else f"{n}.5"))

    result = project.run(RunRequest(threshold=100.0, sources=("orders",)))

    assert result is not None
    assert "reject" in decisions(result)


def test_unrelated_settings_change_no_key(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()

    project.reload(runs={"workers": 7}, schedules={"sensor_interval_s": 9})

    assert project.plan().is_empty


def test_an_unknown_source_is_refused_by_name(project: Project) -> None:
    with pytest.raises(BadInputError, match="nowhere: no such source"):
        project.plan(RunRequest(sources=("nowhere",)))


def test_profiling_alone_judges_and_stores_nothing(project: Project) -> None:
    project.drop("a.csv", csv_of(0))

    result = project.run(RunRequest(assets=("raw_file", "column_types", "profile")))

    assert result is not None
    assert {o.asset for o in result.cells[0].outcomes} <= {
        "raw_file",
        "rule_set",
        "column_types",
        "profile",
    }
    assert project.accepted_ids() == []
    assert "gate_verdict" in project.plan().work[0].reasons


def test_an_interrupted_run_is_taken_up_by_the_next(project: Project) -> None:
    from dmaic_assets.work.run.bulk import open_run

    project.drop("a.csv", csv_of(0))
    left = open_run(project.platform, project.plan(), RunRequest())

    result = project.run()

    assert result is not None
    assert decisions(result) == {"accept": 1}
    assert tasks_of_run(project.platform.ledger, left) == []
    assert get_run(project.platform.ledger, result.run_id).status == "succeeded"


def test_every_run_knows_what_it_came_to(project: Project) -> None:
    project.drop("a.csv", csv_of(0))

    result = project.run()

    assert result is not None
    totals = get_run(project.platform.ledger, result.run_id).totals
    assert (totals["files"], totals["rows_accepted"], totals["accept"]) == (1, 100, 1)


def test_rule_files_and_mirrors_are_there_after_a_run(project: Project) -> None:
    project.drop("a.csv", csv_of(0))

    project.run()

    assert (project.root / "config" / "rules" / "orders.yaml").is_file()
    for name in ("runs.csv", "metrics.parquet", "dq_logs.jsonl"):
        assert (project.data / "ledger" / name).is_file()


def test_an_archived_file_is_not_replaced_by_the_next_delivery_of_its_name(
    project: Project,
) -> None:
    project.reload(runs={"landing": "archive"})
    project.drop("latest.csv", csv_of(0))
    project.run()
    project.drop("latest.csv", csv_of(500))

    project.run()

    assert project.accepted_ids() == [*range(100), *range(500, 600)]


def test_what_one_file_holds_constant_may_differ_in_the_next(project: Project) -> None:
    for month in range(1, 5):
        period = {"month": lambda _n, m=month: m, "batch": lambda _n, m=month: f"B{m}"}
        project.drop(f"m{month}.csv", csv_of(month * 1000, **period))

    result = project.run()

    assert result is not None
    assert decisions(result) == {"accept": 4}


def test_a_profile_of_a_file_that_was_never_judged_is_not_measured_twice(project: Project) -> None:
    request = RunRequest(assets=("raw_file", "column_types", "profile"))
    project.drop("a.csv", csv_of(0))
    project.run(request)

    assert project.plan(request).is_empty
    assert not project.plan().is_empty


def test_a_held_file_that_is_judged_again_stays_where_it_is(project: Project) -> None:
    project.drop("bad.csv", b"id,kind\n1,\x00\n" * 3)
    project.drop("empty.csv", b"")
    project.run()
    held = sorted(p.name for p in (project.data / "quarantine").rglob("*.csv"))

    for _ in range(2):
        project.run(RunRequest(force=True))

    assert "empty.csv" in held
    assert sorted(p.name for p in (project.data / "quarantine").rglob("*.csv")) == held


def test_the_same_bytes_in_two_sources_are_stored_for_both(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.run()
    project.drop("a.csv", csv_of(0), source="sales")

    project.run()

    assert project.accepted_ids("sales") == project.accepted_ids("orders") == list(range(100))


def test_a_file_that_stays_held_is_still_known_after_judging_again(project: Project) -> None:
    project.drop("a.csv", csv_of(0))
    project.drop("bad.csv", b"")
    project.run()
    project.run(RunRequest(force=True))

    names = [f.file.path.name for f in project.plan().files]

    assert sorted(names) == ["a.csv", "bad.csv"]


def test_a_cell_of_a_long_history_speaks_of_all_files_and_lists_the_newest(
    project: Project, monkeypatch: pytest.MonkeyPatch
) -> None:
    for number in range(4):
        project.drop(f"{number}.csv", csv_of(number * 100))
    project.run()
    project.drop("4.csv", "id,kind\n1,2,3,4\n5\n")
    cell, worked = Cell(project.run().run_id, "orders"), {}

    whole = cell_result(project.platform, cell, worked=worked)
    monkeypatch.setattr(cell_outcomes, "SHOWN_FILES", 2)
    short = cell_result(project.platform, cell, worked=worked)

    assert len(whole.outcomes) == len(short.outcomes) == 7
    for one, other in zip(whole.outcomes, short.outcomes, strict=True):
        listed = {"table", "paths", "malformed", "files_computed"}
        assert sums(one, without=listed) == sums(other, without=listed), one.asset
    (verdicts,) = [o.metadata for o in short.outcomes if o.asset == "gate_verdict"]
    assert len(verdicts["table"]) == 2
    assert verdicts["decisions"] == {"accept": 4, "quarantine": 0, "reject": 1}


def sums(outcome: AssetOutcome, *, without: set[str]) -> dict[str, object]:
    return {name: value for name, value in outcome.metadata.items() if name not in without}
