"""Snapshots give back what was saved, refuse what has changed, and save what can be saved."""

import numpy as np
import pyarrow as pa
import pytest

from dmaic_assets.errors import InvariantError, PolicyError
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.snapshot.header import PAGE
from dmaic_assets.hashmaps.snapshot.mend import mend
from dmaic_assets.hashmaps.snapshot.read import check, load, open_snapshot
from dmaic_assets.hashmaps.snapshot.write import save
from dmaic_assets_tests.hashmaps.seeds import seeds_from

DRAW = seeds_from(np.random.default_rng(11))


def whole_keys(kind=0):
    held = HashMap(DRAW, "int64", kind=kind)
    held.upsert(np.random.default_rng(3).integers(-900, 900, 1500))
    return held


def text_keys(kind=0):
    held = HashMap(DRAW, "string", "float64", kind=kind)
    keys = pa.array([f"käse {i % 700}" for i in range(1000)])
    held.aggregate(keys, np.linspace(0, 9, 1000), "sum")
    held.delete(pa.array([f"käse {i}" for i in range(100)]))
    return held


def content(held):
    return dict(zip(*held.items().to_pydict().values(), strict=True))


@pytest.mark.parametrize("kind", range(4))
@pytest.mark.parametrize("make", [whole_keys, text_keys])
def test_what_is_loaded_is_what_was_saved_and_goes_on(tmp_path, make, kind):
    held = make(kind)
    held.index.migrate_to((kind + 1) % 4)
    save(held, tmp_path / "a.snapshot")
    loaded = load(tmp_path / "a.snapshot", DRAW)
    assert content(loaded) == content(held)
    more = pa.array(["new", "käse 500"]) if held.texts else np.array([10_000, 5])
    assert loaded.upsert(more).tolist() == held.upsert(more).tolist()
    assert content(loaded) == content(held)
    assert content(load(tmp_path / "a.snapshot", DRAW)) != content(held)


def test_keys_that_collide_are_saved_too(tmp_path):
    held = HashMap(DRAW, "string")
    held.texts.bits = 4
    held.count(pa.array([str(i % 90) for i in range(200)]))
    assert held.texts.collided
    save(held, tmp_path / "a.snapshot")
    loaded = load(tmp_path / "a.snapshot", DRAW)
    loaded.texts.bits = 4
    assert content(loaded) == content(held)
    assert loaded.contains(pa.array(["3", "89", "90"])).tolist() == [True, True, False]


def test_a_flipped_bit_is_found_wherever_it_is(tmp_path):
    """One bit of each seventh byte, another one each time; `make hashmaps-exhaustive` flips all."""
    path = tmp_path / "a.snapshot"
    save(whole_keys(), path, leaf=PAGE)
    written = bytearray(path.read_bytes())
    for at in range(0, len(written), 7):
        written[at] ^= 1 << (at % 8)
        path.write_bytes(written)
        with pytest.raises(InvariantError):
            load(path, DRAW)
        written[at] ^= 1 << (at % 8)


@pytest.mark.parametrize("length", [0, 7, PAGE - 1, PAGE, PAGE + 5, -1])
def test_a_file_that_was_cut_off_is_refused(tmp_path, length):
    path = tmp_path / "a.snapshot"
    save(whole_keys(), path)
    path.write_bytes(path.read_bytes()[:length])
    with pytest.raises(InvariantError):
        load(path, DRAW)


def test_a_pickle_is_refused_by_name(tmp_path):
    path = tmp_path / "old.snapshot"
    path.write_bytes(b"ADHSNAP1" + bytes(2 * PAGE))
    with pytest.raises(InvariantError, match="pickle"):
        open_snapshot(path)


def test_a_snapshot_larger_than_allowed_is_refused(tmp_path):
    path = tmp_path / "a.snapshot"
    save(whole_keys(), path)
    with pytest.raises(PolicyError):
        load(path, DRAW, most_bytes=1000)


@pytest.mark.parametrize("make", [whole_keys, text_keys])
def test_what_stands_in_whole_leaves_is_saved(tmp_path, make):
    path, mended = tmp_path / "a.snapshot", tmp_path / "b.snapshot"
    held = make()
    header = save(held, path, leaf=PAGE)
    written = bytearray(path.read_bytes())
    written[header.section("keys").offset + 20] ^= 4
    path.write_bytes(written)
    assert not check(open_snapshot(path)).is_whole
    told = mend(path, mended, DRAW)
    kept = content(load(mended, DRAW))
    assert told.kept == len(kept)
    assert told.kept + told.lost == len(held)
    assert told.lost == PAGE // 8
    assert kept.items() <= content(held).items()


def test_an_index_that_has_changed_costs_no_entry(tmp_path):
    path, mended = tmp_path / "a.snapshot", tmp_path / "b.snapshot"
    held = whole_keys()
    header = save(held, path, leaf=PAGE)
    written = bytearray(path.read_bytes())
    written[header.section("links").offset + 3] ^= 1
    path.write_bytes(written)
    assert mend(path, mended, DRAW).lost == 0
    assert content(load(mended, DRAW)) == content(held)


def test_a_header_that_has_changed_is_not_mended(tmp_path):
    path = tmp_path / "a.snapshot"
    save(whole_keys(), path)
    written = bytearray(path.read_bytes())
    written[3000] ^= 1
    path.write_bytes(written)
    with pytest.raises(InvariantError, match="header"):
        mend(path, tmp_path / "b.snapshot", DRAW)
    assert not (tmp_path / "b.snapshot").exists()


def test_an_older_file_stays_until_the_new_one_is_whole(tmp_path, monkeypatch):
    path = tmp_path / "a.snapshot"
    save(whole_keys(), path)
    before = path.read_bytes()

    def full(_descriptor):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("os.fsync", full)
    with pytest.raises(OSError, match="No space"):
        save(text_keys(), path)
    assert path.read_bytes() == before
    assert list(tmp_path.iterdir()) == [path]
