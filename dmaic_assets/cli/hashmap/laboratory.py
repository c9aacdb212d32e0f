"""What the laboratory's commands share: the machine, and keys of a file's column."""

from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import BadInputError
from dmaic_assets.work.laboratory.machine import clocks as clocks
from dmaic_assets.work.laboratory.machine import draw_seeds as draw_seeds
from dmaic_assets.work.laboratory.machine import need_numba as need_numba

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.columns import ArrowArray


def key_column(path: Path, column: str) -> "ArrowArray":
    """Reads one column of a file that the platform reads, as it would type it.

    Raises:
        BadInputError: There is no such file or column.
    """
    from dmaic_assets.cli.standalone import default_settings, work_on
    from dmaic_assets.errors import did_you_mean
    from dmaic_assets.model import RuleSet

    with default_settings() as settings:
        work = work_on(settings, path, RuleSet(source=path.stem, rules=()))
        frame = work.typed.lazy
        names = frame.collect_schema().names()
        if column not in names:
            culprit = f"has no column {column!r}{did_you_mean(column, names)}"
            raise BadInputError(str(path), culprit, f"Its columns: {', '.join(names)}.")
        return frame.select(column).collect().to_arrow().column(0)
