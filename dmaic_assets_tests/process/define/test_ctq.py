"""CTQs: one per rule, and a version that only the count of opportunities moves."""

from dataclasses import replace
from typing import get_args

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import Rule
from dmaic_assets.phase_values.define import Ctq, Dimension
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.process.define.ctq import (
    ctq_id_of,
    dimension_of,
    of_unit,
    opportunities_version,
    unit_of,
)

CTQ = Ctq("a.validity", "a", "validity", "row", "a", ("a.range",), 0.1)


def rule(kind: str, *columns: str) -> Rule:
    # The condition of an expression names its columns; other kinds do not look at it.
    condition = {"sql": " + ".join(columns or ["a"]) + " > 0"}
    return Rule(f"{'_'.join(columns)}.{kind}", kind, columns, "medium", "learnt", condition)


@given(
    kind=st.sampled_from(sorted(KINDS)),
    columns=st.lists(st.sampled_from("abc"), min_size=1, max_size=3, unique=True),
)
def test_every_rule_has_exactly_one_ctq(kind: str, columns: list[str]) -> None:
    found = ctq_id_of(rule(kind, *columns))
    column, _, dimension = found.rpartition(".")

    assert dimension in get_args(Dimension)
    assert (column == "file") == (KINDS[kind].scope == "file")
    if KINDS[kind].scope == "row":
        assert column in {*columns, "record"}
    assert unit_of(KINDS[kind].scope) == ("file" if column == "file" else "row")


@pytest.mark.parametrize(
    ("kind", "columns", "key"),
    [
        ("not_null", ("a",), "a.completeness"),
        ("range", ("a",), "a.validity"),
        ("unique", ("a",), "a.uniqueness"),
        ("functional_dependency", ("a", "b"), "b.consistency"),
        ("duplicate_rows", (), "record.uniqueness"),
        ("columns_present", (), "file.schema"),
        ("row_count", (), "file.volume"),
        ("time_step", ("a",), "file.timeliness"),
        ("category_mix", ("a",), "file.mix"),
    ],
)
def test_the_ctq_of_a_rule(kind: str, columns: tuple[str, ...], key: str) -> None:
    assert ctq_id_of(rule(kind, *columns)) == key


def test_a_kind_that_nobody_placed_measures_validity() -> None:
    assert dimension_of("kind of tomorrow") == "validity"


@pytest.mark.parametrize(
    "change",
    [
        {"upper_limit": 0.2},
        {"owner": "finance"},
        {"rules": ("a.length",)},
        {"is_critical": True},
        {"name": "another"},
        {"target": 0.01},
        {"why": "because"},
        {"lower_spec": 1.0},
        {"confidence": 0.5},
    ],
)
def test_the_version_of_opportunities_keeps_still_for_all_else(change: dict[str, object]) -> None:
    assert opportunities_version([CTQ]) == opportunities_version([replace(CTQ, **change)])


def test_the_version_of_opportunities_moves_with_their_count() -> None:
    other = replace(CTQ, id="b.validity")
    versions = {
        opportunities_version(found)
        for found in ([], [CTQ], [replace(CTQ, opportunities=2)], [CTQ, other])
    }

    assert len(versions) == 4
    assert opportunities_version([CTQ, other]) == opportunities_version([other, CTQ])


def test_units_are_told_apart() -> None:
    of_file = replace(CTQ, id="file.mix", unit="file")

    assert of_unit([CTQ, of_file], "row") == (CTQ,)
    assert of_unit([CTQ, of_file], "file") == (of_file,)
