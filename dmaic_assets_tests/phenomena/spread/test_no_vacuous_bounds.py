"""Numbers of things have no distribution, and bounds that say nothing are not kept."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.history.baseline import History
from dmaic_assets.history.column_kinds import column_kinds
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.store.keys import canonical_json
from dmaic_assets_tests.rules.orders import facts_of, learnt

ROWS = 80


def parcels(day: int) -> pl.DataFrame:
    """Numbers of which few come twice, weights that are steady, and claims of any size."""
    rng = np.random.default_rng([31, day])
    things = rng.integers(0, 90_000, ROWS)
    things[:2] = things[2:4]
    return pl.DataFrame(
        {
            "parcel_id": things,
            "people": things + 1,
            "grams": rng.gamma(9.0, 80.0, ROWS).round(1),
            "claim": (10.0 ** (3 + 2.5 * rng.normal()) * rng.gamma(2.0, 1.0, ROWS)).round(2),
        }
    )


@pytest.fixture(scope="module")
def facts() -> list[FileFacts]:
    return [facts_of(parcels(day), f"{day:064x}") for day in range(20)]


def test_whole_numbers_of_a_key_are_a_code_and_others_a_count(facts: list[FileFacts]) -> None:
    kinds = column_kinds(History(facts))

    assert (kinds["parcel_id"].kind, kinds["people"].kind) == ("code", "count")


def test_only_bounds_that_a_decimal_place_would_break_are_kept(facts: list[FileFacts]) -> None:
    ids = {rule.id for rule in learnt(facts).rules if rule.kind == "distribution"}

    assert ids == {"people.distribution", "grams.distribution"}


@pytest.mark.filterwarnings("error::RuntimeWarning")
def test_numbers_beyond_all_bounds_have_no_rule_on_their_spread() -> None:
    def frame(day: int) -> pl.DataFrame:
        great = np.random.default_rng(day).random(ROWS) * 1.7e308
        return parcels(day).select("grams", great=great)

    found = learnt([facts_of(frame(day), f"{day:064x}") for day in range(8)])

    ids = {rule.id for rule in found.rules if rule.kind == "distribution"}
    assert ids == {"grams.distribution"}
    assert canonical_json([rule.parameters for rule in found.rules])
