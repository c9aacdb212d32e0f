import json
import math
import sys
from datetime import UTC, datetime
from enum import StrEnum
from pathlib import Path
from types import MappingProxyType

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError, InvariantError, StoreError
from dmaic_assets.store import keys
from dmaic_assets.store.keys import canonical_json, code_version, sha256_file, sha256_json

SCALARS = (
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(codec=None), max_size=8)
)
VALUES = st.recursive(
    SCALARS,
    lambda inner: (
        st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=4), inner, max_size=4)
    ),
    max_leaves=8,
)


def exact(value: object) -> object:
    """Tells apart what Python calls equal: 1, 1.0 and True, and the two zeros."""
    if isinstance(value, dict):
        return {key: exact(item) for key, item in value.items()}
    if isinstance(value, list):
        return [exact(item) for item in value]
    return (type(value).__name__, repr(value))


@given(st.dictionaries(st.text(max_size=4), VALUES, max_size=6), st.randoms())
@settings(max_examples=50, deadline=None)
def test_the_order_of_keys_changes_nothing(value: dict[str, object], chance: object) -> None:
    items = list(value.items())
    chance.shuffle(items)

    assert canonical_json(dict(items)) == canonical_json(value)
    assert sha256_json(dict(items)) == sha256_json(value)


@given(VALUES, VALUES)
@settings(max_examples=50, deadline=None)
def test_different_values_never_share_a_spelling(one: object, other: object) -> None:
    assert (canonical_json(one) == canonical_json(other)) == (exact(one) == exact(other))


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_the_spelling_reads_back_as_the_value(value: object) -> None:
    assert exact(json.loads(canonical_json(value))) == exact(value)


@pytest.mark.parametrize(
    "values",
    [
        (1, 1.0, True, "1"),
        (0.0, -0.0, 0, False, None, "", "null", [], {}),
        ("é", "e\u0301", "\ud83d\ude00", "😀"),
        ([1, 2], [2, 1], [[1, 2]], {"0": 1, "1": 2}),
        ({"a": {"b": 1}}, {"a": 1, "b": 1}, {"a.b": 1}),
        (10**16, 1e16, str(10**16)),
    ],
)
def test_look_alikes_have_different_keys(values: tuple[object, ...]) -> None:
    assert len({sha256_json(value) for value in values}) == len(values)


class Shade(StrEnum):
    DARK = "dark"


@given(VALUES)
@settings(max_examples=50, deadline=None)
def test_a_mapping_of_another_type_is_spelled_as_an_object(value: object) -> None:
    told = MappingProxyType({"b": [value], "a": value})

    assert canonical_json([told]) == canonical_json([dict(told)])


def test_texts_and_numbers_of_types_of_their_own_are_spelled_as_what_they_are() -> None:
    assert canonical_json([Shade.DARK, np.float64(0.1), {Shade.DARK: 1}]) == canonical_json(
        ["dark", 0.1, {"dark": 1}]
    )


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, {2: 3}]}, "$.a[1]"),
        ({"a": ({"b": math.nan},)}, "$.a[0].b"),
        ([{"a": {1, 2}}], "$[0].a"),
    ],
)
def test_what_has_no_form_is_named_by_its_place(value: object, place: str) -> None:
    with pytest.raises(InvariantError) as caught:
        canonical_json(value)

    assert caught.value.subject == f"canonical JSON at {place}"


def test_tuples_are_lists_and_mappings_are_objects() -> None:
    assert sha256_json((1, (2,))) == sha256_json([1, [2]])


@pytest.mark.parametrize(
    ("value", "place"),
    [
        ({"a": [1, math.nan]}, "$.a[1]"),
        ({"a": math.inf}, "$.a"),
        ({1: "x"}, "$"),
        ([datetime(2026, 1, 1, tzinfo=UTC)], "$[0]"),
        ({"p": Path("x")}, "$.p"),
        ({1, 2}, "$"),
        (b"x", "$"),
    ],
)
def test_what_json_does_not_have_is_refused_with_its_place(value: object, place: str) -> None:
    with pytest.raises(InvariantError) as refusal:
        canonical_json(value)

    assert refusal.value.subject == f"canonical JSON at {place}"


def test_new_rules_change_every_key(monkeypatch: pytest.MonkeyPatch) -> None:
    before = sha256_json({"a": 1})
    monkeypatch.setattr(keys, "KEY_RULES", "dmaic-key-2")

    assert sha256_json({"a": 1}) != before


def test_keys_do_not_change_between_versions_by_accident() -> None:
    assert sha256_json({"b": [1, 2.5, "é", None, True], "a": {}})[:16] == GOLDEN


GOLDEN = "bf2dd81d50569f98"


def test_one_byte_changes_a_files_hash(tmp_path: Path) -> None:
    path = tmp_path / "f"
    path.write_bytes(b"x" * 100_000)
    before = sha256_file(path)
    path.write_bytes(b"x" * 99_999 + b"y")

    assert sha256_file(path) != before


def test_a_file_that_cannot_be_read_is_named(tmp_path: Path) -> None:
    with pytest.raises(StoreError, match="missing"):
        sha256_file(tmp_path / "missing")


@pytest.fixture
def package(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "coded"
    folder.mkdir()
    (folder / "__init__.py").write_text('"""A package that must not be executed."""\n1 / 0\n')
    (folder / "work.py").write_text("def f(x):\n    return x + 1\n")
    monkeypatch.syspath_prepend(str(tmp_path))
    return folder


def version_of(*modules: str) -> str:
    keys._code_version.cache_clear()
    return code_version(modules)


@pytest.mark.parametrize(
    ("changed", "is_same"),
    [
        ("def f(x):\n    return x + 2\n", False),
        ("def f(x):\n    return x + 1.0\n", False),
        ("def f(y):\n    return y + 1\n", False),
        ("def f(x, *, z=0):\n    return x + 1\n", False),
        ("@staticmethod\ndef f(x):\n    return x + 1\n", False),
        ("import os\ndef f(x):\n    return x + 1\n", False),
        ("def f(x):\n    'text'; return x + 1\n", True),
        ("def f(x):\n\n    # why\n    return (x + 1)\n", True),
        ('"""Module."""\ndef f(x):\n    """Doc."""\n    return x + 1\n', True),
        ('def f(x):\n    """Doc."""\n    return f.__doc__ or x + 1\n', False),
    ],
)
def test_behaviour_changes_a_code_version_and_prose_does_not(
    package: Path, changed: str, is_same: bool
) -> None:
    before = version_of("coded.work")
    (package / "work.py").write_text(changed)

    assert (version_of("coded.work") == before) == is_same


def test_docstrings_count_in_a_module_that_reads_them(package: Path) -> None:
    reader = 'def f():\n    """{}"""\n    return f.__doc__\n'
    (package / "work.py").write_text(reader.format("one"))
    before = version_of("coded.work")
    (package / "work.py").write_text(reader.format("two"))

    assert version_of("coded.work") != before


def test_modules_are_never_executed_for_their_version(package: Path) -> None:
    assert version_of("coded.work") != version_of("coded")
    assert "coded" not in sys.modules


def test_a_package_stands_for_everything_below_it(package: Path) -> None:
    before = version_of("coded")
    (package / "new.py").write_text("A = 1\n")

    assert version_of("coded") != before


def test_the_order_of_modules_is_irrelevant(package: Path) -> None:
    (package / "new.py").write_text("A = 1\n")

    assert version_of("coded.new", "coded.work") == version_of("coded.work", "coded.new")


def test_what_has_no_source_is_refused_by_name(package: Path) -> None:
    for name in ("coded.absent", "absent", "math"):
        with pytest.raises(BadInputError, match=name):
            version_of(name)
    with pytest.raises(BadInputError, match="no-such-library"):
        code_version(["coded.work"], libraries=["no-such-library"])


def test_library_versions_count_when_named(package: Path) -> None:
    assert code_version(["coded.work"], libraries=["pytest"]) != code_version(["coded.work"])
