"""Code versions follow the source of everything that an asset's value depends on."""

from pathlib import Path

import pytest

from dmaic_assets.errors import InvariantError
from dmaic_assets.work.assets.names import PROFILE
from dmaic_assets.work.assets.registry import ASSETS, WORK_ORDER
from dmaic_assets.work.plan.code_versions import asset_code, code_versions, import_closure

ROOT = Path(__file__).resolve().parents[3]
CODES = {name: asset.code for name, asset in ASSETS.items()}


def test_every_asset_has_a_root_and_a_version() -> None:
    assert {name: asset_code(name) for name in WORK_ORDER} == code_versions()
    assert all(len(asset_code(name)) == 64 for name in CODES)


@pytest.mark.parametrize("name", ["nothing", "conformance_scorecard"])
def test_an_asset_without_code_in_its_entry_is_refused(name: str) -> None:
    with pytest.raises(InvariantError):
        asset_code(name)


def test_the_words_of_an_entry_change_no_code_version() -> None:
    closure = import_closure(("dmaic_assets.work.plan.plan",))

    assert not {module for module in closure if "work.assets" in module}


def test_the_closure_reaches_modules_behind_modules() -> None:
    closure = import_closure(("dmaic_assets.work.plan.plan",))

    assert "dmaic_assets.work.plan.memo_keys" in closure
    assert "dmaic_assets.store.keys" in closure


def test_every_root_is_a_module_that_exists() -> None:
    for code in CODES.values():
        for root in code.modules:
            assert root in import_closure((root,))


def test_the_vocabulary_changes_no_code_version() -> None:
    assert "dmaic_assets.model" not in import_closure(("dmaic_assets.work.plan.plan",))


def test_the_profile_does_not_depend_on_the_gate() -> None:
    closure = import_closure(CODES[PROFILE].modules)

    assert not {m for m in closure if m.startswith(("dmaic_assets.gate", "dmaic_assets.rules"))}


def test_no_asset_depends_on_a_whole_package_by_its_name() -> None:
    """A package stands for all modules below it, so what nothing computes with would count."""
    for code in CODES.values():
        if code is not None and not code.is_closed:
            named = import_closure(code.modules) - set(code.modules)
            packages = {m for m in named if any((ROOT / m.replace(".", "/")).glob("*.py"))}
            assert packages == set(), code.modules


def test_a_command_changes_no_code_version() -> None:
    for asset in WORK_ORDER:
        code = CODES[asset]
        assert code is not None
        assert not {m for m in import_closure(code.modules) if ".cli" in m or ".defs" in m}
