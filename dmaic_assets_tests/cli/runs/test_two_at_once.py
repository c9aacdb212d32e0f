"""Two commands at once: the second waits for the first and tells the truth about it."""

import subprocess
import sys
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.errors import BusyError
from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.holders import let_go
from dmaic_assets.work.run.platform import Platform, platform_of
from dmaic_assets_tests.cli.samples import write_days
from dmaic_assets_tests.cli.shell import clean_environment, dmaic


class Second:
    """`dmaic run-all --json` in a process of its own while a run is open in this one."""

    def __init__(self, project: Path) -> None:
        self.process = subprocess.Popen(
            [sys.executable, "-m", "dmaic_assets.cli", "run-all", "--json"],
            cwd=project,
            env=clean_environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            text=True,
        )

    def first_words(self) -> str:
        assert self.process.stderr is not None
        return self.process.stderr.readline()

    def finish(self) -> dict[str, object]:
        import json

        out, _ = self.process.communicate(timeout=120)
        return json.loads(out)


@pytest.fixture
def shop(tmp_path: Path) -> Path:
    make_project(tmp_path)
    write_days(tmp_path / "data" / "incoming" / "orders", range(1, 4))
    return tmp_path


def at_once(shop: Path, then: Callable[[Platform, str], object]) -> tuple[str, dict[str, object]]:
    """Opens a run here, starts the command, and does `then` once the command waits."""
    with platform_of(load_settings(shop, environment={})) as platform:
        request = RunRequest()
        run_id = open_run(platform, plan_run(platform, request), request)
        second = Second(shop)
        assert run_id in second.first_words()
        assert second.process.poll() is None
        then(platform, run_id)
        return run_id, second.finish()


def test_the_second_waits_and_finds_all_of_it_done(shop: Path) -> None:
    run_id, document = at_once(shop, lambda platform, run: work_run(platform, run, workers=1))

    files = document["files"]
    assert isinstance(files, list)
    assert [f["verdict"] for f in files] == ["accept"] * 3
    assert document["waited_for"] == [run_id]
    assert document["is_null_run"] is True


def test_the_second_does_what_the_first_left_when_it_ended(shop: Path) -> None:
    run_id, document = at_once(shop, let_go)

    totals = document["totals"]
    assert isinstance(totals, dict)
    assert totals["accept"] == 3
    assert document["waited_for"] == [run_id]
    assert document["run_id"] != run_id


def test_a_run_over_files_in_other_hands_is_refused_and_names_them(shop: Path) -> None:
    holder = (
        "import sys, time\n"
        "from pathlib import Path\n"
        "from dmaic_assets.work.run.bulk import open_run\n"
        "from dmaic_assets.work.plan.plan import plan_run\n"
        "from dmaic_assets.work.run.platform import open_platform\n"
        "from dmaic_assets.work.plan.request import RunRequest\n"
        "from dmaic_assets.settings.project import load_settings\n"
        "platform = open_platform(load_settings(Path('.'), environment={}))\n"
        "print(open_run(platform, plan_run(platform, RunRequest()), RunRequest()), flush=True)\n"
        "sys.stdin.read()\n"
    )
    process = subprocess.Popen(
        [sys.executable, "-c", holder],
        cwd=shop,
        env=clean_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )
    assert process.stdout is not None
    run_id = process.stdout.readline().strip()

    with platform_of(load_settings(shop, environment={})) as platform:
        plan = plan_run(platform, RunRequest())
        with pytest.raises(BusyError, match=f"run {run_id} .process {process.pid} on"):
            open_run(platform, plan, RunRequest())
        reset = dmaic("reset", "--yes", "--json", cwd=shop)
        assert (reset.code, run_id in reset.error["detail"]) == (4, True)
        process.kill()
        process.communicate()
        again = work_run(platform, open_run(platform, plan, RunRequest()), workers=1)

    assert sum(len(cell.verdicts) for cell in again.cells) == 3
