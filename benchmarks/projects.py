"""Projects of their own in temporary folders, for the benchmarks that use the whole platform."""

import shutil
import sys
from collections.abc import Callable
from pathlib import Path

from benchmarks.measure import ROOT, measure

# The package and the benchmarks of this very checkout, whatever is installed.
PATHS = {"PYTHONPATH": str(ROOT)}
DMAIC = (sys.executable, "-m", "dmaic_assets.cli")


def empty_project(folder: Path) -> Path:
    """Makes a project with the default configuration and nothing in it."""
    shutil.copytree(ROOT / "config", folder / "config", ignore=shutil.ignore_patterns("rules"))
    (folder / "data" / "incoming").mkdir(parents=True)
    return folder


def project_with_history(folder: Path, write: Callable[[Path], None], form: str) -> Path:
    """Makes a project whose source `orders` has one accepted file, so that rules are learnt."""
    project = empty_project(folder / "project")
    incoming = project / "data" / "incoming" / "orders"
    incoming.mkdir()
    write(incoming / f"history.{form}")
    said = measure(loop_program(project), environment=PATHS).stdout.strip()
    if not said.startswith("accept"):
        raise RuntimeError(f"the history was not accepted: {said}")
    return project


def fresh_copy(project: Path, trial: Path, file: Path) -> Path:
    """Copies a project with its history and drops the file to measure into it."""
    shutil.rmtree(trial, ignore_errors=True)
    shutil.copytree(project, trial)
    (trial / "data" / "incoming" / "orders" / file.name).hardlink_to(file)
    return trial


def loop_program(project: Path) -> list[str]:
    """The program that takes whatever is new in a project through the whole loop."""
    return [sys.executable, "-m", "benchmarks.loop", str(project)]
