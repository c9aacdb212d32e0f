"""The sheet of an experiment goes out empty, comes back filled, and gives the effects in it."""

from collections.abc import Callable, Mapping

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.designs.worksheet import Plan, findings_of, plan_of

FOUR = {name: ["lo", "hi"] for name in "abcd"}


def filled(plan: Plan, gives: Callable[[Mapping[str, str]], float]) -> list[dict[str, str]]:
    return [{**row, "y": str(gives(row))} for row in plan.rows()]


@given(
    st.sampled_from([8, 16]),
    st.floats(-50, 50),
    st.floats(-50, 50),
    st.integers(0, 99),
    st.integers(1, 2),
)
def test_effects_that_were_put_in_come_out(
    runs: int, first: float, both: float, seed: int, replicates: int
) -> None:
    plan = plan_of(FOUR, seed=seed, runs=runs, replicates=replicates)

    def gives(row: Mapping[str, str]) -> float:
        a, b = (1 if row[name] == "hi" else -1 for name in "ab")
        return 7 + first * a / 2 + both * a * b / 2

    found = findings_of(filled(plan, gives), "y")

    assert found.effects is not None
    values = {effect.word: effect.value for effect in found.effects.effects}
    assert found.effects.mean == pytest.approx(7, abs=1e-9)
    assert values[("a",)] == pytest.approx(first, abs=1e-9)
    assert values[("a", "b")] == pytest.approx(both, abs=1e-9)
    assert values[("c",)] == pytest.approx(0, abs=1e-9)
    assert found.means["a"]["hi"] - found.means["a"]["lo"] == pytest.approx(first, abs=1e-9)


def test_more_than_two_levels_are_told_by_their_means_and_the_best_run() -> None:
    plan = plan_of({"size": ["s", "m", "l"], "side": ["left", "right"]}, seed=1)

    found = findings_of(filled(plan, lambda row: {"s": 1.0, "m": 5.0, "l": 2.0}[row["size"]]), "y")

    assert (len(plan.trials), plan.design, found.effects) == (6, None, None)
    assert found.means["size"] == {"s": 1.0, "m": 5.0, "l": 2.0}
    assert (found.best["size"], found.best_mean) == ("m", 5.0)


def test_a_fraction_of_three_levels_is_refused() -> None:
    with pytest.raises(BadInputError, match="more than two levels"):
        plan_of({"a": ["1", "2", "3"], "b": ["1", "2"]}, seed=0, runs=4)


@pytest.mark.parametrize("name", ["run", "standard", "replicate", ""])
def test_a_factor_cannot_take_the_name_of_a_column_of_the_sheet(name: str) -> None:
    with pytest.raises(BadInputError, match="is called"):
        plan_of({name: ["1", "2"]}, seed=0)


@pytest.mark.parametrize(
    ("spoil", "complaint"),
    [
        (lambda rows: [{**rows[0], "y": "many"}, *rows[1:]], "is no number"),
        (lambda rows: [row for row in rows if row["standard"] != "3"], "run 3 .* is missing"),
        (
            lambda rows: [{k: v for k, v in row.items() if k != "y"} for row in rows],
            "no column 'y'",
        ),
        (
            lambda rows: [
                {**r, "a": {"0": "2", "1": "1"}.get(r["standard"], r["a"])} for r in rows
            ],
            "does not follow the plan",
        ),
        (lambda rows: [], "no column"),
    ],
)
def test_a_spoilt_sheet_is_refused_with_what_is_wrong(
    spoil: Callable[[list[dict[str, str]]], list[dict[str, str]]], complaint: str
) -> None:
    rows = filled(plan_of({"a": ["1", "2"], "b": ["3", "4"]}, seed=0), lambda row: 1.0)

    with pytest.raises(BadInputError, match=complaint):
        findings_of(spoil(rows), "y")
