"""The states of keys: table and map agree, histories change, and damage is never believed."""

from collections.abc import Sequence
from pathlib import Path

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.phenomena.key.known import WORDS, key_words
from dmaic_assets.work.known_keys import kept as kept_module
from dmaic_assets.work.known_keys.forms import (
    Keys,
    TableKeys,
    as_map,
    has_map,
    no_keys,
    read_map,
    read_table,
)
from dmaic_assets.work.known_keys.kept import kept, newest_of
from dmaic_assets.work.known_keys.names import name_of
from dmaic_assets.work.known_keys.state import KeyState, brought_up

CHECK = 7
Files = Sequence[Sequence[int]]
needs_map = pytest.mark.skipif(not has_map(), reason="numba is not installed")
lists = st.lists(st.lists(st.integers(0, 25), max_size=9), max_size=7)


def words_of(keys: Sequence[int], *, is_whole: bool) -> pl.DataFrame:
    frame = pl.DataFrame(
        {"a": keys, "b": ["x"] * len(keys)}, schema={"a": pl.Int64, "b": pl.String}
    )
    columns = ("a",) if is_whole else ("a", "b")
    return frame.select(key_words(columns, is_whole=is_whole)).unique(maintain_order=True)


def names_of(is_whole: bool) -> tuple[str, ...]:
    return WORDS[:1] if is_whole else WORDS


def first_of(files: Files, key: int) -> int:
    """What a state has to say, told the slow way."""
    return next((at for at, keys in enumerate(files) if key in keys), -1)


def brought(state: KeyState, files: Files, *, is_whole: bool) -> KeyState:
    named = {f"{at} {sorted(keys)}": keys for at, keys in enumerate(files)}
    wanted = [(name, "1") for name in named]
    return brought_up(state, wanted, lambda name: words_of(named[name], is_whole=is_whole))


def empty(form: str, *, is_whole: bool) -> KeyState:
    table = no_keys(names_of(is_whole))
    assert isinstance(table, TableKeys)
    return KeyState((), as_map(table) if form == "map" else table)


def told_by(state: KeyState, files: int, *, is_whole: bool) -> list[int]:
    asked = [words_of([key], is_whole=is_whole) for key in range(30)]
    return state.files_of(pl.concat(asked), files).tolist()


@needs_map
@pytest.mark.parametrize("form", ["table", "map"])
@pytest.mark.parametrize("is_whole", [True, False])
@settings(max_examples=25, deadline=None)
@given(before=lists, after=lists, until=st.integers(0, 7))
def test_every_form_tells_who_brought_a_key_first(
    form: str, is_whole: bool, before: list[list[int]], after: list[list[int]], until: int
) -> None:
    state = brought(empty(form, is_whole=is_whole), before, is_whole=is_whole)

    assert told_by(state, len(before), is_whole=is_whole) == [
        first_of(before, key) for key in range(30)
    ]
    asked = before[:until]
    assert told_by(brought(state, asked, is_whole=is_whole), len(asked), is_whole=is_whole) == [
        first_of(asked, key) for key in range(30)
    ]
    # Files in the middle are replaced, and others follow.
    other = [*before[:until], *after]
    state = brought(state, other, is_whole=is_whole)
    assert told_by(state, len(other), is_whole=is_whole) == [
        first_of(other, key) for key in range(30)
    ]
    counts = [file.counts for file in state.files][: len(other)]
    assert [c.keys for c in counts] == [len(set(keys)) for keys in other]
    known = [sum(first_of(other, k) < at for k in set(keys)) for at, keys in enumerate(other)]
    assert [c.known for c in counts] == known


def test_a_file_whose_rows_are_gone_makes_a_state_that_is_not_kept(tmp_path: Path) -> None:
    state = brought_up(empty("table", is_whole=True), [("a", "1")], lambda _: None)

    assert not state.is_whole
    kept(tmp_path, state, words=WORDS[:1], check=CHECK)
    assert not list(tmp_path.iterdir())


FILES = [[1, 2, 3], [3, 4], [5]]


def saved(folder: Path, form: str) -> list[str]:
    state = brought(empty(form, is_whole=True), FILES, is_whole=True)
    state = kept(folder, state, words=WORDS[:1], check=CHECK)
    assert state.saved == len(FILES)
    return [name_of(f.sha256, f.version) for f in state.files]


def found(folder: Path, names: Sequence[str], *, check: int = CHECK) -> KeyState:
    return newest_of(folder, names, words=WORDS[:1], check=check)


FORMS = ["table", pytest.param("map", marks=needs_map)]


@pytest.mark.parametrize("form", FORMS)
def test_a_saved_state_is_found_again_and_goes_on(tmp_path: Path, form: str) -> None:
    names = saved(tmp_path, form)

    state = found(tmp_path, names)

    assert told_by(state, 3, is_whole=True)[:7] == [-1, 0, 0, 0, 1, 2, -1]
    state = brought(state, [*FILES, [6, 1]], is_whole=True)
    assert told_by(state, 4, is_whole=True)[:7] == [-1, 0, 0, 0, 1, 2, 3]


@pytest.mark.parametrize("form", FORMS)
@pytest.mark.parametrize("ending", [".json", "keys"])
def test_any_damage_makes_a_state_that_is_not_there(tmp_path: Path, form: str, ending: str) -> None:
    names = saved(tmp_path, form)
    (path,) = [
        p
        for p in tmp_path.iterdir()
        if p.suffix in ((".json",) if ending == ".json" else (".parquet", ".snapshot"))
    ]
    whole = path.read_bytes()
    spots = np.linspace(0, len(whole) - 1, 60).astype(int).tolist()

    for at in spots:
        path.write_bytes(whole[:at] + bytes([whole[at] ^ 0b100]) + whole[at + 1 :])
        assert found(tmp_path, names).files == ()
        path.write_bytes(whole[:at])
        assert found(tmp_path, names).files == ()
    path.unlink()
    assert found(tmp_path, names).files == ()


def test_a_state_of_other_files_or_of_another_hash_is_not_used(tmp_path: Path) -> None:
    names = saved(tmp_path, "table")

    assert found(tmp_path, ["another 1"]).files == ()
    assert found(tmp_path, names, check=CHECK + 1).files == ()


def test_only_the_newest_states_stay_and_nothing_that_a_death_left(tmp_path: Path) -> None:
    (tmp_path / "x.parquet.part-0").write_bytes(b"half")
    for end in range(1, 5):
        files = [list(range(at * 10, at * 10 + 10)) for at in range(end)]
        state = brought(empty("table", is_whole=True), files, is_whole=True)
        kept(tmp_path, state, words=WORDS[:1], check=CHECK)

    endings = sorted(path.suffix for path in tmp_path.iterdir())
    assert endings == [".json"] * 2 + [".lock"] + [".parquet"] * 2
    assert len(found(tmp_path, [name_of(f.sha256, f.version) for f in state.files]).files) == 4


def test_two_that_save_at_once_do_not_wait_for_each_other(tmp_path: Path) -> None:
    with kept_module.file_lock(tmp_path / "saving.lock", wait_s=0):
        state = brought(empty("table", is_whole=True), FILES, is_whole=True)
        assert kept(tmp_path, state, words=WORDS[:1], check=CHECK).saved == 0

    assert [p.name for p in tmp_path.iterdir()] == ["saving.lock"]


@needs_map
def test_forms_read_what_they_wrote(tmp_path: Path) -> None:
    for form in ("table", "map"):
        state = brought(empty(form, is_whole=False), FILES, is_whole=False)
        state.keys.save(tmp_path / form)
        read = read_map if form == "map" else read_table
        keys: Keys = read(tmp_path / form)
        assert told_by(KeyState(state.files, keys), 3, is_whole=False) == told_by(
            state, 3, is_whole=False
        )
