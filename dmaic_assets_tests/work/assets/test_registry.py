"""One entry for each asset: orders, lineage and the guide's table follow from it."""

import re
from collections.abc import Iterable
from graphlib import CycleError
from pathlib import Path

import pytest

from dmaic_assets.model import ASSET_NAMES, PHASES, AssetName
from dmaic_assets.work.assets.asset import Asset, Code
from dmaic_assets.work.assets.names import ACCEPTED_ROWS, GATE_VERDICT, PROFILE, QUARANTINE
from dmaic_assets.work.assets.of_a_file import FILE_ASSETS
from dmaic_assets.work.assets.of_a_run import PHASE_ASSETS
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


def guide_table(assets: Iterable[Asset[str]]) -> str:
    """Spells the table of assets in docs/guides/dagster.md."""
    lines = ["| asset | group | made from | one partition holds |", "|---|---|---|---|"]
    for asset in assets:
        upstream = ", ".join(f"`{name}`" for name in asset.upstream)
        lines.append(f"| `{asset.name}` | {asset.group} | {upstream} | {asset.holds} |")
    return "\n".join(lines) + "\n"


def entry(name: AssetName, *upstream: str) -> Asset[AssetName]:
    return Asset(name, "intake", frozenset({"polars"}), upstream, "facts", "Facts.", Code(("m",)))


def test_the_assets_of_a_file_and_the_phases_are_the_words_of_the_model() -> None:
    assert set(WORK_ORDER) == set(ASSET_NAMES)
    assert tuple(asset.name for asset in PHASE_ASSETS) == PHASES
    assert len(ASSETS) == len({*ASSETS})


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
    assert told == set(ASSET_NAMES)


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


def test_the_guide_has_the_table_of_all_assets() -> None:
    assert guide_table(ASSETS.values()) in GUIDE.read_text(encoding="utf-8")


def test_names_of_assets_are_spelt_once() -> None:
    """Elsewhere `names` is used, so that a misspelt asset is an error and not an empty answer."""
    spelt = re.compile(r"""["']gate_verdict["']""")
    modules = (ROOT / "dmaic_assets").rglob("*.py")

    found = {str(m.relative_to(ROOT)) for m in modules if spelt.search(m.read_text("utf-8"))}

    assert found == {"dmaic_assets/model.py", "dmaic_assets/work/assets/names.py"}
