"""Many files that were not accepted whole fit one screen, with how to answer."""

import pytest

from dmaic_assets.cli.runs.stand_out import print_groups
from dmaic_assets.work.state.hold_groups import groups_of
from dmaic_assets_tests.work.state.test_hold_groups import FILES, verdict, violation


def test_the_screen_counts_names_and_answers(capsys: pytest.CaptureFixture[str]) -> None:
    print_groups(groups_of(FILES))

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == "4 files held, 1 accepted without some rows; by rule and cause:"
    assert lines[3].split()[:5] == ["orders", "price.distribution", "3", "0", "300"]
    assert lines[-2:] == [
        "Answer, for instance:",
        "  what nothing else holds is fine:"
        " dmaic gate release --rule price.distribution --all orders --reason TEXT",
    ]


def test_what_does_not_fit_the_screen_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    files = [(f"{n}.csv", verdict("reject", violation(f"rule {n}"))) for n in range(15)]

    print_groups(groups_of(files))

    out = capsys.readouterr().out
    assert "and 3 more (--json lists all)" in out
    assert len(out.splitlines()) <= 24
