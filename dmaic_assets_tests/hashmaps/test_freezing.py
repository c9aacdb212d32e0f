"""A map that is only read gets an inline copy when that pays, and the first write ends it."""

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from dmaic_assets.hashmaps.config.options import config_of
from dmaic_assets.hashmaps.controller import Controller
from dmaic_assets.hashmaps.cost_file import costs_text, read_costs
from dmaic_assets.hashmaps.cost_model import SHARES, SIZES, Costs, CostTable
from dmaic_assets.hashmaps.dense_map import DenseMap
from dmaic_assets.hashmaps.forecast import forecast
from dmaic_assets.hashmaps.hash_map import HashMap
from dmaic_assets.hashmaps.indexes import INLINE
from dmaic_assets.hashmaps.kernels.jit import is_interpreted
from dmaic_assets.hashmaps.kernels.table import LINEAR, SWISS
from dmaic_assets.hashmaps.trial.trial import Setting
from dmaic_assets_tests.hashmaps.laboratory import CLOCKS
from dmaic_assets_tests.hashmaps.seeds import PUT, batches, follow, seeds_from

DRAW = seeds_from(np.random.default_rng(5))
TEXTS = pa.array([f"K{number}" for number in range(1000)])
KEYS = np.random.default_rng(3).integers(0, 2**62, 1000)
ROUNDS, EXAMPLES = (4, 3) if is_interpreted() else (60, 25)


def grid(nanoseconds: float) -> list[list[Costs]]:
    return [[Costs(*[nanoseconds] * 4)] * len(SHARES)] * len(SIZES)


def table(*, frozen: float = 5.0, build: float = 1.0) -> CostTable:
    """Indexes cost 20 ns whatever they are; inline tables so much, a linear one 1 ns less."""
    each = [build] * len(SIZES)
    kinds = range(5)
    inline = {kind: grid(frozen - (kind == LINEAR)) for kind in INLINE}
    costs = {kind: grid(20.0) for kind in kinds}
    return CostTable("m", costs, dict.fromkeys(kinds, each), inline, dict.fromkeys(INLINE, each))


def read_map(costs: CostTable, rounds: int = 10, **options: object) -> HashMap:
    """A map of texts: the numbers of its entries are kept, so that it may not be inline."""
    held = HashMap(DRAW, "string", controller=Controller(costs, lambda: 0, **options))
    held.upsert(TEXTS)
    for _ in range(rounds):
        held.get(TEXTS)
    return held


def column(keys: object) -> object:
    return pa.array(keys)


def test_a_map_that_is_only_read_is_frozen_to_the_cheapest_table():
    held = read_map(table())
    (told,) = held.explain()
    assert (told.action, told.kind, told.after) == ("freeze", "swiss", "linear")
    assert told.predicted == pytest.approx(16)
    assert "no write" in told.reason
    assert held.stats().is_frozen


def test_what_a_freeze_gained_is_told_at_the_next_look():
    held = read_map(table(), rounds=15)
    assert held.explain()[0].realised == 0.0  # the clock of this test stands still


def test_the_first_write_thaws_and_is_seen():
    held = read_map(table())
    new = column(["new"])
    held.upsert(new, np.array([7]))
    assert held.get(new).to_pylist() == [7]
    assert [event.action for event in held.explain()] == ["freeze", "thaw"]
    assert not held.stats().is_frozen


def test_a_copy_that_costs_more_than_it_gains_is_not_made():
    for costs in (table(build=1e6), table(frozen=19.5), CostTable("m", *old_fields())):
        assert read_map(costs).explain() == ()


def old_fields():
    made = table()
    return made.costs, made.build


def test_who_says_so_gets_no_copy():
    assert read_map(table(), may_freeze=False).explain() == ()
    assert read_map(table(), aim="insert").explain() == ()
    made = config_of({"adaptive.freeze": (False, "here")})
    assert not Setting(made, CLOCKS, DRAW, table).controller().may_freeze


def test_writes_among_the_searches_leave_the_index_as_it_is():
    held = read_map(table(), rounds=0)
    for _ in range(20):
        held.get(TEXTS)
        held.upsert(TEXTS[:1])
    assert held.explain() == ()


def test_a_map_is_frozen_while_its_migration_waits_for_writes():
    held = read_map(table(), rounds=0)
    held.index.migrate_to(LINEAR)
    for _ in range(10):
        held.get(TEXTS)
    assert held.index.is_migrating
    assert held.stats().is_frozen
    assert (held.get(TEXTS).to_numpy() == np.arange(len(TEXTS))).all()


@settings(max_examples=EXAMPLES, deadline=None)
@given(seed=st.integers(0, 2**32), is_whole=st.booleans(), kind=st.sampled_from(INLINE))
def test_a_map_that_is_frozen_again_and_again_is_the_dictionary(seed, is_whole, kind):
    rng = np.random.default_rng(seed)
    held, model = DenseMap(seeds_from(rng), is_whole=is_whole), {}
    for batch in batches(rng, ROUNDS, 300):
        if held.frozen is None and len(held):
            held.freeze(kind)
        if rng.random() < 0.3 and not held.is_migrating:
            held.migrate_to(SWISS)
        follow(held, model, batch)
        assert held.contains(batch[1]).tolist() == [key in model for key in batch[1].tolist()]
        assert held.frozen is None or batch[0] != PUT


def test_costs_of_inline_tables_are_kept_with_the_others(tmp_path):
    path, made = tmp_path / "costs.json", table()
    path.write_text(costs_text(made))
    assert read_costs(path, "m") == made


def test_growth_comes_with_the_key_that_was_foretold():
    """The distance is exact: that many new keys fit, the next one begins an index."""
    held = DenseMap(DRAW, SWISS)
    held.put(KEYS[:100].astype(np.uint64), KEYS[:100].astype(np.uint64))
    held.finish()
    ahead = forecast(held, 0.5)
    assert ahead.ops_to_growth == 2 * ahead.keys_to_growth
    more = np.arange(ahead.keys_to_growth + 1, dtype=np.uint64)
    held.reserve(1000)
    held.put(more[:-1], more[:-1])
    assert not held.is_migrating
    assert forecast(held, 0.5).keys_to_growth == 0
    held.put(more[-1:], more[-1:])
    assert held.is_migrating
    assert "entries" in forecast(held, None).lines()[0]


def test_a_map_that_does_not_grow_has_no_date_for_its_growth():
    held = DenseMap(DRAW, LINEAR)
    for rate in (None, 0.0, -0.1):
        ahead = forecast(held, rate)
        assert (ahead.ops_to_growth, ahead.deletes_to_compact) == (None, None)
        assert ahead.lines() == (f"growth in {ahead.keys_to_growth:,} new keys",)


def test_compaction_never_comes_before_it_was_foretold():
    held = DenseMap(DRAW, SWISS)
    keys = np.random.default_rng(1).integers(0, 2**62, 3000).astype(np.uint64)
    held.put(keys, keys)
    held.finish()
    ahead = forecast(held, None).deletes_to_compact
    held.delete(keys[: ahead - 1])
    stats = held.index.counts
    assert (stats[2] - stats[1]) / (stats[0] + 1) <= 0.25
    assert "compaction" in forecast(held, None).lines()[1]
