"""Rule files learnt from generated feeds are the same text, byte for byte, as ever before.

The order of proposals decides the order of rules and their ids, and with them what a rule file
looks like under version control. A digest that changes is a change of what is learnt: give the
new one together with the reason, never to make this pass.
"""

import hashlib
from datetime import UTC, date, datetime, timedelta

import numpy as np
import polars as pl
import pytest

from dmaic_assets.history.facts import FileFacts
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.yaml.file import format_rules
from dmaic_assets.settings.project import SourceSettings
from dmaic_assets_tests.rules.orders import facts_of, history_of

DIGESTS = {
    "no file": "2452e8e81ba1bef7",
    "one file": "1894f6db8ed3c3e0",
    "two files": "b084441c9bc67700",
    "orders": "076aec632762e7cd",
    "cheap orders": "6eaa92ec51a136c8",
    "meters": "c1dd12032eaf6898",
    "timed meters": "998971541868eb86",
}


def readings(day: int, *, rows: int = 160) -> pl.DataFrame:
    """One day of meters: steps of a quarter, sums, shares, words, codes, and a composite key."""
    rng = np.random.default_rng([11, day])
    meters = ("m-01", "m-02", "m-03", "m-04")
    meter = [meters[n % 4] for n in range(rows)]
    start = datetime(2024, 3, 1, tzinfo=UTC) + timedelta(days=day)
    low = rng.gamma(3.0, 20.0, rows).round(2)
    high = (low + rng.gamma(2.0, 9.0, rows)).round(2)
    place = [f"{('Upper', 'Lower')[n % 2]} Mill {n % 6}" for n in rng.integers(0, 60, rows)]
    return pl.DataFrame(
        {
            "meter": meter,
            "at": [start + timedelta(minutes=15 * (n // 4)) for n in range(rows)],
            "slot": [n // 4 for n in range(rows)],
            "owner": [f"{m.upper()}/DE" for m in meter],
            "low": low,
            "high": high,
            "sum": (low + high).round(2),
            "place": place,
            "voltage": (230 + rng.normal(0, 3, rows)).round(1),
            "is_read": (rng.random(rows) < 0.97).tolist(),
            "note": [None if n % 3 else f"checked by {n % 5}" for n in range(rows)],
            "due": pl.Series([date(2024, 3, 1) + timedelta(days=day + 30)] * rows),
            "serial": np.arange(rows) + day * rows,
        }
    )


def days_of_readings(days: int) -> list[FileFacts]:
    return [facts_of(readings(day), f"{day:064x}") for day in range(days)]


def learnt_text(feed: str) -> str:
    plain = SourceSettings(name="feed", primary_key=("id",))
    rules = {
        "no file": lambda: learn_rules([], source=plain),
        "one file": lambda: learn_rules(history_of(1), source=plain),
        "two files": lambda: learn_rules(history_of(2), source=plain),
        "orders": lambda: learn_rules(history_of(15), source=plain),
        "cheap orders": lambda: learn_rules(
            history_of(9, seed=3),
            source=SourceSettings(name="feed", criticality="critical"),
            foreign_keys={"shop": "shops.name"},
        ),
        "meters": lambda: learn_rules(days_of_readings(14), source=SourceSettings(name="meters")),
        "timed meters": lambda: learn_rules(
            days_of_readings(1), source=SourceSettings(name="meters", time_column="at")
        ),
    }[feed]()
    return format_rules(rules)


@pytest.mark.parametrize("feed", sorted(DIGESTS))
def test_a_feed_gives_the_same_rule_file_as_ever(feed: str) -> None:
    text = learnt_text(feed)

    assert hashlib.sha256(text.encode()).hexdigest()[:16] == DIGESTS[feed], text
