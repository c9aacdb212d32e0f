"""Learns whether keys of a source ever come again in another file, over all that it accepted.

The evidence is exact and of the whole history: of each accepted file, how many different keys it
had and how many of these an earlier one had brought. Where files change rows of earlier ones,
keys come again, and there is no rule.
"""

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np

from dmaic_assets.history.tolerance import interval, rare_upper
from dmaic_assets.model import Json, Rule

# Files after the first from which it can be told what share of a file's keys is known.
FEWEST_SHARES = 3
# Files after the first in which no key came again, from which a single one that does is set apart:
# as many as must agree on a key of several columns.
FEWEST_FILES = 8
# Share of rows with a known key above which the file, not some rows of it, has come before.
MOST_KNOWN = 0.5
# The part of a source's false-alarm budget that the share may take, if it falls as it has fallen.
BUDGET_PART = 0.2


@dataclass(frozen=True, slots=True)
class KeysOfFile:
    """How many different keys an accepted file has, and how many of these came before it."""

    keys: int
    known: int


def known_key_rules(
    columns: tuple[str, ...], files: Sequence[KeysOfFile], *, budget: float, window: int
) -> list[Rule]:
    """Learns the rules on known keys.

    Args:
        columns: The key.
        files: The keys of all accepted files, in order of arrival.
        budget: The share of clean files that the rules of the source may stop.
        window: How many of the newest files tell what is usual; each was compared with all
            before it.

    Returns:
        One rule on the file where keys come again so rarely that half of them never would; with
        it one on rows where none ever did. None where too few files tell.
    """
    with_keys = [file for file in files if file.keys]
    told = with_keys[1:][-window:]
    if len(told) < FEWEST_SHARES:
        return []
    keys = np.array([file.keys for file in told], dtype=np.float64)
    known = np.array([file.known for file in told], dtype=np.float64)
    alpha = budget * BUDGET_PART
    noise = 0.5 / float(np.sqrt(np.median(keys)))
    high = interval(known / keys, alpha, scale="arcsine", floor=noise).high
    if max(high, float((known / keys).max())) > MOST_KNOWN:
        return []
    evidence: dict[str, Json] = {
        "files": len(told),
        "keys": int(keys.sum()),
        "known_before": int(known.sum()),
        "greatest": round(float((known / keys).max()), 4),
    }
    rate: dict[str, Json] = {"stop_rate": float(f"{alpha:.2g}")}
    rules = [_rule("known_share", columns, evidence | rate, parameters={"max": MOST_KNOWN})]
    if not known.any() and len(told) >= FEWEST_FILES:
        lost: dict[str, Json] = {"good_rows_lost": float(f"{rare_upper(0, keys.sum()):.2g}")}
        # A source may begin to update rows: those are set apart, and the others are fine.
        rules.append(_rule("known_key", columns, evidence | lost, tolerance=MOST_KNOWN))
    return rules


def _rule(
    kind: str,
    columns: tuple[str, ...],
    evidence: dict[str, Json],
    *,
    parameters: dict[str, Json] | None = None,
    tolerance: float | None = None,
) -> Rule:
    return Rule(
        id=f"{'+'.join(columns)}.{kind}",
        kind=kind,
        columns=columns,
        severity="critical",
        origin="learnt",
        parameters=parameters or {},
        tolerance=tolerance,
        evidence=evidence,
    )
