"""Prints files added up per source, with a bar for the share of accepted rows."""

from collections.abc import Sequence
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import DECISION_STYLES, bar, count, print_table, styled
from dmaic_assets.cli.runs.tally import SourceTally, together
from dmaic_assets.table.spelled_numbers import percent

if TYPE_CHECKING:
    from rich.text import Text

HEADERS = ("source", "files", "verdicts", "score", "rows accepted", "", "accepted", "quarantined")
RIGHT = ("files", "score", "", "accepted", "quarantined")


def print_tallies(sources: Sequence[SourceTally]) -> None:
    """Prints one line per source, and a total below when there are several; nothing for none."""
    if not sources:
        return
    rows = [_row(source) for source in sources]
    if len(sources) > 1:
        rows.append(_row(together(sources)))
    print_table(HEADERS, rows, right=RIGHT)


def verdict_words(source: SourceTally) -> "Text":
    """Spells how many files got which verdict, in their colours: 9 accept, 2 reject."""
    from rich.text import Text

    words = [styled(f"{n} {d}", DECISION_STYLES[d]) for d, n in source.decisions.items() if n]
    waiting = source.files - sum(source.decisions.values())
    if waiting:
        words.append(styled(f"{waiting} not judged", "dim"))
    return Text(", ").join(words)


def score_text(score: float | None) -> str:
    """Spells a score in [0, 1] as people read it, 0-100; empty when there is none."""
    return "" if score is None else f"{score * 100:.1f}"


def _row(source: SourceTally) -> "tuple[str | Text, ...]":
    share = source.accepted / source.rows if source.rows else None
    return (
        source.source,
        count(source.files),
        verdict_words(source),
        score_text(source.score),
        "" if share is None else bar(share, width=8),
        "" if share is None else percent(share),
        count(source.accepted),
        count(source.quarantined),
    )
