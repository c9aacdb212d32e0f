"""Runs `dmaic` as a user does: as a process of its own, in a folder, with its exit code."""

import json
import os
import subprocess
import sys
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

REPOSITORY = Path(__file__).parents[2]


@dataclass(frozen=True)
class Finished:
    code: int
    out: str
    err: str

    @property
    def json(self) -> Any:
        return json.loads(self.out)

    @property
    def error(self) -> Any:
        return json.loads(self.err)


def dmaic(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> Finished:
    ran = subprocess.run(
        [sys.executable, "-m", "dmaic_assets.cli", *arguments],
        cwd=cwd,
        env=clean_environment() | dict(environment or {}),
        input=stdin,
        capture_output=True,
        text=True,
        timeout=480,
        check=False,
    )
    return Finished(ran.returncode, ran.stdout, ran.stderr)


def run_with(folder: Path, texts: Mapping[str, str]) -> Finished:
    """Drops files of `orders` into a project and runs it."""
    incoming = folder / "data" / "incoming" / "orders"
    incoming.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (incoming / name).write_text(text, encoding="utf-8")
    return dmaic("run-all", cwd=folder)


def clean_environment() -> dict[str, str]:
    """This process's environment with this checkout's code first and no project of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DMAIC_", "DAGSTER_"))}
    return kept | {"PYTHONPATH": str(REPOSITORY), "NO_COLOR": "1", "PYTHONWARNINGS": ""}
