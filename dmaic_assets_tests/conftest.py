"""How tests are dealt out: a file's tests stay together, and the files that take longest go first.

What they share within a file is then made once, and no core idles at the end.
"""

import gc
import os
import sys
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from hypothesis import settings

if TYPE_CHECKING:
    from dmaic_assets_tests.web.page_audit import PageAudit

# A test that is slow on a busy machine is not wrong: time is measured by benchmarks.
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

# New objects before Python looks for garbage; at its own 700, 6 % of the cpu of tests goes there.
ALLOCATIONS = 50_000
# In this order: what runs for a minute must not be what runs last.
LONG = ("demo", "crash", "daemon", "browser", "postgres")


def pytest_configure() -> None:
    """Files that a test just wrote are whole: only the tests of settling wait for them.

    A shell that forbids bytecode would have each of the many processes compile all modules anew.
    """
    os.environ.setdefault("DMAIC_STABLE_FOR_S", "0")
    os.environ.pop("PYTHONDONTWRITEBYTECODE", None)
    sys.dont_write_bytecode = False


@pytest.hookimpl(trylast=True)
def pytest_collection_finish() -> None:
    """What was collected stays: looking through it for garbage again and again finds none."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(ALLOCATIONS, 20, 20)


def pytest_unconfigure() -> None:
    gc.unfreeze()


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Puts the files with long tests first; within a file nothing moves."""
    ranks: dict[Path, int] = {}
    for item in items:
        ranks[item.path] = min(ranks.get(item.path, len(LONG)), _rank(item))
    items.sort(key=lambda item: ranks[item.path])


@pytest.fixture(scope="session")
def auditor(tmp_path_factory: pytest.TempPathFactory) -> "Iterator[PageAudit]":
    """A browser that says what is wrong with a page: one for all pages of the session."""
    from dmaic_assets_tests.web.page_audit import page_audit

    with page_audit(tmp_path_factory.mktemp("auditor")) as opened:
        yield opened


def _rank(item: pytest.Item) -> int:
    named: Sequence[int] = [LONG.index(m.name) for m in item.iter_markers() if m.name in LONG]
    return min(named, default=len(LONG))
