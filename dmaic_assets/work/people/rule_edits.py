"""Changes that people make to the rules of a source: rule file and ledger together.

What belongs here: reading, changing and writing a source's rule file in one transaction of the
ledger. What a change does to a rule, `rules.people` knows.
"""

import getpass
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import RuleChange, RuleSet
from dmaic_assets.rules.people import Signature
from dmaic_assets.rules.yaml.file import load_rules, save_rules
from dmaic_assets.store.ledger.record.rule_changes import record_rule_changes
from dmaic_assets.work.people.hand_rules import rules_path
from dmaic_assets.work.run.platform import Platform

Change = Callable[[RuleSet], RuleSet]


@dataclass(frozen=True, slots=True)
class Edited:
    """A rule file after a change: where it is, what it holds, and what was written down."""

    path: Path
    rules: RuleSet
    changes: tuple[RuleChange, ...]


def change_rules(platform: Platform, source: str, change: Change) -> Edited:
    """Changes the rule file of a source and records the change in the ledger.

    Earlier changes that the ledger does not have (a rule file brought along from elsewhere) are
    recorded with it.

    Raises:
        BadInputError: The source has no rule file, or the change has no meaning.
        StoreError: The file cannot be written; nothing is recorded then.
    """
    path = rules_path(platform.settings, source)
    if not path.is_file():
        fix = "Run its files first (dmaic run-all), or write a rule file by hand."
        raise BadInputError(source, f"has no rules yet ({path.name} is not there)", fix)
    with platform.ledger.transaction():
        edited = changed_file(path, change)
        record_rule_changes(platform.ledger, source, edited.rules.changes)
    return edited


def changed_file(path: Path, change: Change) -> Edited:
    """Changes a rule file that belongs to no project.

    Raises:
        BadInputError: The file is no rule file, or the change has no meaning.
        StoreError: The file cannot be written; it is untouched then.
    """
    before = load_rules(path)
    after = change(before)
    if after != before:
        save_rules(after, path)
    return Edited(path, after, after.changes[len(before.changes) :])


def signature(now: datetime, *, by: str | None, reason: str) -> Signature:
    """Signs a change, by the name given or the one that the system knows the user by."""
    return Signature(now.isoformat(timespec="seconds"), by or _user(), reason)


def _user() -> str:
    try:
        return getpass.getuser()
    except (KeyError, OSError):
        return "unknown"
