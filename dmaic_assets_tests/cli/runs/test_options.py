"""What the options of the main job ask a run to do."""

from pathlib import Path

import pytest

from dmaic_assets.cli.runs.options import RunOptions, request_of
from dmaic_assets.errors import BadInputError
from dmaic_assets.settings.project import (
    DmaicSettings,
    MemoSettings,
    Paths,
    Settings,
)
from dmaic_assets.settings.thresholds import ThresholdsFile
from dmaic_assets.work.assets.registry import WORK_ORDER
from dmaic_assets.work.plan.request import RunRequest

NOTHING = RunOptions(
    project=None,
    force=False,
    dry_run=False,
    on_conflict=None,
    fail_fast=False,
    workers=None,
    threshold=None,
    exit_zero=False,
    is_json=False,
)


def settings(**memo: str) -> Settings:
    dmaic = DmaicSettings(memo=MemoSettings.model_validate(memo))
    return Settings(Paths(Path("/p"), Path("/p/data")), dmaic, (), ThresholdsFile())


@pytest.mark.parametrize(
    ("options", "expected"),
    [
        ({}, RunRequest()),
        (
            {"force": True, "on_conflict": "overwrite"},
            RunRequest(force=True, on_conflict="overwrite"),
        ),
        ({"on_conflict": "branch"}, RunRequest(on_conflict="branch")),
        ({"workers": 7, "threshold": 95.5}, RunRequest(workers=7, threshold=95.5)),
        ({"fail_fast": True}, RunRequest(fail_fast=True)),
        ({"dry_run": True, "exit_zero": True, "is_json": True}, RunRequest()),
    ],
)
def test_options_become_one_request(options: dict[str, object], expected: RunRequest) -> None:
    asked = RunOptions(**{**NOTHING, **options})  # pyright: ignore[reportArgumentType] - a table

    assert request_of(asked, settings(), assets=WORK_ORDER) == expected


def test_the_conflict_mode_comes_from_the_settings_unless_it_is_given() -> None:
    configured = settings(on_conflict="branch")
    given: RunOptions = {**NOTHING, "on_conflict": "skip"}

    assert request_of(NOTHING, configured, assets=WORK_ORDER).on_conflict == "branch"
    assert request_of(given, configured, assets=WORK_ORDER).on_conflict == "skip"


def test_a_configured_overwrite_still_needs_force() -> None:
    with pytest.raises(BadInputError, match="overwrite without force"):
        request_of(NOTHING, settings(on_conflict="overwrite"), assets=WORK_ORDER)
