"""Two-way and nested analysis of variance in fractions: by hand, beside doubles, and far from 0."""

from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.designs.nested import nested_anova
from dmaic_assets.sixsigma.designs.two_way import two_way_anova
from dmaic_assets_tests.oracle.exact_designs import Kind, certified_nested, certified_two_way

TEXTS = ["1", "3", "5", "7", "3", "5", "11", "13"]
A = list("aaaabbbb")
B = list("xxyyxxyy")
NESTED = {"a": {"x": ["1", "3"], "y": ["5", "7"]}, "b": {"x": ["3", "5"], "y": ["11", "13"]}}
KINDS: tuple[Kind, ...] = ("I", "II", "III")


@pytest.mark.parametrize("kind", KINDS)
def test_a_balanced_table_is_what_a_pencil_gives(kind: Kind) -> None:
    table = certified_two_way(TEXTS, A, B, kind=kind)

    assert (table.first.ss, table.second.ss, table.interaction.ss, table.residual.ss) == (
        *(32, 72),
        *(8, 8),
    )
    assert [e.f_over(table.residual) for e in (table.first, table.second, table.interaction)] == [
        *(16, 36),
        4,
    ]
    assert table.residual.df == 4


def test_subgroups_are_within_their_groups() -> None:
    table = certified_nested({**NESTED})

    assert (table.group.ss, table.subgroup.ss, table.within.ss) == (32, 80, 8)
    assert (table.group.df, table.subgroup.df, table.within.df) == (1, 2, 4)
    assert table.group.f_over(table.subgroup) == Fraction(32, 40)


def test_a_large_common_part_changes_nothing() -> None:
    far = [f"{10**15 + int(text)}.4" for text in TEXTS]
    nested = {
        g: {s: [f"{10**15 + int(t)}.4" for t in v] for s, v in subs.items()}
        for g, subs in NESTED.items()
    }

    assert certified_two_way(far, A, B) == certified_two_way(TEXTS, A, B)
    assert certified_nested({**nested}) == certified_nested({**NESTED})


@settings(deadline=None, max_examples=25)
@given(
    st.lists(
        st.tuples(st.integers(-50, 50), st.sampled_from("ab"), st.sampled_from("xyz")), max_size=8
    )
)
def test_doubles_agree_with_fractions_when_cells_are_unequal(
    more: list[tuple[int, str, str]],
) -> None:
    cells = [
        (10 * i + 3 * j + i * j, a, b) for i, a in enumerate("ab") for j, b in enumerate("xyz")
    ]
    rows = [*cells, (7, "a", "x"), (1, "a", "x"), *more]
    values, a, b = ([row[k] for row in rows] for k in range(3))

    for kind in KINDS:
        exact = certified_two_way([str(v) for v in values], a, b, kind=kind)
        near = two_way_anova(values, a, b, kind=kind)
        for fraction, double in zip(
            (exact.first, exact.second, exact.interaction, exact.residual),
            (*near.effects, near.residual),
            strict=True,
        ):
            assert fraction.df == double.df
            assert double.ss == pytest.approx(float(fraction.ss), rel=1e-9, abs=1e-8)


def test_doubles_agree_with_fractions_when_subgroups_are_unequal() -> None:
    groups = {"a": {"x": [1, 3, 4], "y": [5, 7]}, "b": {"x": [3, 5], "y": [11, 13, 2], "z": [1]}}

    exact = certified_nested(
        {g: {s: [str(v) for v in vs] for s, vs in subs.items()} for g, subs in groups.items()}
    )
    near = nested_anova(groups)

    assert near.ss_group == pytest.approx(float(exact.group.ss), rel=1e-12)
    assert near.ss_subgroup == pytest.approx(float(exact.subgroup.ss), rel=1e-12)
    assert near.ss_within == pytest.approx(float(exact.within.ss), rel=1e-12)


@pytest.mark.parametrize(
    ("a", "b", "texts"),
    [
        ("aaaa", "xyxy", "1234"),
        ("aabb", "xyxy", "1234"),
        ("aaabbb", "xyxxxx", "123456"),
        ("aab", "xyxy", "1234"),
    ],
)
def test_what_is_no_crossed_design_with_repeats_is_refused(a: str, b: str, texts: str) -> None:
    with pytest.raises(BadInputError):
        certified_two_way(list(texts), list(a), list(b))


def test_a_group_needs_subgroups() -> None:
    with pytest.raises(BadInputError, match="subgroups"):
        certified_nested({"a": {"x": ["1", "2"]}, "b": {"x": ["3", "4"]}})
