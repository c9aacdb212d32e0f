"""The demo's files: real rows, reproducible, and damaged in the way that is told."""

from pathlib import Path

import pytest

from dmaic_assets.cli.demo.data import (
    DAMAGES,
    DemoFile,
    append_unit,
    cut_off,
    demo_files,
    drop,
    swap_columns,
)
from dmaic_assets.errors import BadInputError

FLIGHTS = 336_776


@pytest.fixture(scope="module")
def files() -> list[DemoFile]:
    return demo_files()


def test_the_demo_is_sixteen_files_three_of_them_damaged(files: list[DemoFile]) -> None:
    assert len(files) == 16
    assert [f.name for f in files if f.damage] == [d.file for d in DAMAGES]


def test_the_same_bytes_are_built_every_time(files: list[DemoFile]) -> None:
    assert [f.content for f in demo_files()] == [f.content for f in files]


def test_no_flight_is_lost_but_by_the_broken_transfer(files: list[DemoFile]) -> None:
    rows = {f.name: f.content.count(b"\n") - 1 for f in files if f.source == "flights"}
    whole = sum(n for name, n in rows.items() if name != "flights-2013-11.csv")

    assert whole == FLIGHTS - 27_268
    assert rows["flights-2013-11.csv"] < 27_268 / 2


def test_swapped_headings_leave_every_value_where_it_was() -> None:
    assert swap_columns(b"a,b,c\n1,2,3\n", "a", "c") == b"c,b,a\n1,2,3\n"


def test_a_cut_file_ends_in_the_middle_of_a_row() -> None:
    content = b"a,b\n" + b"1234567890,1234567890123456789012345678901234567890\n" * 10

    cut = cut_off(content, 0.5)

    assert content.startswith(cut)
    assert not cut.endswith(b"\n")
    assert 0.4 < len(cut) / len(content) < 0.6


def test_a_unit_is_written_behind_numbers_only() -> None:
    content = b"a,b\n1,2\n3,NA\n5,\n7,8\n"

    assert append_unit(content, "b", "min", from_share=0.3) == b"a,b\n1,2 min\n3,NA\n5,\n7,8 min\n"


def test_files_appear_whole_and_are_dropped_once(tmp_path: Path) -> None:
    files = [DemoFile("planes", "planes.csv", b"a\n1\n")]

    first, second = drop(files, tmp_path), drop(files, tmp_path)

    assert first == [tmp_path / "planes" / "planes.csv"]
    assert second == []
    assert [p.name for p in (tmp_path / "planes").iterdir()] == ["planes.csv"]


def test_without_the_package_the_demo_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("dmaic_assets.cli.demo.data.PACKAGE", "no_such_package_here")

    with pytest.raises(BadInputError) as refused:
        demo_files()

    assert "dmaic-assets[demo]" in refused.value.fix
