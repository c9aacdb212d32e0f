"""A run request is one model: the same from the shell, a configuration and a stored task."""

from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.plan.request import RunRequest

# As version 0.0 wrote it into the payload of a task.
STORED: dict[str, Json] = {
    "sources": ["orders"],
    "files": ["/data/incoming/orders/1.csv"],
    "force": True,
    "on_conflict": "overwrite",
    "threshold": 95.0,
    "workers": 2,
    "assets": ["raw_file", "rule_set", "column_types", "profile"],
    "trigger": "worker",
    "parent": None,
    "recursion": "20261121T041500Z-r0f0f",
}


def test_a_task_that_the_last_version_stored_is_read_and_spelt_the_same() -> None:
    request = RunRequest.model_validate(STORED)

    assert request == RunRequest(
        sources=("orders",),
        files=(Path("/data/incoming/orders/1.csv"),),
        force=True,
        on_conflict="overwrite",
        threshold=95.0,
        workers=2,
        assets=("raw_file", "rule_set", "column_types", "profile"),
        trigger="worker",
        recursion="20261121T041500Z-r0f0f",
    )
    # Keys that came later are spelt with what they mean when they are missing.
    assert request.payload() == {**STORED, "fail_fast": False}
    assert request.stops_at == "profile"


def test_keys_of_other_versions_and_missing_ones_change_nothing() -> None:
    assert RunRequest.model_validate({"mood": "good"}) == RunRequest()
    assert RunRequest().assets == WORK_ORDER


@pytest.mark.parametrize(
    ("values", "subject", "culprit", "fix"),
    [
        (
            {"threshold": 101.0},
            "--threshold",
            "101.0 is not a percentage",
            "Give a number from 0 to 100.",
        ),
        ({"workers": 0}, "--workers", "0 is out of range", "Give a number from 1 to 256."),
        (
            {"on_conflict": "overwrite"},
            "--on-conflict",
            "overwrite without force",
            "Add --force: nothing is overwritten without it.",
        ),
        (
            {"trigger": "moon"},
            "run request",
            "trigger: Input should be 'cli', 'ui', 'sensor', 'schedule' or 'worker'",
            "Correct trigger.",
        ),
        (
            {"assets": ["raw_file", "profil"]},
            "run request",
            "assets.1: Input should be 'raw_file', 'rule_set', 'column_types', 'profile', "
            "'gate_verdict', 'accepted_rows' or 'quarantine'",
            "Correct assets.1.",
        ),
        (
            {"sources": [1]},
            "run request",
            "sources.0: Input should be a valid string",
            "Correct sources.0.",
        ),
    ],
)
def test_a_wrong_value_is_refused_in_the_same_words_on_every_way(
    values: dict[str, object], subject: str, culprit: str, fix: str
) -> None:
    def by_name(found: dict[str, object]) -> RunRequest:
        return RunRequest(**found)  # pyright: ignore[reportArgumentType] - wrong on purpose

    for build in (RunRequest.model_validate, by_name):
        with pytest.raises(BadInputError) as caught:
            build(values)
        assert (str(caught.value), caught.value.fix) == (f"{subject}: {culprit}", fix)
