"""What the laboratory's commands share: the machine, what operations cost on it, keys of a file."""

import os
import time
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import progress
from dmaic_assets.errors import BadInputError
from dmaic_assets.work.laboratory.machine import COSTS, fingerprint, told
from dmaic_assets.work.laboratory.machine import clocks as clocks
from dmaic_assets.work.laboratory.machine import draw_seeds as draw_seeds
from dmaic_assets.work.laboratory.machine import need_numba as need_numba

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.columns import ArrowArray
    from dmaic_assets.hashmaps.cost_model import CostTable


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


def laboratory_folder() -> Path:
    """Where the laboratory keeps files: the project's data, else the user's cache."""
    from dmaic_assets.settings.place import find_project
    from dmaic_assets.settings.tiers import data_folder

    try:
        return data_folder(find_project(Path.cwd()), os.environ) / "hashmaps"
    except BadInputError:
        cache = os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache"
        return Path(cache) / "dmaic" / "hashmaps"


def measured_costs() -> "CostTable":
    """The costs of this machine; three seconds where they are not known yet.

    What cannot be kept, on a disk that refuses, is measured again the next time.
    """
    import numpy as np

    from dmaic_assets.hashmaps.cost_file import costs_text, read_costs
    from dmaic_assets.hashmaps.cost_model import Bench, calibrate
    from dmaic_assets.hashmaps.snapshot.write import replace_file

    path, machine = laboratory_folder() / COSTS, machine_told()
    if known := read_costs(path, machine):
        return known
    with progress("measuring this machine") as advance:
        advance(0, 1, "costs of operations")
        rng = np.random.default_rng()
        table = calibrate(machine, Bench(draw_seeds, rng, time.thread_time_ns))
    try:
        replace_file(path, (costs_text(table).encode(),))
    except OSError:
        return table
    return table


def machine_told() -> str:
    """This machine in words."""
    return told(fingerprint())
