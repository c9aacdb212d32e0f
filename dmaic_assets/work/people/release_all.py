"""All files that rules hold: which of them a word on these rules frees, and what holds the others.

What belongs here: finding them among the held files. Releasing one, `release` knows.
"""

from collections.abc import Collection, Sequence

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets.gate.release import SANITY, can_be_read, holding_rules, release_rules_command
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
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
    free = tuple(held for held in files if set(holders(held)) <= set(rules))
    if not free:
        command = freeing_command(name, files)
        fix = f"If these are wrong too: {command}" if command else "Release each by its name."
        why = f"each of the {len(files)} files that it holds is held by other rules too"
        raise PolicyError(named, why, fix)
    return free


def holders(held: Held) -> tuple[str, ...]:
    """The rules that hold a file, and the checks of reading and typing that it fails."""
    failed = [v.rule for v in held.verdict.violations if v.is_broken]
    return (*held.rules, *(rule for rule in failed if rule.startswith(SANITY)))


def freeing_command(source: str, files: Sequence[Held]) -> str | None:
    """The command that frees most files for each rule that gives way; of equals, most files.

    Counted so, a damaged file among clean ones does not put its rules into the command.
    """
    choices = dict.fromkeys(h.rules for h in files if h.rules and h.rules == holders(h))

    def gain(rules: tuple[str, ...]) -> tuple[float, int]:
        freed = sum(set(holders(held)) <= set(rules) for held in files)
        return freed / len(rules), freed

    return release_rules_command(source, max(choices, key=gain)) if choices else None


def most_freeing(platform: Platform, files: Sequence[Arrival]) -> tuple[tuple[str, int, str], ...]:
    """Says how most of the held files are freed, as long as any is held.

    Args:
        platform: The stores.
        files: Arrivals of any sources.

    Returns:
        Source, how many of its files are held, and the command, for each source where files are
        held that rules alone hold; by name of the source.
    """
    sources = sorted({a.source for a in files if a.is_current and a.disposition == "rejected"})
    found = [(source, held_files(platform, source)) for source in sources]
    told = [(source, len(held), freeing_command(source, held)) for source, held in found]
    return tuple((source, held, command) for source, held, command in told if command)
