"""What the code location is made of, and that it loads lightly and without a warning."""

import json
import subprocess
import sys
from pathlib import Path

import dagster as dg
import pytest
import yaml

from dmaic_assets.definitions import definitions_of
from dmaic_assets.defs.assets.files import file_asset
from dmaic_assets.defs.assets.specs import TEAM, owners_of
from dmaic_assets.defs.instance.home import LOCATION, MODULE
from dmaic_assets.model import PHASES
from dmaic_assets.settings.project import Settings, SourceSettings, load_settings
from dmaic_assets.work.assets.asset import Asset, Code
from dmaic_assets.work.assets.names import (
    COLUMN_TYPES,
    OVERVIEW,
    RAW_FILE,
    RUN_SUMMARY,
    SOURCE_FRESHNESS,
)
from dmaic_assets.work.assets.registry import ASSETS, WORK_ORDER

ROOT = Path(__file__).resolve().parents[2]
HEAVY = ("polars", "duckdb", "scipy", "numpy", "plotly", "pandera", "pyarrow")
LOAD = f"""
import sys
from dmaic_assets.definitions import defs
defs().get_repository_def()
print([name for name in {HEAVY!r} if name in sys.modules])
"""

OF_NO_RUN = {OVERVIEW, SOURCE_FRESHNESS}


@pytest.fixture(scope="module")
def settings() -> Settings:
    return load_settings(ROOT, environment={})


@pytest.fixture(scope="module")
def definitions(settings) -> dg.Definitions:
    return definitions_of(settings)


@pytest.fixture(scope="module")
def graph(definitions):
    return definitions.resolve_asset_graph()


def test_they_load_without_a_warning_and_without_the_core():
    loaded = subprocess.run(
        [sys.executable, "-W", "error", "-c", LOAD],
        cwd=ROOT,
        capture_output=True,
        text=True,
        check=False,
    )

    assert loaded.returncode == 0, loaded.stderr
    assert loaded.stdout.strip() == "[]"


def test_every_asset_says_what_it_is(graph):
    for key in graph.get_all_asset_keys():
        node = graph.get(key)
        name = key.to_user_string()
        assert node.description, name
        assert node.group_name in {
            "intake",
            "gate",
            "warehouse",
            "runs",
            "dmaic",
            "analyses",
            "hashmaps",
        }, name
        assert node.owners, name
        assert 1 <= len(node.kinds) <= 3, name
        assert node.code_version, name
        # Freshness belongs to the clock, the overview to the project, neither to a run.
        assert (node.partitions_def is None) == (name in OF_NO_RUN), name


def test_the_assets_are_those_that_have_an_entry(graph):
    names = {key.to_user_string() for key in graph.get_all_asset_keys()}

    assert names == set(ASSETS) >= {*WORK_ORDER, *PHASES, RUN_SUMMARY, *OF_NO_RUN}


def test_what_dagster_shows_of_an_asset_is_its_entry(graph):
    for name, asset in ASSETS.items():
        node = graph.get(dg.AssetKey(name))
        assert {key.to_user_string() for key in node.parent_keys} == set(asset.upstream), name
        assert (node.group_name, node.kinds) == (asset.group, asset.kinds), name
        assert node.description == asset.description, name
        dimensions = {"cell": 2, "run": 1, "none": 0}[asset.partition]
        shown = node.partitions_def
        grid = shown.partitions_defs if isinstance(shown, dg.MultiPartitionsDefinition) else [shown]
        assert (0 if shown is None else len(grid)) == dimensions, name


def test_an_asset_of_a_file_is_built_from_one_entry():
    extra = Asset(
        "profile", "intake", frozenset({"polars"}), (RAW_FILE, COLUMN_TYPES), "x", "y", Code(("z",))
    )

    built = file_asset(extra)

    (key,) = built.keys
    assert key.to_user_string() == "profile"
    assert {k.to_user_string() for k in built.asset_deps[key]} == {RAW_FILE, COLUMN_TYPES}


def test_assets_are_partitioned_by_run_and_source(graph):
    for name in WORK_ORDER:
        grid = graph.get(dg.AssetKey(name)).partitions_def
        assert isinstance(grid, dg.MultiPartitionsDefinition)
        assert [dimension.name for dimension in grid.partitions_defs] == ["run", "source"]
    assert graph.get(dg.AssetKey(RUN_SUMMARY)).partitions_def.name == "run"


def test_sensors_and_upkeep_run_by_themselves_and_other_schedules_wait_to_be_asked(
    definitions, settings
):
    sensors = {s.name: s for s in definitions.get_repository_def().sensor_defs}
    schedules = {s.name: s for s in definitions.get_repository_def().schedule_defs}

    assert {name for name, s in sensors.items() if s.default_status.value == "RUNNING"} == {
        "new_files_sensor",
        "changed_files_sensor",
        "catalogue_sensor",
        "summary_automation_sensor",
    }
    assert {n: (s.cron_schedule, s.default_status.value) for n, s in schedules.items()} == {
        "hourly_schedule": (settings.dmaic.schedules.hourly, "STOPPED"),
        "daily_schedule": (settings.dmaic.schedules.daily, "STOPPED"),
        "dmaic_daily": (settings.dmaic.schedules.dmaic, "STOPPED"),
        "freshness_schedule": (settings.dmaic.schedules.hourly, "STOPPED"),
        "reconcile_schedule": (settings.dmaic.schedules.reconcile, "RUNNING"),
    }
    pace = settings.dmaic.schedules.sensor_interval_s
    assert sensors["new_files_sensor"].minimum_interval_seconds == pace


def test_every_step_runs_in_the_runs_own_process(definitions):
    for job in definitions.resolve_all_job_defs():
        assert job.executor_def.name == "in_process", job.name


@pytest.mark.parametrize(
    ("owners", "shown"),
    [
        ((), [TEAM]),
        ((None, None), [TEAM]),
        (("ana@example.com", None), ["ana@example.com"]),
        (("Sales & Ops", "team:finance"), ["team:Sales-Ops", "team:finance"]),
        (("b", "a", "b"), ["team:a", "team:b"]),
    ],
)
def test_owners_come_from_the_sources(settings, owners, shown):
    sources = tuple(SourceSettings(name=f"s{n}", owner=owner) for n, owner in enumerate(owners))
    made = Settings(settings.paths, settings.dmaic, sources, settings.thresholds_file)

    assert owners_of(made) == shown
    definitions_of(made).resolve_asset_graph()


def test_dagsters_own_commands_find_the_location():
    workspace = yaml.safe_load((ROOT / "workspace.yaml").read_text())

    (entry,) = workspace["load_from"]
    assert entry == {"python_module": {"module_name": MODULE, "location_name": LOCATION}}


def test_outside_a_project_the_refusal_says_what_to_do(tmp_path):
    loaded = subprocess.run(
        [sys.executable, "-c", "from dmaic_assets.definitions import defs; defs()"],
        cwd=tmp_path,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
        capture_output=True,
        text=True,
        check=False,
    )

    assert loaded.returncode != 0
    assert "no config/dmaic.yaml here or in a parent folder" in loaded.stderr


def test_a_cursor_is_plain_json():
    from dmaic_assets.defs.automation.landing import Mark

    assert json.loads(Mark("d", {"a": "1"}).to_cursor()) == {"digest": "d", "pending": {"a": "1"}}
