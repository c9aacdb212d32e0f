"""Tables of other people's assets are judged as files are, and split exactly."""

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import duckdb
import polars as pl
import pytest

from dmaic_assets.errors import BadInputError, SettingsError
from dmaic_assets.integration.gated import REASONS_COLUMN, RULES_COLUMN, split_by_gate
from dmaic_assets.integration.gated_table import GatedTable
from dmaic_assets.integration.shown import gate_finding
from dmaic_assets.integration.table_values import write_table
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.platform import platform_of
from dmaic_assets_tests.integration.orders import (
    KNOWN_DAYS,
    ROWS,
    few_wrong,
    gate_with_history,
    lost_countries,
    orders,
)


def _csv(frame: pl.DataFrame, folder: Path) -> Path:
    path = folder / "given.csv"
    frame.write_csv(path)
    return path


def _folder(frame: pl.DataFrame, folder: Path) -> Path:
    (folder / "given").mkdir()
    frame.write_parquet(folder / "given" / "part.parquet")
    return folder / "given"


KINDS: dict[str, Callable[[pl.DataFrame, Path], object]] = {
    "polars": lambda frame, _: frame,
    "lazy": lambda frame, _: frame.lazy(),
    "pandas": lambda frame, _: frame.to_pandas(date_as_object=True),
    "pyarrow": lambda frame, _: frame.to_arrow(),
    "duckdb": lambda frame, _: duckdb.connect().from_arrow(frame.to_arrow()),
    "csv": _csv,
    "folder": _folder,
}


@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_table_gets_the_same_verdict(
    kind: str, gated: GatedTable, tmp_path: Path
) -> None:
    (judged,) = gated.judge(KINDS[kind](few_wrong(8), tmp_path), partition="2026-03-08")

    verdict = judged.verdict
    assert (verdict.decision, verdict.rows, verdict.quarantined) == ("quarantine", ROWS, 3)
    assert [v.rule for v in verdict.violations] == ["country.in_set"]
    assert verdict.baseline_files == KNOWN_DAYS


@pytest.mark.parametrize("kind", ["polars", "lazy", "pandas", "pyarrow"])
def test_a_frame_is_cut_exactly_and_keeps_its_kind_and_types(
    kind: str, gated: GatedTable, tmp_path: Path
) -> None:
    value: Any = KINDS[kind](few_wrong(8), tmp_path)

    accepted, rest, _ = split_by_gate(gated, value, partition="2026-03-08")

    assert type(accepted) is type(rest) is type(value)
    passed, apart = (_polars(part) for part in (accepted, rest))
    assert apart.get_column("id").to_list() == [8 * ROWS + row for row in (7, 107, 207)]
    assert apart.get_column(RULES_COLUMN).unique().to_list() == ["country.in_set"]
    assert all("country is one of" in text for text in apart.get_column(REASONS_COLUMN))
    whole = pl.concat([passed, apart.drop(RULES_COLUMN, REASONS_COLUMN)]).sort("id")
    assert whole.equals(few_wrong(8))


def _polars(part: Any) -> pl.DataFrame:
    if isinstance(part, pl.LazyFrame):
        return part.collect()
    return part if isinstance(part, pl.DataFrame) else pl.DataFrame(part)


def test_a_held_table_is_all_apart_and_teaches_nothing(gated: GatedTable) -> None:
    accepted, rest, judged = split_by_gate(gated, lost_countries(8), partition="2026-03-08")

    assert accepted is None
    assert _polars(rest).drop(RULES_COLUMN, REASONS_COLUMN).equals(lost_countries(8))
    assert judged.verdict.decision == "reject"
    (again,) = gated.judge(lost_countries(9), partition="2026-03-09")
    assert (again.verdict.decision, again.verdict.baseline_files) == ("reject", KNOWN_DAYS)


def test_the_same_content_is_known_and_a_partition_made_anew_replaces_itself(
    gated: GatedTable,
) -> None:
    (held,) = gated.judge(lost_countries(8), partition="2026-03-08")
    (known,) = gated.judge(lost_countries(8), partition="2026-03-08")
    (mended,) = gated.judge(orders(8), partition="2026-03-08")
    (after,) = gated.judge(orders(9), partition="2026-03-09")

    assert (held.is_known, known.is_known, mended.is_known) == (False, True, False)
    assert known.verdict == held.verdict
    assert (mended.verdict.decision, mended.verdict.baseline_files) == ("accept", KNOWN_DAYS)
    assert after.verdict.baseline_files == KNOWN_DAYS + 1


def test_verdicts_are_those_of_the_same_tables_as_files(tmp_path: Path) -> None:
    tables = {day: orders(day) for day in range(1, 8)}
    tables |= {8: lost_countries(8), 9: few_wrong(9), 10: orders(10).head(20), 11: orders(11)}
    gated = GatedTable(tmp_path / "gated", "orders")
    as_values = [gated.judge(t, partition=f"{day:02}")[0].verdict for day, t in tables.items()]

    root = tmp_path / "files"
    settings = load_settings(root, overrides={"intake": {"stable_for_s": 0}})
    as_files = []
    with platform_of(settings) as platform:
        for day, table in tables.items():
            write_table(table, settings.paths.incoming / "orders", f"{day:02}")
            request = RunRequest()
            run = open_run(platform, plan_run(platform, request, is_patient=False), request)
            as_files += [v for cell in work_run(platform, run).cells for v in cell.verdicts]

    assert as_values == as_files
    assert [v.decision for v in as_files[-4:]] == ["reject", "quarantine", "reject", "accept"]


def test_states_of_a_whole_table_repeat_their_keys_and_pass(tmp_path: Path) -> None:
    gated = GatedTable(tmp_path, "orders")
    states = [pl.concat([orders(day) for day in range(1, last)]) for last in range(2, 12)]

    decisions = [gated.judge(state)[0].verdict.decision for state in states]

    assert decisions == ["accept"] * len(states)
    assert gated.judge(states[-1])[0].is_known


def test_what_is_said_of_the_table_counts(home: Path) -> None:
    strict = GatedTable(home, "orders", window=4, thresholds={"max_quarantined_share": 0.001})

    (judged,) = strict.judge(few_wrong(8), partition="2026-03-08")

    assert (judged.verdict.decision, judged.verdict.baseline_files) == ("reject", 4)
    with pytest.raises(SettingsError, match="no_such_key"):
        GatedTable(home, "orders", thresholds={"no_such_key": 1}).judge(orders(9))


@pytest.mark.parametrize(
    ("value", "culprit"),
    [
        (3, "is int, no table"),
        (Path("/no/such/place"), "is no file"),
        (pl.DataFrame({"a": [1]}, schema={"a": pl.Int128}), "Int128"),
        (duckdb.connect().sql("SELECT 1::HUGEINT AS a"), "HUGEINT"),
    ],
    ids=["number", "nowhere", "int128", "hugeint"],
)
def test_what_is_no_table_or_loses_numbers_is_refused(
    value: object, culprit: str, tmp_path: Path
) -> None:
    with pytest.raises(BadInputError, match=culprit):
        write_table(value, tmp_path / "into", "given")

    assert not list(tmp_path.rglob("*.parquet"))


def test_promoted_repairs_are_refused_as_they_would_change_no_table(gated: GatedTable) -> None:
    changes = gated.settings().paths.changes / "orders.yaml"
    changes.parent.mkdir(parents=True)
    changes.write_text("source: orders\n")

    with pytest.raises(BadInputError, match="has repairs"):
        gated.judge(orders(8), partition="2026-03-08")


def test_keys_that_no_file_can_be_called_stay_apart(tmp_path: Path) -> None:
    gated = GatedTable(tmp_path, "orders")

    keys = ("a/b|c", "a:b|c", "../..")
    tables = {key: orders(day) for day, key in enumerate(keys)}

    names = {gated.judge(table, partition=key)[0].name for key, table in tables.items()}

    assert len(names) == 3
    assert all((tmp_path / "data" / "incoming" / "orders" / name).is_file() for name in names)


def test_a_table_that_is_another_partitions_over_again_is_told(gated: GatedTable) -> None:
    (first,) = gated.judge(orders(8), partition="2026-03-08")
    (copy,) = gated.judge(orders(8), partition="2026-03-09")

    assert (first.same_as, copy.same_as) == ("", "2026-03-08.parquet")
    assert gate_finding([copy]).description.startswith("the same content as 2026-03-08.parquet; ")


def test_a_gate_needs_a_folder_and_a_name(tmp_path: Path) -> None:
    (tmp_path / "file").touch()

    with pytest.raises(SettingsError, match="is a file"):
        GatedTable(tmp_path / "file", "orders").judge(orders(1))
    with pytest.raises(BadInputError, match="cannot name a source"):
        GatedTable(tmp_path, "No Name")


def test_a_gate_made_again_goes_on_where_it_was(tmp_path: Path) -> None:
    gate_with_history(tmp_path / "a")
    shutil.move(tmp_path / "a", tmp_path / "b")

    (judged,) = GatedTable(tmp_path / "b", "orders").judge(orders(8), partition="2026-03-08")

    assert judged.verdict.baseline_files == KNOWN_DAYS
