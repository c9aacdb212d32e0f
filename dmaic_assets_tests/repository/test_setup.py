"""`make setup`: done once, done again when something changed, done again when it was interrupted.

The interpreter of the environment is replaced by one that writes down how it was called.
"""

import os
import shutil
import subprocess
from pathlib import Path

import pytest

REPOSITORY = Path(__file__).parents[2]
PARTS = ("Makefile", ".ci", "pyproject.toml", "requirements-lock.txt")
LOCKED = "--require-hashes -r requirements-lock.txt"
RECORDER = """#!/bin/sh
echo "$@" >> "{log}"
case "$*" in *"pip install"*) exit ${{PIP_EXIT:-0}};; esac
"""


@pytest.fixture
def checkout(tmp_path: Path) -> Path:
    """A checkout whose environment exists and records the calls of its interpreter."""
    for part in PARTS:
        origin = REPOSITORY / part
        copy = shutil.copytree if origin.is_dir() else shutil.copy2
        copy(origin, tmp_path / part)
    binaries = tmp_path / ".venv" / "bin"
    binaries.mkdir(parents=True)
    (binaries / "activate").write_text(f"VIRTUAL_ENV={tmp_path.resolve()}/.venv\n")
    python = binaries / "python"
    python.write_text(RECORDER.format(log=tmp_path / "calls.log"))
    python.chmod(0o755)
    return tmp_path


def make(checkout: Path, *arguments: str, pip_exit: int = 0) -> "subprocess.CompletedProcess[str]":
    (checkout / "calls.log").write_text("")
    environment = {
        k: v for k, v in os.environ.items() if k not in ("VENV", "MAKEFLAGS", "MAKELEVEL")
    }
    return subprocess.run(
        ["make", *arguments],
        cwd=checkout,
        env=environment | {"PIP_EXIT": str(pip_exit)},
        capture_output=True,
        text=True,
        check=False,
    )


def installs(checkout: Path) -> list[str]:
    calls = (checkout / "calls.log").read_text().splitlines()
    return [call for call in calls if "pip install" in call]


def test_setup_installs_the_lock_with_hashes_and_then_this_package(checkout: Path) -> None:
    ran = make(checkout, "env")

    assert ran.returncode == 0
    locked, own = installs(checkout)
    assert "--no-deps" in locked
    assert LOCKED in locked
    assert own.endswith("--no-deps -e .")


def test_the_second_setup_does_nothing(checkout: Path) -> None:
    make(checkout, "env")

    ran = make(checkout, "env")

    assert (ran.returncode, ran.stdout, installs(checkout)) == (0, "", [])


@pytest.mark.parametrize("part", ["pyproject.toml", "requirements-lock.txt"])
def test_setup_is_done_again_when_its_inputs_changed(checkout: Path, part: str) -> None:
    make(checkout, "env")
    with (checkout / part).open("a") as file:
        file.write("\n# changed\n")

    make(checkout, "env")

    assert len(installs(checkout)) == 2


def test_kernels_are_compiled_once_and_anew_when_one_changed(checkout: Path) -> None:
    kernels = checkout / "dmaic_assets" / "hashmaps" / "kernels"
    (kernels / "__pycache__").mkdir(parents=True)
    (kernels / "swiss.py").write_text("one")
    stale = kernels / "__pycache__" / "swiss.find-1.py311.nbi"
    compiled: list[bool] = []
    for text in ("one", "one", "another"):
        (kernels / "swiss.py").write_text(text)
        stale.touch()
        make(checkout, "env")
        calls = (checkout / "calls.log").read_text()
        compiled.append("-m dmaic_assets.cli hashmap compile" in calls)
        assert stale.exists() != compiled[-1]

    assert compiled == [True, False, True]


def test_an_interrupted_setup_is_done_again(checkout: Path) -> None:
    broken = make(checkout, "env", pip_exit=1)

    ran = make(checkout, "env")

    assert broken.returncode != 0
    assert ran.returncode == 0
    assert len(installs(checkout)) == 2


def test_an_interpreter_that_is_too_old_is_refused_with_the_way_out(checkout: Path) -> None:
    ran = make(checkout, "env", "PYTHON=/bin/false")

    assert ran.returncode != 0
    assert "error: /bin/false is not Python 3.11 or newer" in ran.stderr
    assert "hint: Name another: make setup PYTHON=" in ran.stderr
    assert installs(checkout) == []


def test_a_ready_environment_is_used_and_never_changed(checkout: Path) -> None:
    ran = make(checkout, "env", f"VENV={checkout / '.venv'}")

    assert (ran.returncode, installs(checkout)) == (0, [])


def test_a_ready_environment_must_be_one(checkout: Path) -> None:
    ran = make(checkout, "env", "VENV=/nowhere")

    assert ran.returncode != 0
    assert "VENV=/nowhere has no bin/python" in ran.stderr


def test_make_alone_lists_the_targets(checkout: Path) -> None:
    ran = make(checkout)

    assert ran.returncode == 0
    for target in ("setup", "demo", "test", "check", "fmt", "dev", "lock", "clean"):
        assert f"make {target} " in ran.stdout
