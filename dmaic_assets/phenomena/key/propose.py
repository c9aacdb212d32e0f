"""Proposes to drop rows that repeat others, where a column says that they are copies.

What belongs here: telling copies from rows that are alike by chance. The rows are dropped by
`improve`, after every other change.
"""

from collections.abc import Iterator

from dmaic_assets.phenomena.contract.cell_evidence import Evidence
from dmaic_assets.phenomena.contract.repair_kind import Repair

# Fewer different rows say nothing of what identifies one.
LEAST_ROWS = 30


def copy_proposals(evidence: Evidence) -> Iterator[Repair]:
    """Proposes to drop copies: equal rows in a table with a column that is a key but for them."""
    own = evidence.frame.tail(evidence.frame.height - evidence.trusted_rows)
    distinct = own.unique().height
    copies = own.height - distinct
    if copies < 1 or distinct < LEAST_ROWS:
        return
    keys = [n for n in own.columns if own.get_column(n).n_unique() == distinct]
    if keys:
        yield Repair("rows.dedupe", "dedupe", (), {}, {"copies": copies, "key": keys[0]})
