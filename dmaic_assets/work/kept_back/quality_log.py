"""The ledger's mirrors as everybody may read them: the quality log tells no value of a person.

What belongs here: telling lines of the log anew where a column became known to tell of persons.
The ledger itself keeps verdicts whole.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.record.mirrors import restore_mirrors, sync_mirrors
from dmaic_assets.store.ledger.record.verdicts import LogEntry, details_of, verdicts
from dmaic_assets.work.run.platform import Platform


def sync_shown_mirrors(platform: Platform) -> Mapping[str, bool]:
    """Rewrites the mirrors when the ledger, or what is kept back, says other than they do.

    Returns:
        For each mirror's file name whether it was written.

    Raises:
        StoreError: Ledger or folder refuse; the old mirrors stay.
    """
    return sync_mirrors(
        platform.ledger, platform.paths.ledger, lambda entries: log_shown(platform, entries)
    )


def restore_shown_mirrors(platform: Platform) -> bool:
    """Writes the mirrors when one of them is gone, and tells whether it did.

    Raises:
        StoreError: Ledger or folder refuse.
    """
    return restore_mirrors(
        platform.ledger, platform.paths.ledger, lambda entries: log_shown(platform, entries)
    )


def log_shown(platform: Platform, entries: Sequence[LogEntry]) -> list[LogEntry]:
    """Takes values of columns that tell of persons out of lines of the quality log.

    Args:
        platform: The stores; verdicts are read of sources that have such columns.
        entries: The lines, in any order.
    """
    # Runs that find nothing to do look at the mirrors too, and load no Polars.
    from dmaic_assets.work.kept_back.columns import HiddenColumns
    from dmaic_assets.work.kept_back.verdicts import without_hidden

    deciding = HiddenColumns(platform)
    told: dict[tuple[str, str, str], dict[str, Json]] = {}
    for source in sorted({e.source for e in entries if e.details.get("failures")}):
        found = [r for r in verdicts(platform.ledger, source=source) if r.verdict.violations]
        shown = without_hidden(platform, [r.verdict for r in found], deciding)
        for record, verdict in zip(found, shown, strict=True):
            if verdict != record.verdict:
                told[record.run_id, source, verdict.file_sha256] = details_of(verdict)
    return [
        replace(e, details={**e.details, **told.get((e.run_id, e.source, e.file_sha256), {})})
        for e in entries
    ]
