"""What the score of several files is, and that of a file without rows: one answer for everybody.

A score tells how well rows keep their rules. So several files score as their rows do together,
each row alike, and what has no rows has no score: a file with a header alone, or one that cannot
be read. The verdict keeps the figure that the gate decided by.
"""

from collections.abc import Iterable


def score_of_rows(files: Iterable[tuple[float | None, int]]) -> float | None:
    """The mean score of files, given each with its rows, weighted by rows; None without a row."""
    scored = [(score, rows) for score, rows in files if score is not None]
    rows = sum(number for _, number in scored)
    return sum(score * number for score, number in scored) / rows if rows else None


def score_of_file(score: float | None, rows: int) -> float | None:
    """The score of a file as it is shown: None without a row."""
    return score if rows else None
