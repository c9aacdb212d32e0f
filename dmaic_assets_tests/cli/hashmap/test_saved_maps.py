"""`dmaic hashmap put`, `get`, `del`, `items` and `snapshot`, as a user calls them."""

import os
import re
import shlex

import pytest

from dmaic_assets_tests.cli.shell import dmaic_here


def maps(*arguments, at):
    return dmaic_here("hashmap", *arguments, cwd=at)


@pytest.fixture(scope="module")
def folder(tmp_path_factory):
    place = tmp_path_factory.mktemp("maps")
    made = maps("put", "stock.snapshot", "apples=12", "pears=2.5", "a=b=7", at=place)
    assert made.code == 0, made.err
    assert "3 new, 0 changed; 3 keys" in made.out
    return place


def test_keys_are_looked_up_and_listed(folder):
    found = maps("get", "stock.snapshot", "apples", "figs", "--json", at=folder)
    assert found.json == {"values": {"apples": 12.0, "figs": None}}
    listed = maps("items", "stock.snapshot", "--last", "1", at=folder)
    assert "a=b" in listed.out
    assert "the last 1 of 3" in listed.out


def test_keys_are_changed_and_taken_out(folder):
    maps("put", "other.snapshot", "x=1", "y=2", at=folder)
    assert "1 new, 1 changed; 3 keys" in maps("put", "other.snapshot", "x=5", "z=3", at=folder).out
    assert "1 deleted, 1 were not there" in maps("del", "other.snapshot", "y", "q", at=folder).out
    assert maps("items", "other.snapshot", "--json", at=folder).json["keys"] == 2


def test_what_is_no_pair_is_refused(folder):
    for pair in ("apples", "apples=many"):
        refused = maps("put", "stock.snapshot", pair, at=folder)
        assert refused.code == 2
        assert "apples=12" in refused.err


def test_a_snapshot_is_looked_at_checked_and_shrunk(folder):
    told = maps("snapshot", "inspect", "stock.snapshot", "--json", at=folder).json
    assert (told["entries"], told["key"], told["index"]) == (3, "string", "swiss")
    assert "seeds" not in told
    assert maps("snapshot", "verify", "stock.snapshot", at=folder).code == 0
    assert maps("snapshot", "compact", "stock.snapshot", "small.snapshot", at=folder).code == 0
    assert maps("get", "small.snapshot", "pears", "--json", at=folder).json["values"] == {
        "pears": 2.5
    }


def test_a_changed_snapshot_is_told_and_mended(folder):
    written = bytearray((folder / "stock.snapshot").read_bytes())
    written[-40] ^= 1
    (folder / "bad.snapshot").write_bytes(written)
    assert maps("snapshot", "verify", "bad.snapshot", at=folder).code == 3
    assert maps("get", "bad.snapshot", "pears", at=folder).code == 3
    assert maps("snapshot", "compact", "bad.snapshot", "new.snapshot", at=folder).code == 2
    assert not (folder / "new.snapshot").exists()
    refused = maps("snapshot", "repair", "stock.snapshot", "stock.snapshot", at=folder)
    assert refused.code == 2


def test_a_file_that_is_not_there_is_named(folder):
    refused = maps("get", "none.snapshot", "a", at=folder)
    assert refused.code == 2
    assert "none.snapshot" in refused.err


def test_what_is_advised_mends(folder):
    written = bytearray((folder / "stock.snapshot").read_bytes())
    written[-40] ^= 1
    (folder / "worse.snapshot").write_bytes(written)
    seen = maps("snapshot", "verify", "worse.snapshot", at=folder).out
    refused = maps("snapshot", "compact", "worse.snapshot", "small", "--json", at=folder)
    for number, text in enumerate((seen, refused.error["hint"])):
        advised = re.search(r"dmaic (hashmap snapshot repair .*)", text)
        command = shlex.split(advised[1].replace("OUTPUT", f"mended{number}"))
        assert dmaic_here(*command, cwd=folder).code == 0
        assert maps("snapshot", "verify", command[-1], at=folder).code == 0


def test_only_the_newest_snapshots_of_a_folder_stay(folder, tmp_path):
    for age, name in enumerate(("new.snapshot", "older", "oldest.snapshot", "note.txt")):
        whole = (folder / "stock.snapshot").read_bytes()
        (tmp_path / name).write_bytes(b"a note" if name == "note.txt" else whole)
        os.utime(tmp_path / name, (1000 - age, 1000 - age))
    wanted = ("snapshot", "prune", ".", "--keep", "1", "--json")
    told = maps(*wanted, "--dry-run", at=tmp_path).json
    assert (told["would_go"], told["deleted"]) == (["oldest.snapshot", "older"], [])
    assert len(list(tmp_path.iterdir())) == 4
    assert maps(*wanted, at=tmp_path).json["deleted"] == ["oldest.snapshot", "older"]
    assert {path.name for path in tmp_path.iterdir()} == {"new.snapshot", "note.txt"}
    assert maps("snapshot", "prune", "nowhere", "--keep", "1", at=tmp_path).code == 2
