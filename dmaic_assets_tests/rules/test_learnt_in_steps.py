"""A process that learns file after file gives the rules that one gives which starts from nothing.

What a process keeps between two files (facts, thinned rows, distributions, sketches) may save
work only. Each feed is learnt in steps from facts that stay in memory while its window moves on;
a second process reads the stored facts back and learns once.
"""

import difflib
from collections.abc import Callable, Sequence
from dataclasses import replace

import polars as pl
import pytest

from dmaic_assets.history.facts import SAMPLE_ROWS, FileFacts
from dmaic_assets.model import Json
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.yaml.file import format_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of
from dmaic_assets_tests.rules.test_learnt_files import readings

FILES, WINDOW = 12, 8
STEPS = (2, 7, FILES)


def orders(day: int) -> pl.DataFrame:
    return day_of_orders(day, seed=5)


def widening(day: int) -> pl.DataFrame:
    """A column is new from the sixth file on, and another one is gone from the ninth."""
    frame = orders(day).with_columns(note=pl.Series(["kept"] * orders(day).height))
    return frame.drop(["note"] if day < 5 else ["code"] if day > 7 else [])


def mixed(day: int) -> pl.DataFrame:
    """Amounts are whole in some files and decimal in others, and one file lacks them."""
    if day % 4 == 2:
        return orders(day).with_columns(pl.lit(None, dtype=pl.Int64).alias("amount"))
    return orders(day).with_columns(pl.col("amount") / 2) if day % 3 == 0 else orders(day)


def growing(day: int) -> pl.DataFrame:
    """Each file has more rows than the one before, the last ones more than are kept of them."""
    frame = day_of_orders(day, rows=40 + 20 * day, seed=2)
    return pl.concat([frame] * 80).head(SAMPLE_ROWS + 50 * day) if day >= FILES - 2 else frame


def snapshots(day: int) -> pl.DataFrame:
    """Every file repeats all rows of the one before."""
    return pl.concat([day_of_orders(d, rows=30, seed=3) for d in range(day + 1)])


FEEDS: dict[str, tuple[Callable[[int], pl.DataFrame], SourceSettings]] = {
    "orders": (orders, SourceSettings(name="feed", primary_key=("id",))),
    "readings": (readings, SourceSettings(name="feed", time_column="at")),
    "a column comes, one goes": (widening, SourceSettings(name="feed", criticality="critical")),
    "whole and decimal": (mixed, SourceSettings(name="feed")),
    "growing": (growing, SourceSettings(name="feed")),
    "snapshots": (snapshots, SourceSettings(name="feed")),
}


def rule_file(facts: Sequence[FileFacts], source: SourceSettings) -> str:
    return format_rules(learn_rules(facts[-WINDOW:], source=source, window=WINDOW))


def read_back(facts: FileFacts) -> FileFacts:
    stored: Json = to_json(facts)
    return from_json(FileFacts, stored)


@pytest.mark.parametrize("feed", sorted(FEEDS))
def test_learning_in_steps_gives_the_rules_of_learning_once(feed: str) -> None:
    make, source = FEEDS[feed]
    kept = [facts_of(make(day), f"{day:064x}") for day in range(FILES)]

    for files in STEPS:
        in_steps = rule_file(kept[:files], source)
        once = rule_file([read_back(facts) for facts in kept[:files]], source)
        assert in_steps == once, "\n".join(
            difflib.unified_diff(once.splitlines(), in_steps.splitlines(), "once", "in steps")
        )


def test_the_comparison_would_see_a_difference() -> None:
    make, source = FEEDS["orders"]
    kept = [facts_of(make(day), f"{day:064x}") for day in range(FILES)]
    other = replace(kept[-1], profile=replace(kept[-1].profile, rows=10_000))

    assert rule_file(kept, source) != rule_file([*kept[:-1], other], source)
