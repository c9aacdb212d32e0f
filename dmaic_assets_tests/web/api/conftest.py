"""One server for all tests of the API."""

from collections.abc import Iterator

import pytest

from dmaic_assets.web.project import Project
from dmaic_assets_tests.web.serving import Server, serving
from dmaic_assets_tests.web.shown_project import shown_project


@pytest.fixture(scope="package")
def server(tmp_path_factory) -> Iterator[Server]:
    made = shown_project(tmp_path_factory.mktemp("project"))
    project = Project(made.platform)
    with serving(project) as running:
        yield running
    project.close()
    made.platform.close()
