"""Rules that most of the newest accepted files failed: what fires in every file tells of none.

What belongs here: which rules those are. What a verdict makes of it is the gate's.
"""

from collections import defaultdict
from collections.abc import Sequence

from dmaic_assets.history.facts import FileFacts, shares_failed

# Newest files that are asked: a rule that one clean file in ten fails by chance is failed by most
# of ten in 15 of 100,000 histories (binomial), and what began a week or two ago is known.
NEWEST = 10
# Files that must fail it: of a history of one or two, most say nothing.
LEAST_FILES = 3


def habits_of(facts: Sequence[FileFacts]) -> dict[str, float]:
    """Finds the rules and checks that more than half of the newest accepted files failed.

    Args:
        facts: Of the accepted files in arrival order, each with what failed when it was judged.

    Returns:
        The greatest share of rows that failed in one of these files, by rule id in order.
    """
    newest = facts[-NEWEST:]
    shares: defaultdict[str, list[float]] = defaultdict(list)
    for file in newest:
        for rule, share in shares_failed(file).items():
            shares[rule].append(share)
    return {
        rule: max(found)
        for rule, found in sorted(shares.items())
        if len(found) >= LEAST_FILES and 2 * len(found) > len(newest)
    }
