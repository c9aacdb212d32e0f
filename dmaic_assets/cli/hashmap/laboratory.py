"""What the laboratory's commands share: seeds, clocks, keys of a file's column."""

import resource
import secrets
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import BadInputError

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.columns import ArrowArray
    from dmaic_assets.hashmaps.kernels.machine import Words
    from dmaic_assets.hashmaps.trial.play import Clocks


def need_numba() -> None:
    """Refuses to go on without what compiles kernels.

    Raises:
        BadInputError: numba is not installed.
    """
    import importlib.util

    if importlib.util.find_spec("numba") is None:
        fix = "Install it: pip install 'dmaic-assets[hashmaps]'"
        raise BadInputError("the laboratory", "needs numba, which is not installed", fix)


def draw_seeds() -> "Words":
    """Draws the four words of a map's seeds from the system's randomness."""
    import numpy as np

    secret = [secrets.randbits(64) | 1 for _ in range(2)]
    return np.array([*secret, 0, 0], np.uint64)


def clocks() -> "Clocks":
    """The clocks of this process."""
    from dmaic_assets.hashmaps.trial.play import Clocks

    return Clocks(
        time.thread_time_ns,
        time.perf_counter_ns,
        lambda: resource.getrusage(resource.RUSAGE_SELF).ru_nivcsw,
    )


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
