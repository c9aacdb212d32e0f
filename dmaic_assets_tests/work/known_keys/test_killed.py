"""A process that is killed while it saves a state leaves the old one or the new one."""

import os
import signal
import subprocess
import sys
from pathlib import Path

import pytest

from dmaic_assets_tests.work.known_keys.test_state import FILES, brought, found, told_by

pytestmark = pytest.mark.crash
_SAVE = """
import sys
from pathlib import Path
from dmaic_assets_tests.work.known_keys.test_state import saved
saved(Path(sys.argv[1]), "table")
"""


@pytest.mark.parametrize("step", ["after_write", "after_fsync", "before_rename", "after_rename"])
@pytest.mark.parametrize("file", [1, 2])
def test_a_kill_in_any_window_leaves_a_state_or_none(tmp_path: Path, step: str, file: int) -> None:
    environment = {**os.environ, "DMAIC_FAILPOINT": f"{step}:kill:{file}"}
    ended = subprocess.run(
        [sys.executable, "-c", _SAVE, str(tmp_path)], env=environment, check=False
    )
    names = [f"{at} {sorted(keys)} 1" for at, keys in enumerate(FILES)]

    state = found(tmp_path, names)

    assert ended.returncode == -signal.SIGKILL
    assert len(state.files) in (0, len(FILES))
    state = brought(state, FILES, is_whole=True)
    assert told_by(state, 3, is_whole=True)[:7] == [-1, 0, 0, 0, 1, 2, -1]


def test_what_a_kill_left_is_gone_after_the_next_state(tmp_path: Path) -> None:
    for environment in ({"DMAIC_FAILPOINT": "after_write:kill:1"}, {}):
        subprocess.run(
            [sys.executable, "-c", _SAVE, str(tmp_path)],
            env={**os.environ, **environment},
            check=False,
        )

    assert sorted(path.suffix for path in tmp_path.iterdir()) == [".json", ".lock", ".parquet"]
