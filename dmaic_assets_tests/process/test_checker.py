"""The checker as a gauge: a second appraiser that agrees, and seeded defects of known truth."""

from collections.abc import Mapping

import numpy as np
import polars as pl
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.model import Json, Rule, RuleSet
from dmaic_assets.phenomena.contract.rule_kind import FrameContext
from dmaic_assets.process.measure.checker import study_checker
from dmaic_assets.process.measure.second_reader import failing_flags, reads
from dmaic_assets.process.measure.seeded_defects import seed_defects
from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate

FRAMES = st.integers(0, 30).flatmap(
    lambda n: st.fixed_dictionaries(
        {
            "number": st.lists(
                st.none() | st.floats(-3, 3) | st.just(float("nan")), min_size=n, max_size=n
            ),
            "whole": st.lists(st.none() | st.integers(-3, 3), min_size=n, max_size=n),
            "text": st.lists(st.none() | st.text("abé", max_size=4), min_size=n, max_size=n),
            "flag": st.lists(st.none() | st.booleans(), min_size=n, max_size=n),
        }
    )
)
SCHEMA = {"number": pl.Float64, "whole": pl.Int64, "text": pl.String, "flag": pl.Boolean}


def rule(kind: str, column: str, *others: str, **parameters: Json) -> Rule:
    return Rule(f"{column}.{kind}", kind, (column, *others), "medium", "learnt", parameters)


RULES = (
    rule("not_null", "text"),
    rule("not_null", "number"),
    rule("in_set", "text", values=["a", "ab", ""]),
    rule("in_set", "whole", values=[1, 2]),
    rule("range", "number", min=-1.5, max=2),
    rule("range", "whole", min=0, exclusive_min=True),
    rule("range", "whole", max=1, exclusive_max=True),
    rule("length", "text", min=1, max=2),
    rule("unique", "text"),
    rule("unique", "whole", "text"),
)


@given(columns=FRAMES, chosen=st.sampled_from(RULES))
@settings(deadline=None)
def test_the_second_appraiser_agrees_with_compiled_rules(
    columns: Mapping[str, list[object]], chosen: Rule
) -> None:
    frame = pl.DataFrame(dict(columns), schema=SCHEMA)
    ctx = FrameContext(schema=dict(frame.schema), row_count=frame.height)
    compiled = compile_rules(RuleSet("s", (chosen,)), ctx)
    (found,) = evaluate(compiled, frame.lazy(), is_in_memory=True).rows
    ours = [False] * frame.height if found.mask is None else found.mask.to_list()

    assert reads(chosen)
    assert failing_flags(frame.to_dicts(), chosen) == ours


def clean(rows: int) -> pl.DataFrame:
    return pl.DataFrame(
        {
            "id": range(rows),
            "kind": ["north", "south"] * (rows // 2),
            "amount": [float(n % 9) for n in range(rows)],
        }
    )


SEEDABLE = (
    rule("not_null", "id"),
    rule("in_set", "kind", values=["north", "south"]),
    rule("range", "amount", min=0, max=8),
    rule("length", "kind", min=5, max=5),
    rule("unique", "id"),
)


@pytest.mark.parametrize("share", [0.01, 0.1, 0.5])
def test_the_truth_of_seeded_defects_is_exactly_the_rows_that_changed(share: float) -> None:
    frame = clean(400)

    seeded = seed_defects(frame, SEEDABLE, share=share, rng=np.random.default_rng(1))

    pairs = zip(frame.rows(), seeded.frame.rows(), strict=True)
    assert seeded.truth() == [before != after for before, after in pairs]
    assert 0 < sum(seeded.truth()) <= max(400 * share, 1)
    assert seeded.frame.schema == frame.schema


def test_a_row_is_spoilt_once_and_by_every_rule_that_can() -> None:
    seeded = seed_defects(clean(400), SEEDABLE, share=0.2, rng=np.random.default_rng(2))

    places = [p for found in seeded.positions.values() for p in found]
    assert len(places) == len(set(places)) == 80
    assert set(seeded.positions) == {"completeness", "validity"}


def test_few_rows_get_a_defect_each_from_as_many_rules_as_there_is_room_for() -> None:
    seeded = seed_defects(clean(40), SEEDABLE, share=0.05, rng=np.random.default_rng(2))

    assert sum(seeded.truth()) == 2


def test_nothing_to_break_is_nothing_seeded() -> None:
    seeded = seed_defects(clean(40), SEEDABLE[-1:], share=0.5, rng=np.random.default_rng(2))

    assert not any(seeded.truth())
    assert seeded.positions == {}


def test_a_good_checker_misses_nothing_and_blames_nobody() -> None:
    study = study_checker(
        clean(400), RuleSet("s", SEEDABLE), seeded_share=0.2, rng=np.random.default_rng(3)
    )

    assert (study.repeat_disagreements, study.engine_disagreements) == (0, 0)
    assert study.engine_decisions == 400 * len(SEEDABLE)
    assert study.miss is not None
    assert study.false_alarm is not None
    assert (study.miss.value, study.false_alarm.value) == (0.0, 0.0)
    assert study.missed_dimensions == ()


def test_a_rule_that_lets_everything_pass_is_seen_to_miss() -> None:
    # Lengths are bounded, but so wide that what is seeded for the set of values is what is caught.
    blind = rule("in_set", "kind", values=["north", "south", "~unheard of~"])

    study = study_checker(
        clean(400), RuleSet("s", (blind,)), seeded_share=0.2, rng=np.random.default_rng(3)
    )

    assert study.miss is not None
    assert study.miss.value == 1.0
    assert study.missed_dimensions == ("validity",)


def test_without_clean_rows_there_is_no_detection() -> None:
    study = study_checker(
        clean(0), RuleSet("s", SEEDABLE), seeded_share=0.2, rng=np.random.default_rng(3)
    )

    assert (study.miss, study.engine_kappa, study.rows) == (None, None, 0)
