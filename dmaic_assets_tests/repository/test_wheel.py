"""What is installed is what stands here: templates, styles and migrations included.

The wheel is built elsewhere; what goes into it is decided in pyproject.toml.
"""

import tomllib
from pathlib import Path
from typing import Any

import pytest

REPOSITORY = Path(__file__).parents[2]
PACKAGE = REPOSITORY / "dmaic_assets"
SETTINGS: dict[str, Any] = tomllib.loads((REPOSITORY / "pyproject.toml").read_text("utf-8"))


def files_of(package: Path) -> set[Path]:
    return {p for p in package.rglob("*") if p.is_file() and "__pycache__" not in p.parts}


def left_out(package: Path, patterns: list[str]) -> set[str]:
    """Files of a package that a wheel lacks: data of no pattern, modules beside no `__init__`."""
    data = {path for pattern in patterns for path in package.glob(pattern)}
    return {
        path.relative_to(package).as_posix()
        for path in files_of(package) - data
        if path.suffix != ".py" or not (path.parent / "__init__.py").is_file()
    }


def test_every_file_of_the_package_is_in_the_wheel() -> None:
    patterns = SETTINGS["tool"]["setuptools"]["package-data"]["dmaic_assets"]

    assert left_out(PACKAGE, patterns) == set()
    assert SETTINGS["tool"]["setuptools"]["packages"]["find"]["include"] == ["dmaic_assets*"]


@pytest.mark.parametrize("name", ["pages/new.html.j2", "folder/module.py", "seed.csv"])
def test_a_file_that_the_wheel_would_lack_is_found(tmp_path: Path, name: str) -> None:
    path = tmp_path / name
    path.parent.mkdir(exist_ok=True)
    path.touch()

    assert left_out(tmp_path, ["**/*.yaml", "**/templates/*"]) == {name}
