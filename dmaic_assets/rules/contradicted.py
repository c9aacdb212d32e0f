"""Rules that the files after them contradict lose their say, and say why.

What belongs here: rules on how columns hang together, which history supports by never breaking
them. The rows that such a rule sets apart are no history, so it would be learnt again for ever;
the files' verdicts tell how often it was wrong. Values that come again are known by themselves.
"""

from collections.abc import Sequence
from dataclasses import replace

from dmaic_assets.history.facts import FileFacts, failed_of
from dmaic_assets.history.proposal import NEVER_BROKEN
from dmaic_assets.model import Rule, RuleSet

# Files that contradict a rule before it is the rule that is wrong: one or two may be damaged.
LEAST_FILES = 3
# The share of the files of history that must contradict it: below half of them more files speak
# for the rule than against it. A rule from one file gives in to three, one from thirty to thirty.
LEAST_SHARE = 0.5
_RELATIONS = frozenset({"column_pair", "derived", "functional_dependency", "in_sequence", "window"})


def without_contradicted(rules: RuleSet, facts: Sequence[FileFacts]) -> RuleSet:
    """Lets rules only report that most of the files of history contradict.

    From then on the rows that such a rule had set apart are accepted, and with them in history it
    is not learnt any more.

    Args:
        rules: Rules learnt from the files.
        facts: The accepted and released files, each with what failed when it was judged.
    """
    failed = [failed_of(file) for file in facts]
    rows = sum(file.rows for file in facts)
    told = tuple(
        _told(rule, [f[rule.id] for f in failed if rule.id in f], len(facts), rows)
        if rule.kind in _RELATIONS
        else rule
        for rule in rules.rules
    )
    return replace(rules, rules=told)


def _told(rule: Rule, failed: Sequence[int], files: int, rows: int) -> Rule:
    share = sum(failed) / max(1, rows + sum(failed))
    stated = rule.evidence.get("good_rows_lost")
    is_beyond = not isinstance(stated, float) or share > stated
    if len(failed) < max(LEAST_FILES, LEAST_SHARE * files) or not is_beyond:
        return rule
    reason = f"{len(failed)} of {files} files contradict it, in {sum(failed):,} rows ({share:.1%})"
    evidence = {**rule.evidence, "contradicted": reason}
    return replace(rule, severity="low", tolerance=NEVER_BROKEN, evidence=evidence)
