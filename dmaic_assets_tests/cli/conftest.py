"""`call`: runs `dmaic` in this process, where a process of its own would only cost time."""

import os
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets.cli.main import main
from dmaic_assets_tests.cli.shell import Finished


@pytest.fixture
def call(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> Callable[..., Finished]:
    for name in list(os.environ):
        if name.startswith(("DMAIC_", "DAGSTER_")):
            monkeypatch.delenv(name)

    def run(*arguments: str, cwd: Path) -> Finished:
        monkeypatch.chdir(cwd)
        capsys.readouterr()
        code = main(arguments)
        captured = capsys.readouterr()
        return Finished(code, captured.out, captured.err)

    return run
