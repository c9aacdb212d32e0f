"""Columns in and out: types, nulls, what becomes of values, and keys of bytes that collide."""

import numpy as np
import pyarrow as pa
import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.kernels.texts import Texts
from dmaic_assets.hashmaps.text_map import TextMap
from dmaic_assets_tests.hashmaps.seeds import seeds_from

DRAW = seeds_from(np.random.default_rng(17))


def test_what_is_new_is_told_row_by_row():
    held = HashMap(DRAW)
    assert held.upsert(np.array([4, -7, 4])).tolist() == [True, True, False]
    assert held.get(np.array([4, -7, 0])).to_pylist() == [2, 1, None]
    assert held.delete(np.array([4, 4])).tolist() == [True, False]
    assert held.contains(np.array([4, -7])).tolist() == [False, True]


@pytest.mark.parametrize(
    ("how", "expected"),
    [("replace", [9, 5]), ("keep", [4, 5]), ("sum", [13, 5]), ("min", [4, 5]), ("max", [9, 5])],
)
@pytest.mark.parametrize("value", ["int64", "float64"])
@pytest.mark.parametrize("key", ["int64", "string"])
def test_what_becomes_of_a_value(key, value, how, expected):
    held = HashMap(DRAW, key, value)
    keys = pa.array(["a", "b", "a"]) if key == "string" else np.array([1, 2, 1])
    held.upsert(keys, np.array([4, 5, 9], np.dtype(value)), how)
    assert held.items().column("value").to_pylist() == expected


def test_keys_are_counted_across_columns():
    held = HashMap(DRAW, "string")
    held.count(pa.chunked_array([["x", "y"], ["x"]]))
    held.count(pa.array(["x"], pa.string_view()))
    assert held.items().to_pydict() == {"key": ["x", "y"], "value": [3, 1]}


def test_a_slice_of_a_column_is_read_where_it_stands():
    column = pa.array(["zero", "one", "two", "three"]).slice(1, 2)
    held = HashMap(DRAW, "string")
    held.upsert(column)
    assert held.items().column("key").to_pylist() == ["one", "two"]
    wide = pa.array([bytes([i]) * 16 for i in range(4)], pa.binary(16)).slice(2)
    held = HashMap(DRAW, "bytes16")
    held.upsert(wide)
    assert held.items().column("key").to_pylist() == wide.to_pylist()


def test_items_of_whole_keys_are_the_maps_own_memory():
    held = HashMap(DRAW, "uint64")
    held.upsert(np.array([2**63 + 1, 5], np.uint64))
    keys = held.items().column("key")
    assert keys.to_pylist() == [2**63 + 1, 5]
    assert keys.buffers()[1].address == held.index.store.keys.ctypes.data


@pytest.mark.parametrize(
    ("key", "column", "word"),
    [
        ("int64", pa.array([1, None]), "null"),
        ("int64", np.array([1.5]), "float64"),
        ("int64", np.array([2**63], np.uint64), "uint64"),
        ("string", pa.array([1]), "int64"),
        ("string", pa.array(["a", None]), "null"),
        ("bytes16", pa.array([b"a"]), "16 bytes"),
    ],
)
def test_a_column_of_another_type_is_refused_by_name(key, column, word):
    held = HashMap(DRAW, key)
    with pytest.raises(BadInputError, match=word):
        held.upsert(column)
    assert len(held) == 0


def test_values_are_one_for_each_key():
    with pytest.raises(BadInputError, match="2 for 3 keys"):
        HashMap(DRAW).upsert(np.arange(3), np.arange(2))


def test_the_mapping_of_single_keys():
    one = HashMap(DRAW, "string").as_mapping()
    one["a"] = 3
    one["b"] = 4
    del one["a"]
    assert dict(one) == {"b": 4}
    with pytest.raises(KeyError):
        one["a"]
    with pytest.raises(BadInputError):
        one[5]


def texts(keys):
    offsets = np.zeros(len(keys) + 1, np.int64)
    offsets[1:] = np.cumsum([len(key) for key in keys])
    return Texts(offsets, np.frombuffer(b"".join(keys) + b"\0", np.uint8))


@pytest.mark.parametrize("bits", [64, 5, 1])
def test_keys_with_one_hash_stay_two_keys(bits):
    """With a hash of few bits nearly every key collides; bytes tell them apart."""
    rng = np.random.default_rng(bits)
    held, model = TextMap(DRAW, bits=bits), {}
    for _ in range(120):
        keys = [b"k" * int(n % 23) + str(n).encode() for n in rng.integers(0, 300, 40)]
        what, how = int(rng.integers(0, 3)), int(rng.integers(0, 3))
        if what == 0:
            values = rng.integers(0, 2**40, 40).astype(np.uint64)
            told, expected = held.put(texts(keys), values, how).tolist(), []
            for key, value in zip(keys, values.tolist(), strict=True):
                expected.append(key not in model)
                model[key] = (value, model.get(key, value), model.get(key, 0) + value)[how]
        elif what == 1:
            told = held.delete(texts(keys)).tolist()
            expected = [model.pop(key, None) is not None for key in keys]
        else:
            values, told = held.get(texts(keys))
            told, expected = told.tolist(), [key in model for key in keys]
            assert values.tolist() == [model.get(key, 0) for key in keys]
        assert told == expected
        assert len(held) == len(model)
    assert (len(held.collided) > 0) == (bits < 64)
