"""Small projects with real stores, and runs over them without Dagster."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path

import polars as pl
import pytest

from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.record.files import Arrival, arrivals
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import RunResult, open_run, work_run
from dmaic_assets.work.run.platform import Platform, open_platform

ROOT = Path(__file__).resolve().parents[2]
# Files that a test drops are whole: nothing waits to see whether they grow.
AT_ONCE = {"DMAIC_STABLE_FOR_S": "0"}
KINDS = ("north", "south", "east", "west")


def csv_of(first: int, rows: int = 100, **columns: Callable[[int], object]) -> str:
    """A clean file of orders; further columns replace or add values by row number."""
    made: dict[str, Callable[[int], object]] = {
        "id": lambda n: first + n,
        "kind": lambda n: KINDS[n % 4],
        "amount": lambda n: f"{10 + (n * 37) % 100}.5",
        **columns,
    }
    lines = [",".join(made)]
    lines += [",".join(str(value(n)) for value in made.values()) for n in range(rows)]
    return "\n".join(lines) + "\n"


@dataclass
class Project:
    """One project in a folder, opened, with the few moves that tests make."""

    root: Path
    platform: Platform

    @property
    def data(self) -> Path:
        return self.root / "data"

    def drop(self, name: str, text: str | bytes, *, source: str = "orders") -> Path:
        folder = self.data / "incoming" / source
        folder.mkdir(parents=True, exist_ok=True)
        path = folder / name
        path.write_bytes(text.encode() if isinstance(text, str) else text)
        return path

    def reload(self, **overrides: object) -> None:
        """Reads the configuration again, as the next command would."""
        self.platform.close()
        self.platform = open_platform(
            load_settings(self.root, environment=AT_ONCE, overrides=overrides)
        )

    def plan(self, request: RunRequest | None = None) -> Plan:
        return plan_run(self.platform, request or RunRequest())

    def run(self, request: RunRequest | None = None) -> RunResult | None:
        wanted = request or RunRequest()
        plan = self.plan(wanted)
        if plan.is_empty:
            return None
        return work_run(self.platform, open_run(self.platform, plan, wanted), workers=2)

    def arrivals(self) -> dict[str, Arrival]:
        return {a.name: a for a in arrivals(self.platform.ledger)}

    def accepted_ids(self, source: str = "orders") -> list[int]:
        folder = self.data / "warehouse" / "accepted" / source
        paths = sorted(folder.glob("*.parquet")) if folder.is_dir() else []
        return sorted(int(v) for p in paths for v in pl.read_parquet(p)["id"])


def make_project(root: Path) -> Project:
    """Makes a project with the default settings and opens it."""
    (root / "config" / "rules").mkdir(parents=True)
    for name in ("dmaic.yaml", "sources.yaml", "thresholds.yaml"):
        (root / "config" / name).write_bytes((ROOT / "config" / name).read_bytes())
    return Project(root, open_platform(load_settings(root, environment=AT_ONCE)))


@pytest.fixture
def project(tmp_path: Path) -> Iterator[Project]:
    opened = make_project(tmp_path)
    yield opened
    opened.platform.close()
