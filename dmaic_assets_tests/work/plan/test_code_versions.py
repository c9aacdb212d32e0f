"""Code versions follow the source of everything that an asset's value depends on."""

from dmaic_assets.model import ASSET_NAMES
from dmaic_assets.work.plan.code_versions import ROOTS, code_versions, import_closure


def test_every_asset_has_a_root_and_a_version() -> None:
    assert set(ROOTS) == set(ASSET_NAMES)
    assert set(code_versions()) == set(ASSET_NAMES)


def test_the_closure_reaches_modules_behind_modules() -> None:
    closure = import_closure(("dmaic_assets.work.plan.plan",))

    assert "dmaic_assets.work.plan.memo_keys" in closure
    assert "dmaic_assets.store.keys" in closure


def test_every_root_is_a_module_that_exists() -> None:
    for roots in ROOTS.values():
        for root in roots:
            assert root in import_closure((root,))


def test_the_vocabulary_changes_no_code_version() -> None:
    assert "dmaic_assets.model" not in import_closure(("dmaic_assets.work.plan.plan",))


def test_the_profile_does_not_depend_on_the_gate() -> None:
    closure = import_closure(ROOTS["profile"])

    assert not {m for m in closure if m.startswith(("dmaic_assets.gate", "dmaic_assets.rules"))}
