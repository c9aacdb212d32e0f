"""`dmaic gate release --rule RULE --all`: every file that only these rules hold, in one run."""

from collections.abc import Mapping, Sequence
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.gate.judged_again import (
    Moved,
    files_of,
    judge_again,
    moved_since,
    say_moved,
)
from dmaic_assets.cli.gate.told_rules import rules_document, say_rules
from dmaic_assets.cli.rules.edit_commands import change_document
from dmaic_assets.model import Json, RuleChange
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    from dmaic_assets.rules.people import Signature
    from dmaic_assets.work.people.release import Became, Held
    from dmaic_assets.work.run.platform import Platform


def release_all(
    platform: "Platform",
    rules: Sequence[str],
    source: str | None,
    mine: "Signature",
    *,
    is_json: bool,
) -> None:
    """Releases the held files that only these rules hold, judges the source again, and tells.

    Raises:
        BadInputError: The rules hold no file, or files of several sources.
        PolicyError: Every file that they hold is held by other rules too.
    """
    from dmaic_assets.rules.yaml.file import load_rules
    from dmaic_assets.work.people.hand_rules import rules_path
    from dmaic_assets.work.people.release import what_became, write_consequences, write_release
    from dmaic_assets.work.people.release_all import held_by, held_files

    free = held_by(platform, rules, source)
    name = free[0].arrival.source
    before = load_rules(rules_path(platform.settings, name)).rules
    was = files_of(platform, name)
    told = [write_release(platform, held, mine) for held in free]
    judge_again(platform, name, is_quiet=is_json)
    told.append(write_consequences(platform, free, before, mine))
    changes = [change for edited in told for change in edited.changes]
    moved = moved_since(platform, name, was)
    document = _document(name, rules, changes, moved, held_files(platform, name))
    became = what_became(platform, name, before, {rule for held in free for rule in held.rules})
    document["became"] = rules_document(became)
    document["rule_file"] = str(told[-1].path)
    if is_json:
        print_json(document)
        return
    _say(document, became, moved)


def _document(
    source: str,
    rules: Sequence[str],
    changes: Sequence[RuleChange],
    moved: Sequence[Moved],
    still: "Sequence[Held]",
) -> dict[str, Json]:
    from dmaic_assets.gate.release import freeing_command, holders
    from dmaic_assets.work.people.release_all import verdicts_of

    freed: list[Json] = [
        m.now.name for m in moved if m.was.disposition == "rejected" != m.now.disposition
    ]
    held: list[Json] = [
        {"file": h.arrival.name, "held_by": list(holders(h.verdict))} for h in still
    ]
    return {
        "source": source,
        "rules": list(rules),
        "changes": [change_document(change) for change in changes],
        "freed": freed,
        "files": [m.document for m in moved],
        "still_held": held,
        "command": freeing_command(source, verdicts_of(still)),
    }


def _say(
    document: Mapping[str, Json],
    became: "Sequence[Became]",
    moved: Sequence[Moved],
) -> None:
    freed, held = document["freed"], document["still_held"]
    count = len(freed) if isinstance(freed, list) else 0
    say(f"released {plural(count, 'file')} of {document['source']}")
    say_moved(moved)
    say_rules(became)
    for entry in held if isinstance(held, list) else ():
        if isinstance(entry, dict) and isinstance(by := entry["held_by"], list):
            say(f"still held: {entry['file']}, by {', '.join(map(str, by)) or 'its rows'}")
    if document["command"]:
        say(f"If these are fine too: {document['command']}")
