"""The machine that benchmarks run on: what figures hold for, its clocks, and seeds of maps."""

import platform
import resource
import secrets
import time
from collections.abc import Mapping
from functools import cache
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import BadInputError

if TYPE_CHECKING:
    from dmaic_assets.hashmaps.kernels.machine import Words
    from dmaic_assets.hashmaps.trial.play import Clocks

# The file of measured costs of operations, in the laboratory's folder.
COSTS = "costs.json"
_CPUS = Path("/proc/cpuinfo")
# The version of numba where it is not installed.
_NO_NUMBA = "none"


@cache
def fingerprint() -> Mapping[str, str]:
    """What a figure holds for: model of the cpu, architecture, Python, and what compiles."""
    return {
        "cpu": _cpu_model() or platform.processor() or "unknown",
        "architecture": platform.machine(),
        "python": platform.python_version(),
        "numba": _numba_version(),
    }


def told(machine: Mapping[str, str]) -> str:
    """The processor and what compiles for it, in words: costs are true of both only."""
    return ", ".join(machine.values())


def missing(machine: Mapping[str, str] | None = None) -> str | None:
    """Says why a machine (this one where none is told) has no laboratory; None where it has."""
    if (machine or fingerprint())["numba"] == _NO_NUMBA:
        return "numba is not installed: pip install 'dmaic-assets[hashmaps]'"
    return None


def need_numba(machine: Mapping[str, str] | None = None) -> None:
    """Refuses to go on without what compiles kernels.

    Raises:
        BadInputError: numba is not installed on the machine: this one where none is told.
    """
    if missing(machine):
        fix = "Install it: pip install 'dmaic-assets[hashmaps]'"
        raise BadInputError("the laboratory", "needs numba, which is not installed", fix)


def _numba_version() -> str:
    try:
        return version("numba")
    except PackageNotFoundError:
        return _NO_NUMBA


def _cpu_model() -> str:
    try:
        lines = _CPUS.read_text(encoding="utf-8", errors="replace").splitlines()
    except OSError:
        return ""
    named = (line.partition(":")[2].strip() for line in lines if line.startswith("model name"))
    return next(named, "")


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
