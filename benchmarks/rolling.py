"""A feed as it is run: accepted files join the baseline, and somebody releases what was held.

Every file is judged by the rules of the files before it. A held clean file is a false alarm; it is
released, so that the next rules know it.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from benchmarks.gating import facts_of, facts_of_typed, gate, rules_of, typed_of
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.rules.learn import WINDOW


def releases(
    trusted: Sequence[pl.DataFrame], later: Sequence[pl.DataFrame], name: str, folder: Path
) -> tuple[list[int], int, Counter[str]]:
    """Judges the clean files in order.

    Returns:
        The numbers of the files that had to be released, how many there were, and the rules that
        held them.
    """
    history: list[FileFacts] = facts_of(trusted, folder)
    held: list[int] = []
    by: Counter[str] = Counter()
    for number, table in enumerate(later):
        rules = rules_of(history, name)
        gated = gate(table, rules, folder)
        kept = table
        if gated.is_stopped:
            held.append(number)
            by.update(v.rule for v in gated.judgement.verdict.violations if v.is_broken)
        else:
            kept = table.filter(pl.Series(~gated.apart))
        history = [*history, facts_of_typed(typed_of(kept, folder, rules.types))][-WINDOW:]
    return held, len(later), by
