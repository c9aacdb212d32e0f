"""Columns that tell of persons, for commands that are given a rule file and no project."""

from collections.abc import Iterable
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.project import settings_at

if TYPE_CHECKING:
    from dmaic_assets.model import RuleSet
    from dmaic_assets.settings.project import Settings

_KEPT_BACK = "it knows values of persons (--with-personal)"


def hidden_of(rules_file: Path, source: str, columns: Iterable[str]) -> frozenset[str]:
    """Picks the columns whose values are kept back: as the rule file's project says, else by names.

    Args:
        rules_file: The rule file.
        source: The source.
        columns: Those that are asked for.

    Raises:
        SettingsError: The configuration of the project is wrong.
        StoreError: Its ledger refuses.
    """
    from dmaic_assets.work.kept_back.columns import HiddenColumns, hidden_by_name

    settings = _settings_of(rules_file)
    if settings is None or not _is_worked(settings):
        return hidden_by_name(source, columns, settings)
    from dmaic_assets.work.run.platform import platform_of

    with platform_of(settings) as platform:
        return HiddenColumns(platform).of(source, columns)


def personal_columns(rules_file: Path, rule_set: "RuleSet") -> frozenset[str]:
    """Picks those of a rule set."""
    from dmaic_assets.phenomena.registry import kind_of

    columns = {
        name
        for rule in rule_set.rules
        for name in (*rule.columns, *kind_of(rule).needed_columns(rule))
    }
    return hidden_of(rules_file, rule_set.source, columns | {t.column for t in rule_set.types})


def without_personal(
    rule_set: "RuleSet", personal: frozenset[str]
) -> "tuple[RuleSet, dict[str, str]]":
    """A rule set without rules that know values of persons, and why those are left out."""
    from dmaic_assets.phenomena.registry import kind_of
    from dmaic_assets.work.alerts.words import SAYS_NO_VALUE

    left = {
        rule.id: _KEPT_BACK
        for rule in rule_set.rules
        if rule.kind not in SAYS_NO_VALUE
        and rule.parameters
        and not personal.isdisjoint((*rule.columns, *kind_of(rule).needed_columns(rule)))
    }
    return replace(rule_set, rules=tuple(r for r in rule_set.rules if r.id not in left)), left


def _settings_of(rules_file: Path) -> "Settings | None":
    """The settings of the project that a rule file belongs to; None where it is in none."""
    from dmaic_assets.settings.place import PROJECT_MARK

    folder = rules_file.resolve().parent
    is_of_project = any((parent / PROJECT_MARK).is_file() for parent in (folder, *folder.parents))
    return settings_at(folder) if is_of_project else None


def _is_worked(settings: "Settings") -> bool:
    """Whether the project has a ledger that can be asked; none is made for that."""
    return settings.paths.ledger.is_dir() and settings.paths.artifacts.is_dir()
