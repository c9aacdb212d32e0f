"""The release of a held file: which rules held it, and what of the gate still counts for it.

What belongs here: values only. Where a release is written down, `rules.people` knows; the file's
way into the warehouse is that of any file.
"""

import shlex
from collections.abc import Collection, Iterable, Sequence
from dataclasses import replace

from dmaic_assets.model import SEVERITIES, RuleSet, Severity, Thresholds, Verdict

SANITY = "sanity."
# Percentage points by which a threshold is reached all the same: as where it is applied (`score`).
_ROUNDING = 1e-9
UNREADABLE = f"{SANITY}readable"


def holding_rules(verdict: Verdict) -> tuple[str, ...]:
    """Names the rules that hold a file, in the order of its violations.

    These are the broken ones of the severities of which too few hold (all of them where the score
    is too low), the broken ones that set rows apart, and, where too large a share of the rows was
    set apart, the row rules that did so. A broken rule that only reports holds nothing, and a
    release leaves it alone. Checks of reading and typing are no rules and never among them.
    """
    thresholds = verdict.thresholds
    limit = SEVERITIES.index(thresholds.quarantine_from)
    rules = [v for v in verdict.violations if not v.rule.startswith(SANITY)]
    sets_apart = {
        v.rule
        for v in verdict.violations
        if v.scope == "row" and SEVERITIES.index(v.severity) <= limit
    }
    shares = [v.share for v in verdict.violations if v.rule in sets_apart]
    is_too_much = sum(shares) > thresholds.max_quarantined_share
    missed = _missed_severities(verdict)
    holding = tuple(
        v.rule
        for v in rules
        if (v.rule in sets_apart and (v.is_broken or is_too_much))
        or (v.is_broken and v.severity in missed)
    )
    # What else holds it (a verdict of an older version) is one of those that are broken.
    return holding or tuple(v.rule for v in rules if v.is_broken)


def _missed_severities(verdict: Verdict) -> frozenset[Severity]:
    """The severities of which too few rules hold; every one where the score is too low."""
    thresholds, rates = verdict.thresholds, verdict.severity_rates
    if 100 * verdict.score < thresholds.overall - _ROUNDING:
        return frozenset(SEVERITIES)
    wanted = thresholds.severities
    return frozenset(s for s in SEVERITIES if rates.get(s, 100.0) < wanted.get(s, 0.0) - _ROUNDING)


def holders(verdict: Verdict) -> tuple[str, ...]:
    """The rules that hold a file, and the checks of reading and typing that it fails."""
    failed = [v.rule for v in verdict.violations if v.is_broken and v.rule.startswith(SANITY)]
    return (*holding_rules(verdict), *failed)


def freeing_rules(held: Iterable[Verdict], others: Iterable[Verdict] = ()) -> tuple[str, ...]:
    """The rules whose release frees most held files for each that gives way; of equals, most files.

    Counted so, a damaged file among clean ones does not put its rules among them.

    Args:
        held: Verdicts of held files that may be fine.
        others: Of files of the source that are held for another reason: none of them is freed.

    Returns:
        Some rules; none where no file is held by rules alone, or none has rows to accept.
    """
    holding = [(holding_rules(v), frozenset(holders(v))) for v in held if can_be_read(v)]
    apart = [frozenset(holders(v)) for v in others]
    choices = dict.fromkeys(
        rules
        for rules, every in holding
        if rules and every <= set(rules) and not any(other <= set(rules) for other in apart)
    )

    def gain(rules: tuple[str, ...]) -> tuple[float, int]:
        freed = sum(every <= set(rules) for _, every in holding)
        return freed / len(rules), freed

    return max(choices, key=gain, default=())


def freeing_command(source: str, held: Iterable[Verdict]) -> str | None:
    """The command that releases what `freeing_rules` hold, if anything."""
    rules = freeing_rules(held)
    return release_rules_command(source, rules) if rules else None


def release_command_of(
    source: str, held: Sequence[tuple[str, Verdict]], others: Iterable[Verdict] = ()
) -> str:
    """The command that frees most of the files, which are held alike: the rules', or the first's.

    Args:
        source: Their source.
        held: Names and verdicts, at least one.
        others: Verdicts of its files that are held for another reason.
    """
    rules = freeing_rules([verdict for _, verdict in held], others) if len(held) > 1 else ()
    if rules:
        return release_rules_command(source, rules)
    return release_command(f"{source}/{held[0][0]}")


def admit_file_command(named: str) -> str:
    """The command that accepts the rows that rules set apart from a file.

    Args:
        named: `source/name` or the beginning of its SHA-256, as people name files.
    """
    return f"{shlex.join(['dmaic', 'gate', 'admit', '--file', named])} --reason TEXT"


def release_command(named: str) -> str:
    """The command that accepts a held file after all, named as `admit_file_command` takes it."""
    return f"{shlex.join(['dmaic', 'gate', 'release', named])} --reason TEXT"


def release_rules_command(source: str, rules: Sequence[str]) -> str:
    """The command that accepts every held file of a source that only these rules hold."""
    named = [word for rule in rules for word in ("--rule", rule)]
    return f"{shlex.join(['dmaic', 'gate', 'release', *named, '--all', source])} --reason TEXT"


def can_be_read(verdict: Verdict) -> bool:
    """Whether the file has rows that could be accepted at all."""
    return all(v.rule != UNREADABLE for v in verdict.violations) and verdict.rows > 0


def without_rules(rules: RuleSet, ids: Collection[str]) -> RuleSet:
    """Switches the rules of these ids off, for the file that was released, and says so."""
    kept = tuple(replace(r, is_enabled=r.is_enabled and r.id not in ids) for r in rules.rules)
    named = ", ".join(ids) or "thresholds only"
    note = f"released by people; these rules do not count for this file: {named}"
    return replace(rules, rules=kept, notes=(*rules.notes, note))


def open_thresholds(thresholds: Thresholds) -> Thresholds:
    """Lets every file pass: only rows that fail a rule, or cannot be read, are set apart."""
    return replace(thresholds, overall=0.0, severities={}, max_quarantined_share=1.0)
