"""One entry for each asset: orders, lineage and the guide's table follow from it."""

import json
import re
import subprocess
import sys
from collections.abc import Iterable
from graphlib import CycleError
from pathlib import Path

import pytest

from dmaic_assets.model import PHASES
from dmaic_assets.work.assets.asset import Asset, Code
from dmaic_assets.work.assets.names import ACCEPTED_ROWS, GATE_VERDICT, PROFILE, QUARANTINE
from dmaic_assets.work.assets.of_a_file import FILE_ASSETS
from dmaic_assets.work.assets.of_a_run import PHASE_ASSETS, RUN_ASSETS
from dmaic_assets.work.assets.of_the_analyses import ANALYSIS_ASSETS
from dmaic_assets.work.assets.of_the_laboratory import LABORATORY_ASSETS
from dmaic_assets.work.assets.registry import (
    ASSETS,
    CATALOG_ORDER,
    OUTPUTS,
    PROFILE_ASSETS,
    WORK_ORDER,
    up_to,
    upstream_first,
)

ROOT = Path(__file__).resolve().parents[3]
GUIDE = ROOT / "docs" / "guides" / "dagster.md"


# One more entry, and what everything that is made from the entries has of it then.
FURTHER = """
import json
from pathlib import Path
import dmaic_assets.work.assets.of_a_file as entries
from dmaic_assets.work.assets.asset import Asset, Code, Shown
from dmaic_assets.work.assets.cell_facts import FileFacts

entries.FILE_ASSETS += (
    Asset(
        "sample", "intake", frozenset({"polars"}), ("profile",), "some rows", "Some rows.",
        Code(("dmaic_assets.table.profile.profile",)), shown=(Shown("rows"),),
    ),
)

import dagster as dg
from dmaic_assets.cli.runs.run_commands import run
from dmaic_assets.definitions import definitions_of
from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.file_queries import Standing
from dmaic_assets.work.assets.registry import ASSETS, up_to
from dmaic_assets.work.plan.code_versions import code_versions
from dmaic_assets.work.plan.reasons import reasons_for_change
from dmaic_assets.work.plan.request import RunRequest

spec = definitions_of(load_settings(Path.cwd(), environment={})).resolve_asset_graph().get(
    dg.AssetKey("sample")
)
(phase,) = (option for option in run.params if option.name == "phase")
change = {"code": dict(code_versions())}, {"code": {**code_versions(), "profile": ""}}
print(json.dumps({
    "dagster": [spec.group_name, sorted(spec.kinds), spec.description, spec.code_version],
    "made from": [key.to_user_string() for key in spec.parent_keys],
    "last": [up_to("sample")[-2], phase.type.choices[-6]],
    "code": code_versions()["sample"],
    "request": RunRequest(assets=("sample",)).stops_at,
    "reason": reasons_for_change(*change)["sample"],
    "facts": ASSETS["sample"].of_cell(
        [FileFacts("a.csv", {"rows": 2}), FileFacts("b.csv", {})],
        Standing(1, 9, 5, 5, 0, 500.0, 1, 0, 0),
    ),
}))
"""


def guide_table(assets: Iterable[Asset[str]]) -> str:
    """Spells the table of assets in docs/guides/dagster.md."""
    lines = ["| asset | group | made from | one partition holds |", "|---|---|---|---|"]
    for asset in assets:
        upstream = ", ".join(f"`{name}`" for name in asset.upstream)
        lines.append(f"| `{asset.name}` | {asset.group} | {upstream} | {asset.holds} |")
    return "\n".join(lines) + "\n"


def entry(name: str, *upstream: str) -> Asset[str]:
    return Asset(name, "intake", frozenset({"polars"}), upstream, "facts", "Facts.", Code(("m",)))


def test_the_assets_of_phases_are_the_phases_and_no_name_is_given_twice() -> None:
    assert tuple(asset.name for asset in PHASE_ASSETS) == PHASES
    assert len(ASSETS) == len(
        (*FILE_ASSETS, *PHASE_ASSETS, *RUN_ASSETS, *ANALYSIS_ASSETS, *LABORATORY_ASSETS)
    )


def test_every_asset_is_made_from_assets_that_have_an_entry() -> None:
    for asset in ASSETS.values():
        assert {*asset.upstream, *asset.follows} <= set(ASSETS), asset.name


def test_in_the_work_of_a_file_each_asset_comes_after_what_it_needs() -> None:
    done: set[str] = set()
    for asset in FILE_ASSETS:
        assert set(asset.follows) <= done, asset.name
        done.add(asset.name)


def test_the_catalog_is_told_of_upstream_assets_first() -> None:
    told: set[str] = set()
    for asset in CATALOG_ORDER:
        assert set(asset.upstream) <= told, asset.name
        told.add(asset.name)
    assert told == set(WORK_ORDER)


def test_assets_that_are_made_from_one_another_are_refused() -> None:
    with pytest.raises(CycleError):
        upstream_first([entry("profile", "raw_file"), entry("raw_file", "profile")])


def test_work_goes_as_far_as_it_is_asked_to() -> None:
    assert up_to(PROFILE) == PROFILE_ASSETS == WORK_ORDER[:4]
    assert up_to(GATE_VERDICT)[-1] == GATE_VERDICT
    assert OUTPUTS == (ACCEPTED_ROWS, QUARANTINE) == WORK_ORDER[-2:]


def test_a_further_entry_is_a_further_line_of_the_guide() -> None:
    further = entry("profile", "raw_file")

    assert guide_table([further]).splitlines()[2:] == [
        "| `profile` | intake | `raw_file` | facts |"
    ]


def test_an_asset_is_added_by_one_entry() -> None:
    ran = subprocess.run(
        [sys.executable, "-c", FURTHER], cwd=ROOT, capture_output=True, text=True, check=False
    )

    assert ran.returncode == 0, ran.stderr
    found = json.loads(ran.stdout)
    code = found["code"]
    assert found["dagster"] == ["intake", ["polars"], "Some rows.", code]
    assert found["made from"] == ["profile"]
    assert found["last"] == [QUARANTINE, "sample"]
    assert found["request"] == "sample"
    assert found["reason"] == "follows profile if that comes out different"
    assert found["facts"] == {"rows": 7}


def test_the_guide_has_the_table_of_all_assets() -> None:
    assert guide_table(ASSETS.values()) in GUIDE.read_text(encoding="utf-8")


def test_names_of_assets_are_spelt_once() -> None:
    """Elsewhere `names` is used, so that a misspelt asset is an error and not an empty answer."""
    # The registry of analyses has their names, which are words of other things too.
    analyses = {asset.name for asset in ANALYSIS_ASSETS}
    words = {"profile", "quarantine", "accepted_rows", "monitor", "overview", *PHASES}
    unmistakable = set(ASSETS) - words - analyses
    spelt = re.compile(rf"""["']({"|".join(unmistakable)})["']""")
    modules = (ROOT / "dmaic_assets").rglob("*.py")

    found = {str(m.relative_to(ROOT)) for m in modules if spelt.search(m.read_text("utf-8"))}

    # Phrases are bytes that rows are packed against: they stand as events spell them.
    assert found == {"dmaic_assets/work/assets/names.py", "dmaic_assets/store/phrases.py"}
