"""An analysis that fails harms no other: what it failed of, in words that hold no cell.

What belongs here: the way from an exception to a failure, and from failures to the error that a
request ends with. The others go on; what needs the failed one, `analysis.working` skips.
"""

import traceback
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TypeVar

import polars as pl

import dmaic_assets
from dmaic_assets.analysis.finding import Finding
from dmaic_assets.analysis.study import Failure
from dmaic_assets.errors import BadInputError, DmaicError, InvariantError, StoreError
from dmaic_assets.table.spelled_numbers import plural

_PACKAGE = Path(dmaic_assets.__file__).parent
_DEFECT = (
    "This is a defect; the log of the Dagster run has the traceback. The next run tries again."
)
# Of a message of a library, which may be a page long.
_MESSAGE = 300

MadeT = TypeVar("MadeT")


@dataclass(frozen=True, slots=True)
class FailedAnalysis:
    """A failure, and the run whose rows were looked at."""

    failure: Failure
    run_id: str

    @property
    def finding(self) -> Finding:
        """The failure among the findings of its table: what is missing there, and why."""
        failure = self.failure
        text = f"{failure.words}. What it tells is missing here."
        return Finding(failure.table, (), "not_made", None, "", text, "high")


def attempted(analysis: str, table: str, make: Callable[[], MadeT]) -> MadeT | Failure:
    """Makes and keeps an outcome; a defect or a refusal of the analysis is told as its failure.

    Args:
        analysis: Which one.
        table: Of which table, or `ALL_TABLES`.
        make: Does it.

    Raises:
        StoreError: A disk refuses, which no other analysis would be spared.
    """
    try:
        return make()
    except StoreError:
        raise
    except DmaicError as error:
        return Failure(analysis, table, str(error), error.fix, error.code, str(error))
    # A panic of Polars is no Exception.
    except (Exception, pl.exceptions.PanicException) as error:  # noqa: BLE001 - a defect of one analysis ends that one only
        return _defect(analysis, table, error)


def refusal_of_failures(failures: Sequence[Failure]) -> DmaicError | None:
    """The error that a request with failures ends with: the first, and how many pieces are missing.

    None when nothing failed.
    """
    if not failures:
        return None
    first, others = failures[0], len(failures) - 1
    more = f"; {plural(others, 'other outcome')} missing as well" if others else ""
    kind = BadInputError if first.code == BadInputError.code else InvariantError
    subject = f"{first.analysis} of {first.table or 'all tables'}"
    message = first.detail.splitlines()[0][:_MESSAGE] if first.detail else first.reason
    return kind(subject, f"{message}{more}", first.fix)


def _defect(analysis: str, table: str, error: BaseException) -> Failure:
    """Names class and place of an exception; its message may hold cells and is kept for the log."""
    told = "".join(traceback.format_exception(error))
    message = f"{type(error).__name__}: {error}".splitlines()[0]
    reason = f"{type(error).__name__} in {_place(error)}"
    return Failure(analysis, table, reason, _DEFECT, detail=f"{message}\n{told}")


def _place(error: BaseException) -> str:
    """The innermost line of this package that an exception came through."""
    frames = traceback.extract_tb(error.__traceback__)
    ours = [f for f in frames if Path(f.filename).is_relative_to(_PACKAGE)] or list(frames)
    file = Path(ours[-1].filename)
    name = file.relative_to(_PACKAGE) if file.is_relative_to(_PACKAGE) else file.name
    return f"{name}, line {ours[-1].lineno}"
