"""`dmaic hashmap repl`: lines from a pipe, as a user would type them."""

import pytest

from dmaic_assets_tests.cli.shell import dmaic


def talked(place, *lines, options=()):
    text = "".join(f"{line}\n" for line in lines)
    return dmaic("hashmap", "repl", "stock.snapshot", *options, cwd=place, stdin=text)


def test_lines_change_and_ask_a_map_and_save_writes_it(tmp_path):
    ran = talked(
        tmp_path,
        *("put apples=12 'red pears=3'", "get apples figs", "# nothing", "", "del apples"),
        *("items", "stats", "help", "save", "quit", "put never=1"),
    )
    assert (ran.code, ran.err) == (0, "")
    for told in ("2 new, 0 changed", "apples: 12", "figs: none", "1 deleted", "red pears"):
        assert told in ran.out
    assert "growth in" in ran.out
    assert "stock.snapshot: 1 keys written" in ran.out
    listed = dmaic("hashmap", "items", "stock.snapshot", "--json", cwd=tmp_path).json
    assert listed["items"] == [{"key": "red pears", "value": 3.0}]


def test_nothing_is_written_without_save_and_that_is_said(tmp_path):
    ran = talked(tmp_path, "put apples=12")
    assert ran.code == 0
    assert "were not written" in ran.err
    assert not (tmp_path / "stock.snapshot").exists()


@pytest.mark.parametrize(
    ("line", "word"),
    [
        ("putt a=1", "is no command here"),
        ("put", "is told no key"),
        ("put a", "a"),
        ("get 'a", "cannot be read"),
        ("items many", "items 20"),
        ("save now", "takes nothing"),
    ],
)
def test_a_line_that_fails_ends_a_pipe_with_its_cause(tmp_path, line, word):
    ran = talked(tmp_path, "put kept=1", line, "save")
    assert ran.code == 2
    assert word in ran.err
    assert "were not written" in ran.err
    assert not (tmp_path / "stock.snapshot").exists()


def test_keys_that_are_numbers_are_asked_for_as_numbers(tmp_path):
    ran = talked(tmp_path, "put 4711=1", "get 4711", "save", options=("--key", "int64"))
    assert "4711: 1" in ran.out
    refused = talked(tmp_path, "get apples")
    assert refused.code == 2
    assert "int64" in refused.err
