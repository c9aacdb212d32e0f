"""All files that rules hold: which of them a word on these rules frees, and what holds the others.

What belongs here: finding them among the held files. Releasing one, `release` knows.
"""

from collections.abc import Collection, Sequence

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.gate.release import can_be_read, freeing_command, holders, holding_rules
from dmaic_assets.model import Verdict
from dmaic_assets.store.ledger.record.files import arrivals
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets.work.people.release import Held
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.tasks import locate


def held_files(platform: Platform, source: str) -> tuple[Held, ...]:
    """Finds the held files of a source that have rows to accept, in arrival order."""
    known = [
        a
        for a in arrivals(platform.ledger, [source])
        if a.is_current and a.disposition == "rejected"
    ]
    said = latest_verdicts(platform.ledger, source, [a.sha256 for a in known])
    return tuple(
        Held(a, locate(a, platform.paths.data), verdict, holding_rules(verdict))
        for a in known
        if a.sha256 in said and can_be_read(verdict := said[a.sha256].verdict)
    )


def verdicts_of(files: Sequence[Held]) -> list[Verdict]:
    """The verdicts that hold the files."""
    return [held.verdict for held in files]


def held_by(platform: Platform, rules: Collection[str], source: str | None) -> tuple[Held, ...]:
    """Finds the files that some of these rules hold, and no other.

    A file that another rule holds too is no clean file because of these: it is left.

    Args:
        platform: The stores.
        rules: Ids of rules.
        source: Their source; None when only one source has files that they hold.

    Returns:
        At least one, in arrival order.

    Raises:
        BadInputError: No file is held by them, or files of several sources are.
        PolicyError: Every one of the files is held by other rules too.
    """
    sources = [source] if source else sorted({a.source for a in arrivals(platform.ledger)})
    found = {
        name: [held for held in held_files(platform, name) if set(rules) & set(held.rules)]
        for name in sources
    }
    found = {name: held for name, held in found.items() if held}
    named = ", ".join(rules)
    if not found:
        where = f" of {source}" if source else ""
        fix = "Name a rule that holds a file; a run names it, and dmaic show latest does."
        raise BadInputError(named, f"holds no file{where}", fix)
    if len(found) > 1:
        fix = f"Name the source: {' or '.join(found)}."
        raise BadInputError(named, f"holds files of {len(found)} sources", fix)
    ((name, files),) = found.items()
    free = tuple(held for held in files if set(holders(held.verdict)) <= set(rules))
    if not free:
        command = freeing_command(name, verdicts_of(files))
        fix = f"If these are wrong too: {command}" if command else "Release each by its name."
        why = f"each of the {len(files)} files that it holds is held by other rules too"
        raise PolicyError(named, why, fix)
    return free
