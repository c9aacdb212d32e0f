"""Which rule file a `dmaic rules` command speaks of: a project's source, or a file by path.

What belongs here: the argument and options that these commands share.
"""

from collections.abc import Callable
from pathlib import Path
from typing import TYPE_CHECKING, TypedDict, TypeVar

import click

from dmaic_assets.cli.framework import by_option, json_option, project_option
from dmaic_assets.errors import BadInputError

if TYPE_CHECKING:
    from dmaic_assets.model import RuleSet
    from dmaic_assets.rules.people import Signature
    from dmaic_assets.work.people.rule_edits import Edited

FunctionT = TypeVar("FunctionT", bound=Callable[..., object])
_SUFFIXES = (".yaml", ".yml")


class Signed(TypedDict):
    """What click hands to a command that changes rules, besides what to change."""

    reason: str
    by: str | None
    project: Path | None
    is_json: bool


def source_argument(function: FunctionT) -> FunctionT:
    """Adds SOURCE: a source of the project, or the path of a rule file."""
    return click.argument("source", metavar="SOURCE")(function)


def signing_options(function: FunctionT) -> FunctionT:
    """Adds who and why, the project, and `--json`."""
    for option in (
        json_option,
        project_option,
        by_option,
        click.option("--reason", default="", metavar="TEXT", help="Why; kept with the change."),
    ):
        function = option(function)
    return function


def is_file(source: str) -> bool:
    """Whether SOURCE is spelt as a rule file's path; sources have no such endings."""
    return source.endswith(_SUFFIXES)


def rules_of(source: str, project: Path | None) -> "tuple[RuleSet, Path]":
    """Reads the rules that SOURCE speaks of, and tells where they are.

    Raises:
        BadInputError: There is no such rule file, source or project.
    """
    from dmaic_assets.rules.yaml.file import load_rules

    if is_file(source):
        return load_rules(Path(source)), Path(source)
    from dmaic_assets.cli.project import settings_at
    from dmaic_assets.work.people.hand_rules import rules_path

    path = rules_path(settings_at(project), source)
    if not path.is_file():
        fix = "Run its files first (dmaic run-all); dmaic sources lists the sources."
        raise BadInputError(source, f"has no rules yet ({path.name} is not there)", fix)
    return load_rules(path), path


def change(
    source: str,
    apply: "Callable[[RuleSet, Signature], RuleSet]",
    signed: Signed,
) -> "Edited":
    """Changes the rules that SOURCE speaks of; a project's ledger is told.

    Raises:
        BadInputError: There is no such rule file, source or rule.
        StoreError: Rule file or ledger refuse; then neither is changed.
    """
    from dmaic_assets.cli.project import platform_at
    from dmaic_assets.settings.project import utc_clock
    from dmaic_assets.work.people.rule_edits import change_rules, changed_file, signature

    by, reason = signed["by"], signed["reason"]
    if is_file(source):
        mine = signature(utc_clock(), by=by, reason=reason)
        return changed_file(Path(source), lambda rules: apply(rules, mine))
    with platform_at(signed["project"]) as platform:
        theirs = signature(platform.clock(), by=by, reason=reason)
        return change_rules(platform, source, lambda rules: apply(rules, theirs))
