"""The server against its own description: requests made up from it, answers checked by it.

Seeded and bounded: the same few requests every time.
"""

from collections.abc import Iterator
from pathlib import Path

import pytest
import schemathesis
from hypothesis import HealthCheck, Phase, given, seed, settings
from hypothesis.errors import Unsatisfiable
from schemathesis import GenerationMode

from dmaic_assets.web.jobs import runner as runner_module
from dmaic_assets_tests.web.serving import WRITE, Server

EXAMPLES = 6
HEADERS = {"Authorization": f"Bearer {WRITE}"}


@pytest.fixture
def operations(server: Server, monkeypatch) -> Iterator[list]:
    monkeypatch.setattr(runner_module, "_COMMANDS", "dmaic_assets_tests.web.jobs.idle")
    monkeypatch.setenv("PYTHONPATH", str(Path.cwd()))
    address = f"{server.base}/api/v1/openapi.json"
    schema = schemathesis.openapi.from_url(address, headers=HEADERS)
    yield [result.ok() for result in schema.get_all_operations()]


@pytest.mark.parametrize("mode", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
def test_answers_are_as_they_are_described(server, operations, mode):
    asked: dict[str, set[int]] = {}

    def check(operation) -> None:
        @seed(1)
        @settings(
            max_examples=EXAMPLES,
            database=None,
            deadline=None,
            suppress_health_check=list(HealthCheck),
            phases=[Phase.generate],
        )
        @given(case=operation.as_strategy(generation_mode=mode))
        def every(case) -> None:
            response = case.call(base_url=server.base, headers=HEADERS)
            asked.setdefault(operation.label, set()).add(response.status_code)
            case.validate_response(response, headers=HEADERS)
            assert response.status_code < 500 or response.status_code == 503

        try:
            every()
        except Unsatisfiable:
            # A request without any parameter cannot be wrong.
            asked.setdefault(operation.label, set())

    for operation in operations:
        check(operation)

    assert len(asked) == len(operations) > 30
    assert sum(map(bool, asked.values())) > 20
