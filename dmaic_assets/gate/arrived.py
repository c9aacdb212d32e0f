"""Facts of an accepted file with what was set apart from it: rows as they arrived, or most of them.

What belongs here: taking facts from the rows that a judgement leaves, or that it leaves and those
that are put back. What comes back, `rules.recurring` decides.
"""

import polars as pl

from dmaic_assets.gate.judge import Judgement
from dmaic_assets.gate.split import split
from dmaic_assets.history.apart import SortedApart, sort_apart, with_apart
from dmaic_assets.history.facts import FileFacts, collect_facts, with_failed
from dmaic_assets.rules.recurring import Back
from dmaic_assets.table.profile.profile import profile_frame
from dmaic_assets.table.text_table import ROW
from dmaic_assets.table.types.cast import TypedTable


def judged_facts(typed: TypedTable, judgement: Judgement) -> tuple[FileFacts, SortedApart]:
    """Takes the facts of a file from its accepted rows, and sorts those that are set apart.

    Args:
        typed: The table that was judged, and not held.
        judgement: Its judgement.
    """
    file, verdict = typed.table.file, judgement.verdict
    parts = split(typed, judgement)
    frame = parts.accepted.collect()
    profile = profile_frame(frame, typed.types, size_bytes=file.size_bytes)
    facts = collect_facts(frame, profile, typed.types, file_sha256=file.sha256)
    apart = sort_apart(
        parts.quarantined.collect(),
        verdict.violations,
        profile,
        apart_from=verdict.thresholds.quarantine_from,
    )
    return with_apart(with_failed(facts, verdict), apart.kinds, ()), apart


def facts_with(typed: TypedTable, apart: SortedApart, back: Back) -> FileFacts:
    """Takes the facts of a file from all its rows but those that stay set apart.

    Args:
        typed: The table, under the types of `back` where there are any.
        apart: What its judgement set apart.
        back: Which kinds of that are put back.
    """
    table = typed.table
    still = pl.Series(ROW, apart.still_apart(back.kinds), dtype=pl.UInt32)
    is_kept = ~table.data_rows().is_in(still.implode())
    places = is_kept.arg_true().cast(pl.UInt32)
    lazy = typed.lazy
    frame = (
        lazy.filter(is_kept)
        if table.is_in_memory
        else lazy.with_row_index(ROW).filter(pl.col(ROW).is_in(places.implode())).drop(ROW)
    )
    profile = profile_frame(frame, typed.types, size_bytes=table.file.size_bytes)
    facts = collect_facts(frame, profile, typed.types, file_sha256=table.file.sha256)
    return with_apart(facts, apart.kinds, back.kinds)
