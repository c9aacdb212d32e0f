"""No rule between columns is learnt where nothing but chance relates them.

Every column is put into an order of its own, over all files: whatever two columns then seem to
have to do with each other, the rule that says so is false. Of rules on gaps one in forty columns
may have one (`phenomena.missing.by_chance`); there are two such columns in each of these feeds.
"""

from collections.abc import Callable

import numpy as np
import polars as pl
import pytest

from dmaic_assets.model import Rule
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, learnt
from dmaic_assets_tests.rules.test_learnt_files import readings

RELATIONS = {
    *("column_pair", "mapping", "functional_dependency", "derived", "range_by"),
    *("conditional_null", "null_share_given", "scale_mix", "unique"),
}


def related(days: list[pl.DataFrame]) -> list[Rule]:
    rules = learnt([facts_of(day, f"{number:064x}") for number, day in enumerate(days)]).rules
    return [r for r in rules if r.kind in RELATIONS and len(r.columns) > 1]


def shuffled(days: list[pl.DataFrame]) -> list[pl.DataFrame]:
    rng = np.random.default_rng(len(days))
    whole = pl.concat(days)
    mixed = whole.select(s.gather(rng.permutation(len(s))) for s in whole.iter_columns())
    ends = np.cumsum([day.height for day in days])
    return [mixed.slice(end - d.height, d.height) for end, d in zip(ends, days, strict=True)]


@pytest.mark.parametrize("files", [1, 3, 10])
@pytest.mark.parametrize("feed", [day_of_orders, readings])
def test_columns_in_orders_of_their_own_have_no_rule_together(
    feed: Callable[[int], pl.DataFrame], files: int
) -> None:
    days = [feed(day) for day in range(files)]

    assert len(related(days)) >= 4
    assert [r.id for r in related(shuffled(days))] == []
