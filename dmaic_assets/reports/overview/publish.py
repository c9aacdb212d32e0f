"""Writes the overview as a file: data/reports/index.html, beside the pages that it leads to.

What belongs here: where the page is, and which pages there are beside it.
"""

import os
from pathlib import Path

from dmaic_assets.reports.overview.page import overview_page
from dmaic_assets.reports.page.links import OVERVIEW_FILE, FileLinks
from dmaic_assets.reports.page.scripts import Library, provide_scripts
from dmaic_assets.reports.views.overview import OverviewView
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.effect_files import write_bytes_if_changed


def publish_overview(paths: Paths, view: OverviewView) -> Path:
    """Writes the page of a view, atomically, and tells where.

    Raises:
        StoreError: The folder of reports or of artifacts refuses.
    """
    provide_scripts(paths.artifacts)
    links = FileLinks(OVERVIEW_FILE, frozenset({OVERVIEW_FILE, *_pages(paths.reports)}))
    page = overview_page(view, links, Library(links.scripts()))
    path = paths.reports / OVERVIEW_FILE
    write_bytes_if_changed(path, page.encode())
    return path


def _pages(reports: Path) -> list[str]:
    """The pages that are there, below the folder of reports."""
    return [
        (Path(folder) / name).relative_to(reports).as_posix()
        for folder, _, names in os.walk(reports)
        for name in names
        if name.endswith(".html")
    ]
