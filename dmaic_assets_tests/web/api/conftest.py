"""One server for all tests of the API."""

from collections.abc import Iterator

import pytest

from dmaic_assets_tests.web.serving import Server, serving_shown


@pytest.fixture(scope="package")
def server(tmp_path_factory) -> Iterator[Server]:
    with serving_shown(tmp_path_factory.mktemp("project")) as running:
        yield running
