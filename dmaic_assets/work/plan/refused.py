"""Sources that a run leaves out, since what people wrote of them cannot be read or cannot hold.

What belongs here: keeping one source's mistake from stopping the others, and telling it at the end.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from dmaic_assets.errors import DmaicError


@dataclass(frozen=True, slots=True)
class Refused:
    """A source that is left out, and why: its rule file, its change file or its time column."""

    source: str
    error: DmaicError

    def __str__(self) -> str:
        """Says place, cause and fix in one line."""
        return f"{self.source}: {self.error}. {self.error.fix}"


def refusal_of_sources(refused: Sequence[Refused]) -> DmaicError | None:
    """Gives the refusal that a command ends with when it left sources out; None without any.

    Class, place and fix are those of the first source; the others are counted.
    """
    if not refused:
        return None
    first, others = refused[0], len(refused) - 1
    more = f" (and {others} more source{'s' if others > 1 else ''})" if others else ""
    error = first.error
    culprit = f"{error.culprit}{more}: source {first.source} was left out"
    return type(error)(error.subject, culprit, error.fix)
