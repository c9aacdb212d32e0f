"""Runs `dmaic` as a user does, in a folder, with its exit code: as a process of its own, or here.

A process of its own imports Dagster and Polars anew, which costs more cpu than what most tests
have it do. `dmaic` is for what a process is tested for: streams, signals, exits, imports, servers.
"""

import io
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from contextlib import chdir, redirect_stderr, redirect_stdout
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

from dmaic_assets.cli.main import main

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


def dmaic_here(
    *arguments: str, cwd: Path, environment: Mapping[str, str] | None = None, stdin: str = ""
) -> Finished:
    """Runs a command in this process, with what a process of its own would be given."""
    out, err = _stream(), _stream()
    variables = clean_environment() | {"DMAIC_STABLE_FOR_S": "0"} | dict(environment or {})
    with (
        chdir(cwd),
        patch.dict(os.environ, variables, clear=True),
        patch.object(sys, "stdin", _stream(stdin)),
        redirect_stdout(out),
        redirect_stderr(err),
    ):
        code = main(arguments)
    return Finished(code, _text(out), _text(err))


def run_with(folder: Path, texts: Mapping[str, str]) -> Finished:
    """Drops files of `orders` into a project and runs it."""
    incoming = folder / "data" / "incoming" / "orders"
    incoming.mkdir(parents=True, exist_ok=True)
    for name, text in texts.items():
        (incoming / name).write_text(text, encoding="utf-8")
    return dmaic_here("run-all", cwd=folder)


def clean_environment() -> dict[str, str]:
    """This process's environment with this checkout's code first and no project of its own."""
    kept = {k: v for k, v in os.environ.items() if not k.startswith(("DMAIC_", "DAGSTER_"))}
    return kept | {"PYTHONPATH": str(REPOSITORY), "NO_COLOR": "1", "PYTHONWARNINGS": ""}


def _stream(text: str = "") -> io.TextIOWrapper:
    return io.TextIOWrapper(io.BytesIO(text.encode()), encoding="utf-8", write_through=True)


def _text(stream: io.TextIOWrapper) -> str:
    stream.seek(0)
    return stream.read()
