"""A feed as it is run: accepted files join the baseline, and somebody releases what was held.

Every file is judged by the rules of the files before it. A held clean file is a false alarm; it is
released, so that the next rules know it.
"""

from collections import Counter
from collections.abc import Sequence
from pathlib import Path

import polars as pl

from benchmarks.gating import (
    History,
    Kept,
    gate_typed,
    released,
    rules_of,
    trusted_files,
    typed_of,
)
from dmaic_assets.rules.learn import WINDOW


def releases(
    trusted: Sequence[pl.DataFrame], later: Sequence[pl.DataFrame], name: str, folder: Path
) -> tuple[list[int], int, Counter[str]]:
    """Judges the clean files in order.

    Returns:
        The numbers of the files that had to be released, how many there were, and the rules that
        held them.
    """
    history = History()
    files = trusted_files(trusted, folder)
    held: list[int] = []
    by: Counter[str] = Counter()
    for number, table in enumerate(later):
        rules = rules_of(history.facts_of(files), name)
        typed = typed_of(table, folder, rules.types)
        gated = gate_typed(typed, rules)
        if gated.is_stopped:
            held.append(number)
            by.update(v.rule for v in gated.judgement.verdict.violations if v.is_broken)
            gated = released(typed, rules)
        files = [*files, Kept(typed, gated)][-WINDOW:]
    return held, len(later), by
