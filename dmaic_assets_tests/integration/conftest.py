"""One history of a gated table for all tests of it; each works on a copy."""

import shutil
from pathlib import Path

import pytest

from dmaic_assets.integration.gated_table import GatedTable
from dmaic_assets_tests.integration.orders import gate_with_history


@pytest.fixture(scope="package")
def known_home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The project folder of a gate that has accepted six days."""
    home = tmp_path_factory.mktemp("gated") / "quality"
    gate_with_history(home)
    return home


@pytest.fixture
def home(known_home: Path, tmp_path: Path) -> Path:
    """A copy of it."""
    return Path(shutil.copytree(known_home, tmp_path / "quality"))


@pytest.fixture
def gated(home: Path) -> GatedTable:
    """A gate over the copy."""
    return GatedTable(home, "orders")
