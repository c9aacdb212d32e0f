"""A judged project of two tables, one sensitive column among theirs."""

from pathlib import Path

import pytest

from dmaic_assets_tests.analysis.entropy.shop import shop
from dmaic_assets_tests.work.conftest import make_project


@pytest.fixture(scope="session")
def sure_shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("sure"))
    for name, frame in shop().items():
        folder = made.root / "data" / "incoming" / name
        folder.mkdir(parents=True, exist_ok=True)
        frame.write_csv(folder / f"{name}.csv")
    made.run()
    made.platform.close()
    return made.root
