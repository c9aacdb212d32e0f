"""Groups of held files on a screen: how much, why, an example, and the command that answers."""

import pytest

from dmaic_assets.cli.runs.render_held import group_document, print_groups
from dmaic_assets.work.state.hold_groups import groups_of
from dmaic_assets_tests.work.state.test_hold_groups import FILES, verdict, violation


def test_each_group_has_its_size_an_example_and_its_command(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_groups(groups_of(FILES))

    lines = capsys.readouterr().out.splitlines()
    assert lines[0] == (
        "4 files held, 1 file accepted without some rows, 402 rows in all; most harmful first:"
    )
    assert [word.strip() for word in lines[1].split("  ")] == [
        *("held", "orders", "price.distribution", "3 files, 300 rows", "unit change")
    ]
    assert lines[2].strip() == "2.csv and 2 more: expected 5 to 9; seen 50"
    assert lines[3].strip() == (
        "If those that nothing else holds (at least 2 of 3) are fine: "
        "dmaic gate release --rule price.distribution --all orders --reason TEXT"
    )
    assert [line.split()[0] for line in lines[1::3]] == ["held", "held", "split"]


def test_what_does_not_fit_the_screen_is_counted(capsys: pytest.CaptureFixture[str]) -> None:
    files = [(f"{n}.csv", verdict("reject", violation(f"rule {n}"))) for n in range(15)]

    print_groups(groups_of(files))

    out = capsys.readouterr().out
    assert "and 9 more groups with 9 files: dmaic status" in out
    assert len(out.splitlines()) <= 24


def test_files_from_before_are_told_apart_from_those_of_the_run(
    capsys: pytest.CaptureFixture[str],
) -> None:
    print_groups(groups_of([("1.csv", verdict("reject", violation("a.b")))] * 2), new=())

    assert "1.csv and 1 more (2 of them from before)" in capsys.readouterr().out


def test_the_document_names_the_files_and_how_they_are() -> None:
    (document,) = [group_document(g) for g in groups_of(FILES) if g.source == "tills"]

    assert isinstance(document, dict)
    assert (document["held"], document["split"], document["rows"]) == (["a.csv"], [], 100)
    assert document["answer"] == {
        "says": "If it is fine",
        "command": "dmaic gate release tills/a.csv --reason TEXT",
        "files": 1,
    }
