"""Numbers of more digits than 64 bits hold: judged as they are, never learnt from as rounded."""

import random
from collections.abc import Callable
from decimal import Decimal

import polars as pl
import pytest

from dmaic_assets.rules.compile import compile_rules
from dmaic_assets.rules.evaluate import evaluate
from dmaic_assets_tests.rules.frames import context
from dmaic_assets_tests.rules.orders import facts_of, learnt

ROWS = 200


def _codes(draw: random.Random) -> pl.Series:
    return pl.Series([Decimal(2**100 + draw.randint(1, 3)) for _ in range(ROWS)])


def _amounts(draw: random.Random) -> pl.Series:
    values = [Decimal(f"1000000000000000000000{draw.randint(100, 999)}.05") for _ in range(ROWS)]
    return pl.Series(values, dtype=pl.Decimal(38, 2))


def _ids(draw: random.Random) -> pl.Series:
    return pl.Series([2**63 + draw.randint(1, 9) for _ in range(ROWS)], dtype=pl.UInt64)


@pytest.mark.parametrize("column_of", [_codes, _amounts, _ids])
def test_values_that_rounding_makes_equal_get_no_rules(
    column_of: Callable[[random.Random], pl.Series],
):
    draw = random.Random(7)
    frames = [pl.DataFrame({"n": range(ROWS), "v": column_of(draw)}) for _ in range(6)]

    rule_set = learnt([facts_of(frame) for frame in frames[:-1]])

    seen = evaluate(compile_rules(rule_set, context(frames[-1])), frames[-1].lazy())
    assert not {r.rule.id for r in seen.rows if r.mask is not None and r.mask.any()}
    assert any("get no rules on their values: v" in note for note in rule_set.notes)


def test_decimals_that_a_double_holds_are_learnt_from():
    draw = random.Random(7)
    frames = [
        pl.DataFrame({"v": [Decimal(f"{draw.randint(10, 99)}.05") for _ in range(ROWS)]})
        for _ in range(6)
    ]

    rule_set = learnt([facts_of(frame) for frame in frames])

    assert {"range", "distribution"} <= {rule.kind for rule in rule_set.rules}
