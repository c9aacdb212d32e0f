"""Two machines work the same files: one PostgreSQL ledger, one data folder, killed at random."""

import random
import time
from collections.abc import Mapping, Sequence
from pathlib import Path

import pytest

from dmaic_assets_tests.store.ledger.conftest import own_postgres_url, postgres_server
from dmaic_assets_tests.work.crash.project import (
    ids_of,
    make_project,
    outcome,
    rows_everywhere,
    start,
    work,
)

__all__ = ["own_postgres_url", "postgres_server"]

pytestmark = [pytest.mark.crash, pytest.mark.postgres]

# A part file that is younger than this may be the other machine's, at work.
AT_WORK = ("3600",)
NIGHTS = 5
# When a machine is killed, in parts of what one alone takes for all: the second of two machines is
# killed after the first, before it can have ended, however fast both are.
MOMENTS = (0.1, 0.5)


def machine(root: Path, data: Path) -> Path:
    """A project folder of its own whose data lie in the shared folder."""
    make_project(root, days=0, sources=0)
    settings = root / "config" / "dmaic.yaml"
    settings.write_text(settings.read_text().replace("data_root: data", f"data_root: {data}"))
    return root


def one_night(
    machines: Sequence[Path],
    environment: Mapping[str, str],
    chance: random.Random,
    alone_s: float,
) -> int:
    """Starts all machines at once and kills each at some moment; tells how many were at work."""
    at_work = [start(each, environment=environment, arguments=AT_WORK) for each in machines]
    kills = 0
    for process in chance.sample(at_work, len(at_work)):
        time.sleep(chance.uniform(*MOMENTS) * alone_s)
        process.kill()
        _, errors = process.communicate()
        assert process.returncode <= 0, errors[-3000:]
        kills += process.returncode < 0
    return kills


def finish_together(machines: Sequence[Path], environment: Mapping[str, str]) -> None:
    at_work = [start(each, environment=environment, arguments=AT_WORK) for each in machines]
    for process in at_work:
        _, errors = process.communicate(timeout=300)
        assert process.returncode == 0, errors[-3000:]


def test_two_machines_that_are_killed_lose_and_double_nothing(
    tmp_path: Path, own_postgres_url: str
) -> None:
    alone = make_project(tmp_path / "alone")
    began = time.monotonic()
    assert work(alone) == 0
    alone_s = time.monotonic() - began
    shared = make_project(tmp_path / "shared")
    before = ids_of(shared)
    machines = [machine(tmp_path / name, shared / "data") for name in ("one", "two")]
    environment = {"DMAIC_LEDGER_URL": own_postgres_url}
    chance = random.Random(20261125)

    kills = sum(one_night(machines, environment, chance, alone_s) for _ in range(NIGHTS))
    finish_together(machines, environment)
    # Nobody is at work any more, so what is half-written is nobody's.
    assert work(machines[0], environment=environment) == 0

    assert kills >= NIGHTS
    assert rows_everywhere(shared) == before
    assert outcome(shared) == outcome(alone)
