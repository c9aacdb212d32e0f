"""What a file's judgement is told of keys: which it has that another accepted file brought.

What belongs here: which key of a source counts, and the way from its state to rules and
references. Which files came before one is in `listed`, the state in `state`. Nothing heavy is
loaded before there is a key to ask for.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.store.ledger.record.file_queries import StoredFile
from dmaic_assets.work.known_keys.listed import Before
from dmaic_assets.work.known_keys.names import version_of
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    import polars as pl

    from dmaic_assets.settings.project import SourceSettings

KINDS = frozenset({"known_key", "known_share"})


@dataclass(frozen=True, slots=True)
class KnownKeys:
    """Keys of accepted files, before one file: each with its files, and rules learnt of it."""

    platform: Platform
    before: Before
    files: Sequence[StoredFile] = ()
    keys: Mapping[tuple[str, ...], bool] = field(default_factory=dict)
    rules: tuple[Rule, ...] = ()

    @property
    def versions(self) -> dict[str, str]:
        """The versions of the keys that rules speak of, by what is needed to ask for them again."""
        if not self.keys:
            return {}
        version = version_of(self.files)
        return {self.before.name(columns): version for columns in self.keys}

    def with_rules(self, rules: RuleSet) -> RuleSet:
        """Adds the rules on known keys, but those that people speak of themselves."""
        said = {rule.id for rule in rules.rules}
        new = tuple(rule for rule in self.rules if rule.id not in said)
        return replace(rules, rules=(*rules.rules, *new)) if new else rules

    def look_up(self, frame: "pl.LazyFrame") -> "dict[str, pl.Series]":
        """Finds the keys of a file that are known, and who brought each: references for rules."""
        from dmaic_assets.work.known_keys.asked import KeyOf, known_of

        there = set(frame.collect_schema().names())
        found: dict[str, pl.Series] = {}
        for columns, is_whole in self.keys.items():
            if set(columns) <= there:
                key = KeyOf(self.before.source, columns, is_whole)
                found |= known_of(self.platform, key, self.files, frame)
        return found


def known_keys_of(platform: Platform, rules: RuleSet, before: Before) -> KnownKeys:
    """Tells what is known of the keys of a source before a file.

    Args:
        platform: The stores.
        rules: The rules of the file, those on foreign keys too.
        before: The files that came before it.

    Returns:
        Keys that a rule is about, learnt now or written by people; none for a source without.
    """
    none = KnownKeys(platform, before)
    source = platform.settings.source(before.source)
    key = _key_of(rules, source)
    written = {r.columns for r in rules.rules if r.kind in KINDS and r.is_enabled}
    if before.until < 0 or (key is None and not written):
        return none
    types = {t.column: t.type for t in rules.types}
    files = before.files(platform)
    known = replace(none, files=files)
    learnt: list[Rule] = []
    if key is not None and len(files) > 1:
        learnt = _learnt(known, key, is_whole=_is_whole(key, types))
    columns = written | {rule.columns for rule in learnt}
    keys = {each: _is_whole(each, types) for each in sorted(columns)}
    return replace(known, keys=keys, rules=tuple(learnt))


def _key_of(rules: RuleSet, source: "SourceSettings") -> tuple[str, ...] | None:
    """The declared key, or the first that surely identifies a row."""
    unique = [
        rule.columns
        for rule in rules.rules
        if rule.kind == "unique" and rule.severity == "critical" and rule.is_enabled
    ]
    return source.primary_key if source.primary_key in unique else next(iter(unique), None)


def _is_whole(columns: Sequence[str], types: Mapping[str, str]) -> bool:
    return len(columns) == 1 and types.get(columns[0]) == "integer"


def _learnt(known: KnownKeys, key: tuple[str, ...], *, is_whole: bool) -> list[Rule]:
    from dmaic_assets.phenomena.key.learn_known import known_key_rules
    from dmaic_assets.rules.budget import budget_for
    from dmaic_assets.work.known_keys.asked import KeyOf, counts_of

    settings = known.platform.settings
    counts = counts_of(known.platform, KeyOf(known.before.source, key, is_whole), known.files)
    criticality = settings.source(known.before.source).criticality
    runs = settings.dmaic.runs
    budget = budget_for(runs.false_alarm_budget, criticality)
    return known_key_rules(key, counts, budget=budget, window=runs.baseline_window)
