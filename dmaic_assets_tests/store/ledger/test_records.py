"""Runs, memo records, artifacts, verdicts, metrics and their mirrors."""

import csv
import gzip
import hashlib
import json
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.errors import BadInputError, InvariantError, StoreError
from dmaic_assets.model import ArtifactRef
from dmaic_assets.store.artifacts import (
    get_bytes,
    get_json,
    is_intact,
    is_json,
    list_artifacts,
    path_of,
    put_bytes,
    put_json,
    record_artifacts,
)
from dmaic_assets.store.ledger.database.store import Ledger
from dmaic_assets.store.ledger.record.memo import lookup, remember
from dmaic_assets.store.ledger.record.metrics import list_metrics, record_metrics
from dmaic_assets.store.ledger.record.mirrors import sync_mirrors
from dmaic_assets.store.ledger.record.runs import (
    PhaseRecord,
    RunRecord,
    finish_run,
    get_run,
    list_phases,
    list_runs,
    manifest,
    record_phase,
    recursion_runs,
    set_manifest,
    start_run,
)
from dmaic_assets.store.ledger.record.verdicts import (
    latest_verdicts,
    quality_log,
    record_verdict,
    verdicts,
)
from dmaic_assets_tests.store.ledger.conftest import HandClock
from dmaic_assets_tests.store.ledger.examples import a_file, a_memo_record, a_run, a_verdict


def started(ledger: Ledger, **choices: str | None) -> RunRecord:
    return start_run(ledger, git_sha="g", config_hash="", inputs_hash="", kind="cli", **choices)


class TestRuns:
    def test_an_id_tells_second_and_commit_and_is_never_given_twice(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        ids = [a_run(ledger).run_id for _ in range(3)]
        clock.move(seconds=1)
        ids.append(a_run(ledger).run_id)
        clock.move(seconds=-1)
        ids.append(a_run(ledger).run_id)

        assert ids == [
            "20261121T041500Z__abc1234",
            "20261121T041500Z__abc1234-2",
            "20261121T041500Z__abc1234-3",
            "20261121T041501Z__abc1234",
            "20261121T041500Z__abc1234-4",
        ]

    def test_outside_a_checkout_the_id_says_so(self, ledger: Ledger) -> None:
        run = start_run(ledger, git_sha="", config_hash="", inputs_hash="", kind="cli")

        assert run.run_id.endswith("Z__nogit")

    def test_branches_are_numbered_and_no_number_is_used_twice(self, ledger: Ledger) -> None:
        from dmaic_assets.store.ledger.database.schema import runs

        base = a_run(ledger).run_id
        first = a_run(ledger, branch_of=base)
        with ledger.transaction() as connection:
            connection.execute(runs.delete().where(runs.c.run_id == first.run_id))
        second = a_run(ledger, branch_of=base)

        assert first.run_id == f"{base}-b1"
        assert second.run_id == f"{base}-b2"
        assert get_run(ledger, second.run_id).branch_of == base

    def test_a_branch_of_nothing_is_refused(self, ledger: Ledger) -> None:
        with pytest.raises(BadInputError, match="no such run"):
            a_run(ledger, branch_of="20200101T000000Z__none")

    def test_a_finished_run_has_its_totals_and_time(self, ledger: Ledger, clock: HandClock) -> None:
        run = a_run(ledger)
        clock.move(seconds=90)

        done = finish_run(ledger, run.run_id, status="succeeded", totals={"rows": 3, "x": None})

        assert get_run(ledger, run.run_id) == done
        assert (done.status, done.elapsed_s, done.totals) == (
            "succeeded",
            90.0,
            {"rows": 3, "x": None},
        )
        assert run.elapsed_s is None

    def test_a_run_dated_in_the_future_is_not_the_last(
        self, ledger: Ledger, clock: HandClock
    ) -> None:
        first = a_run(ledger)
        clock.move(days=4000)
        ahead = a_run(ledger)
        clock.move(days=-3999)
        last = a_run(ledger)

        assert [run.run_id for run in list_runs(ledger)] == [
            last.run_id,
            first.run_id,
            ahead.run_id,
        ]

    def test_runs_are_listed_newest_first(self, ledger: Ledger, clock: HandClock) -> None:
        ids = []
        for _ in range(3):
            ids.append(a_run(ledger).run_id)
            clock.move(seconds=1)
        finish_run(ledger, ids[0], status="failed", totals={})

        assert [run.run_id for run in list_runs(ledger)] == ids[::-1]
        assert [run.run_id for run in list_runs(ledger, 1)] == ids[2:]
        assert [run.run_id for run in list_runs(ledger, None, status="failed")] == ids[:1]

    def test_unknown_runs_are_refused(self, ledger: Ledger) -> None:
        with pytest.raises(BadInputError):
            get_run(ledger, "x")
        with pytest.raises(BadInputError):
            finish_run(ledger, "x", status="failed", totals={})

    def test_a_manifest_is_read_back_by_source(self, ledger: Ledger) -> None:
        run_id = a_run(ledger).run_id
        set_manifest(ledger, run_id, {"b": {"files": ["x"]}, "a": None})
        set_manifest(ledger, run_id, {"b": {"files": ["y"]}})

        assert list(manifest(ledger, run_id).items()) == [("a", None), ("b", {"files": ["y"]})]
        assert manifest(ledger, "other") == {}

    def test_the_runs_of_a_recursion_are_numbered_in_their_order(self, ledger: Ledger) -> None:
        first = started(ledger, recursion_id="r")
        second = started(ledger, parent=first.run_id)
        # Tried again from the first one: its place is a new one all the same.
        third = started(ledger, parent=first.run_id, recursion_id="r")
        other = started(ledger, recursion_id="s", parent=a_run(ledger).run_id)
        alone = started(ledger, parent=a_run(ledger).run_id)

        assert [run.iteration for run in (first, second, third, other, alone)] == [1, 2, 3, 1, None]
        assert recursion_runs(ledger, "r") == [first, second, third]
        assert recursion_runs(ledger, "unknown") == []
        assert (get_run(ledger, alone.run_id).recursion_id, second.parent) == (None, first.run_id)

    def test_a_recursion_of_another_parent_is_refused(self, ledger: Ledger) -> None:
        first = started(ledger, recursion_id="r")

        with pytest.raises(BadInputError, match="belongs to the recursion r, not s"):
            started(ledger, parent=first.run_id, recursion_id="s")
        with pytest.raises(BadInputError, match="no such run"):
            started(ledger, parent="nobody")

    def test_phases_are_listed_in_their_order(self, ledger: Ledger, clock: HandClock) -> None:
        run_id = a_run(ledger).run_id
        measure = PhaseRecord(run_id, "measure", 2, "running")
        define = PhaseRecord(
            run_id, "define", 1, "succeeded", "i", "o", {"ctq": 3}, clock.now, clock.now
        )
        record_phase(ledger, measure)
        record_phase(ledger, define)
        record_phase(ledger, PhaseRecord(run_id, "measure", 2, "succeeded"))

        found = list_phases(ledger, run_id)
        assert found[0] == define
        assert (found[1].phase, found[1].status) == ("measure", "succeeded")


class TestMemo:
    def test_values_are_found_by_key_in_bulk(self, ledger: Ledger) -> None:
        records = [a_memo_record(f"k{n}") for n in range(1200)]
        remember(ledger, records)

        found = lookup(ledger, [f"k{n}" for n in range(-1000, 12_000)])

        assert found == {record.memo_key: record for record in records}

    def test_a_known_key_takes_the_new_value(self, ledger: Ledger) -> None:
        remember(ledger, [a_memo_record("k", run_id="r1")])
        remember(ledger, [a_memo_record("k", run_id="r2"), a_memo_record("k", run_id="r3")])

        assert lookup(ledger, ["k"])["k"].run_id == "r3"

    def test_nothing_is_no_error(self, ledger: Ledger) -> None:
        remember(ledger, [])

        assert lookup(ledger, []) == {}


class TestArtifacts:
    @pytest.fixture
    def root(self, tmp_path: Path) -> Path:
        return tmp_path / "data" / "artifacts"

    def test_equal_values_share_one_file_whatever_their_order(self, root: Path) -> None:
        first = put_json(root, "profile", {"b": 1, "a": [1.5, "é", None]})
        second = put_json(root, "profile", {"a": [1.5, "é", None], "b": 1})

        assert first == second
        assert first.path == f"artifacts/profile/{first.sha256[:2]}/{first.sha256}.json.gz"
        assert get_json(root, first) == {"a": [1.5, "é", None], "b": 1}
        assert sum(path.is_file() for path in root.rglob("*")) == 1

    def test_json_is_packed_and_named_by_what_it_unpacks_to(self, root: Path) -> None:
        value = [f"row {number % 7}" for number in range(500)]
        ref = put_json(root, "profile", value)
        content = gzip.decompress(path_of(root, ref).read_bytes())

        assert json.loads(content) == value
        assert (len(content), hashlib.sha256(content).hexdigest()) == (ref.size_bytes, ref.sha256)
        assert path_of(root, ref).stat().st_size < len(content) / 10

    def test_json_from_before_it_was_packed_is_read_as_it_is(self, root: Path) -> None:
        before = put_bytes(root, "profile", b'{"a":1}', suffix=".json")
        now = put_json(root, "profile", {"a": 1})

        assert get_json(root, before) == get_json(root, now) == {"a": 1}
        assert is_json(before) and is_json(now) and is_intact(root, before)
        assert before.sha256 == now.sha256

    def test_bytes_survive(self, root: Path) -> None:
        ref = put_bytes(root, "figure", b"\x00\xff", suffix=".html")

        assert get_bytes(root, ref) == b"\x00\xff"
        assert path_of(root, ref).suffix == ".html"

    def test_what_was_changed_or_taken_away_is_not_intact(self, root: Path) -> None:
        ref = put_json(root, "profile", {"a": 1})
        assert is_intact(root, ref)
        path_of(root, ref).write_bytes(b'{"a":2}')
        assert not is_intact(root, ref)
        with pytest.raises(InvariantError, match="was changed"):
            get_json(root, ref)
        path_of(root, ref).unlink()
        assert not is_intact(root, ref)
        with pytest.raises(StoreError, match="is gone"):
            get_json(root, ref)

    def test_putting_again_repairs(self, root: Path) -> None:
        ref = put_json(root, "profile", {"a": 1})
        path_of(root, ref).write_bytes(b"damaged")

        assert put_json(root, "profile", {"a": 1}) == ref
        assert is_intact(root, ref)

    def test_a_reference_may_name_any_file_in_the_data_folder(self, root: Path) -> None:
        other = put_bytes(root, "x", b"rows")
        target = root.parent / "warehouse" / "f.parquet"
        target.parent.mkdir()
        target.write_bytes(b"rows")

        assert is_intact(root, ArtifactRef("rows", "warehouse/f.parquet", other.sha256, 4))

    def test_a_run_knows_its_outputs(self, ledger: Ledger, root: Path) -> None:
        run_id = a_run(ledger).run_id
        refs = [put_json(root, "profile", n) for n in range(3)]
        record_artifacts(ledger, run_id, "profile", refs[:2], source="orders")
        record_artifacts(ledger, run_id, "gate", refs[2:])
        record_artifacts(ledger, run_id, "profile", refs[:1], source="orders", meta={"x": 1})
        record_artifacts(ledger, run_id, "none", [])

        assert list_artifacts(ledger, run_id) == [
            ("profile", "orders", refs[0]),
            ("profile", "orders", refs[1]),
            ("gate", "", refs[2]),
        ]
        assert list_artifacts(ledger, run_id, phase="gate") == [("gate", "", refs[2])]


class TestVerdicts:
    def test_the_newest_verdict_of_each_file_is_found(self, ledger: Ledger) -> None:
        runs = [a_run(ledger).run_id for _ in range(2)]
        one, other = a_file(sha256="a" * 64), a_file(sha256="b" * 64)
        record_verdict(ledger, runs[0], one, a_verdict(one, decision="reject"))
        record_verdict(ledger, runs[0], other, a_verdict(other))
        record_verdict(ledger, runs[1], one, a_verdict(one, decision="quarantine"))

        newest = latest_verdicts(ledger, "orders")

        assert newest["a" * 64].verdict == a_verdict(one, decision="quarantine")
        assert newest["a" * 64].run_id == runs[1]
        assert newest["b" * 64].run_id == runs[0]
        assert latest_verdicts(ledger, "orders", ["b" * 64, "c" * 64]).keys() == {"b" * 64}
        assert latest_verdicts(ledger, "other") == {}

    def test_recording_again_in_a_run_replaces(self, ledger: Ledger) -> None:
        run_id, file = a_run(ledger).run_id, a_file()
        ref = ArtifactRef("profile", "p", "s", 1)
        record_verdict(ledger, run_id, file, a_verdict(file, decision="reject"))
        record_verdict(ledger, run_id, file, a_verdict(file), [ref])

        (record,) = verdicts(ledger, run_id=run_id)
        assert record.verdict == a_verdict(file)
        assert record.refs == (ref,)
        assert len(quality_log(ledger)) == 1

    def test_verdicts_are_listed_newest_first(self, ledger: Ledger) -> None:
        run_id = a_run(ledger).run_id
        files = [a_file(source=source) for source in ("x", "y", "z")]
        for file in files:
            record_verdict(ledger, run_id, file, a_verdict(file))

        assert [v.verdict.source for v in verdicts(ledger)] == ["z", "y", "x"]
        assert [v.verdict.source for v in verdicts(ledger, limit=1)] == ["z"]
        assert [v.verdict.source for v in verdicts(ledger, source="x")] == ["x"]

    @pytest.mark.parametrize(
        ("decision", "rules", "status", "score"),
        [
            ("accept", 2, "PASSED", 0.9),
            ("quarantine", 2, "PASSED", 0.9),
            ("reject", 2, "FAILED", 0.9),
            ("reject", 0, "ERROR", None),
        ],
    )
    def test_the_quality_log_says_how_a_file_fared(
        self, ledger: Ledger, tmp_path: Path, decision: str, rules: int, status: str, score: object
    ) -> None:
        from dataclasses import replace

        path = tmp_path / "a.csv"
        path.write_text("x")
        file = replace(a_file(), path=path)
        verdict = replace(a_verdict(file, decision=decision), rules_evaluated=rules)
        record_verdict(ledger, a_run(ledger).run_id, file, verdict, elapsed_s=1.5)

        (entry,) = quality_log(ledger)
        assert (entry.status, entry.score, entry.file) == (status, score, "a.csv")
        assert entry.details["failed_count"] == 1
        assert entry.details["failures"][0]["rule"] == "r1"
        assert entry.details["threshold_failures"] == ["r1 is broken"]
        assert entry.details["elapsed_s"] == 1.5
        assert entry.lineage.keys() == {
            "source_path",
            "config_path",
            "file_size_bytes",
            "modification_time",
            "validation_timestamp",
            "host",
        }
        assert entry.lineage["modification_time"]


class TestMetrics:
    def test_numbers_are_read_back_in_order_of_runs(self, ledger: Ledger, clock: HandClock) -> None:
        first = a_run(ledger).run_id
        clock.move(days=-1)
        earlier = a_run(ledger).run_id
        record_metrics(ledger, first, "gate", "orders", {"b": 2, "a": 1.0, "n": float("nan")})
        record_metrics(ledger, first, "gate", "orders", {"b": 3.5})
        record_metrics(ledger, earlier, "gate", "", {"a": None})
        record_metrics(ledger, earlier, "gate", "", {})

        assert [(m.run_id, m.metric, m.value) for m in list_metrics(ledger)] == [
            (earlier, "a", None),
            (first, "a", 1.0),
            (first, "b", 3.5),
            (first, "n", None),
        ]
        assert len(list_metrics(ledger, source="orders", run_id=first)) == 3
        assert len(list_metrics(ledger, phase="gate")) == 4
        assert list_metrics(ledger, phase="measure") == []


class TestMirrors:
    NAMES = ("runs.csv", "metrics.parquet", "dq_logs.jsonl")

    def fill(self, ledger: Ledger, clock: HandClock) -> str:
        run_id = a_run(ledger).run_id
        clock.move(seconds=3)
        record_metrics(ledger, run_id, "gate", "orders", {"score": 0.5, "rows": None})
        record_verdict(ledger, run_id, a_file(), a_verdict(a_file()))
        finish_run(ledger, run_id, status="succeeded", totals={"rows": 10})
        return run_id

    def test_they_hold_what_the_ledger_holds(
        self, ledger: Ledger, clock: HandClock, tmp_path: Path
    ) -> None:
        run_id = self.fill(ledger, clock)
        a_run(ledger)

        sync_mirrors(ledger, tmp_path, list)

        with (tmp_path / "runs.csv").open(newline="") as lines:
            runs = list(csv.DictReader(lines))
        assert runs[0]["run_id"] == run_id
        assert [run["elapsed_s"] for run in runs] == ["3.0", ""]
        assert json.loads(runs[0]["totals"]) == {"rows": 10}
        metrics = pl.read_parquet(tmp_path / "metrics.parquet")
        assert metrics.columns == ["run_id", "phase", "source", "metric", "value"]
        assert metrics.rows() == [
            (run_id, "gate", "orders", "rows", None),
            (run_id, "gate", "orders", "score", 0.5),
        ]
        (line,) = (tmp_path / "dq_logs.jsonl").read_text().splitlines()
        assert json.loads(line)["status"] == "PASSED"

    def test_an_empty_ledger_has_mirrors_too(self, ledger: Ledger, tmp_path: Path) -> None:
        assert sync_mirrors(ledger, tmp_path, list) == dict.fromkeys(self.NAMES, True)
        assert pl.read_parquet(tmp_path / "metrics.parquet").schema["value"] == pl.Float64

    def test_an_unchanged_ledger_writes_nothing_and_a_lost_mirror_comes_back_the_same(
        self, ledger: Ledger, clock: HandClock, tmp_path: Path
    ) -> None:
        self.fill(ledger, clock)
        sync_mirrors(ledger, tmp_path, list)
        before = {name: (tmp_path / name).read_bytes() for name in self.NAMES}
        stats = {name: (tmp_path / name).stat().st_ino for name in self.NAMES}
        clock.move(days=1)

        assert sync_mirrors(ledger, tmp_path, list) == dict.fromkeys(self.NAMES, False)
        assert {name: (tmp_path / name).stat().st_ino for name in self.NAMES} == stats
        (tmp_path / "metrics.parquet").unlink()
        assert sync_mirrors(ledger, tmp_path, list)["metrics.parquet"]
        assert {name: (tmp_path / name).read_bytes() for name in self.NAMES} == before

    def test_only_what_changed_is_written(
        self, ledger: Ledger, clock: HandClock, tmp_path: Path
    ) -> None:
        run_id = self.fill(ledger, clock)
        sync_mirrors(ledger, tmp_path, list)
        record_metrics(ledger, run_id, "gate", "orders", {"score": 0.75})

        written = sync_mirrors(ledger, tmp_path, list)

        assert [name for name, is_new in written.items() if is_new] == ["metrics.parquet"]

    def test_a_folder_that_refuses_is_told(self, ledger: Ledger, tmp_path: Path) -> None:
        (tmp_path / "file").write_text("")

        with pytest.raises(StoreError, match="file"):
            sync_mirrors(ledger, tmp_path / "file", list)


def test_a_run_takes_everything_of_its_own_with_it(ledger: Ledger) -> None:
    from dmaic_assets.store.ledger.database.schema import runs

    run_id = a_run(ledger).run_id
    record_metrics(ledger, run_id, "gate", "orders", {"rows": 1.0})
    record_verdict(ledger, run_id, a_file(), a_verdict(a_file()))
    set_manifest(ledger, run_id, {"a": 1})

    with ledger.transaction() as connection:
        connection.execute(runs.delete())

    assert list_metrics(ledger) == []
    assert verdicts(ledger) == []
    assert quality_log(ledger) == []
    assert manifest(ledger, run_id) == {}


def test_nothing_is_recorded_of_a_run_that_does_not_exist(ledger: Ledger) -> None:
    with pytest.raises(InvariantError):
        record_metrics(ledger, "unknown", "gate", "", {"a": 1.0})
