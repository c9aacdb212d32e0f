"""Columns are chosen, trials played and winners named as they say; secrets stay secret."""

import numpy as np
import polars as pl
import pytest

from dmaic_assets.errors import BadInputError, StoreError
from dmaic_assets.work.laboratory.comparison import chance_of, comparison_of
from dmaic_assets.work.laboratory.dna import dna_value
from dmaic_assets.work.laboratory.key_column import MOST_ROWS, key_column
from dmaic_assets.work.laboratory.machine import clocks, draw_seeds
from dmaic_assets.work.laboratory.secret import hidden, secret_in
from dmaic_assets.work.laboratory.trials import FEWEST_ROUNDS, MOST_ROUNDS, Bench, played_trials
from dmaic_assets.work.laboratory.values import Trial, TrialsValue, Winner


def parquet(path, **columns):
    pl.DataFrame(columns).write_parquet(path)
    return path


@pytest.fixture
def files(tmp_path):
    rows = range(300)
    return [
        parquet(
            tmp_path / "a.parquet",
            kind=[f"k{n % 5}" for n in rows],
            id=[7 * n for n in rows],
            amount=[n / 3 for n in rows],
        )
    ]


@pytest.mark.parametrize(
    ("wanted", "keys", "chosen", "why"),
    [
        ("kind", ("id",), "kind", "named"),
        ("", ("amount", "kind"), "kind", "identifies a row"),
        ("", (), "id", "300 in 300 rows"),
    ],
)
def test_a_column_is_chosen_and_why_is_told(files, wanted, keys, chosen, why):
    found = key_column("orders", files, wanted, keys)

    assert found.name == chosen
    assert why in found.why


def test_a_column_that_is_no_key_is_refused_with_those_that_are(files):
    with pytest.raises(BadInputError, match="has no key column 'amount'") as refused:
        key_column("orders", files, "amount")

    assert "kind, id" in refused.value.fix


def test_a_column_of_nulls_holds_no_keys(tmp_path):
    empty = parquet(tmp_path / "a.parquet", code=pl.Series([None, None], dtype=pl.String))

    with pytest.raises(BadInputError, match="holds no keys"):
        key_column("orders", [empty])


def test_files_that_write_a_key_differently_are_read_as_text(tmp_path):
    old = parquet(tmp_path / "a.parquet", code=[1, 2])
    other = parquet(tmp_path / "b.parquet", name=["x"])
    new = parquet(tmp_path / "c.parquet", code=["2", "A3", None])

    found = key_column("orders", [old, other, new])

    assert found.keys.to_list() == ["1", "2", "2", "A3"]
    assert found.rows == 4
    assert not found.value().is_whole


def test_many_rows_are_sampled_alike_and_in_their_order(tmp_path):
    large = parquet(tmp_path / "a.parquet", id=np.arange(MOST_ROWS + 50_000))

    one, other = key_column("orders", [large]), key_column("orders", [large])

    assert len(one.keys) == MOST_ROWS
    assert one.keys.is_sorted()
    assert one.value() == other.value()


def bench(budget_s=0.0):
    return Bench(clocks(), draw_seeds, np.random.default_rng(0), budget_s)


def test_every_kind_meets_every_use(files):
    workloads = key_column("orders", files, "kind").workloads()

    found = played_trials(workloads, is_dense=False, before={}, bench=bench())

    assert {(t.use, t.kind) for t in found} == {
        (use, kind) for use in workloads for kind in ("swiss", "robinhood", "linear", "chaining")
    }
    assert all(len(t.ns) == FEWEST_ROUNDS and t.entries <= 5 for t in found)


def test_keys_that_lie_close_have_a_place_each(files):
    column = key_column("orders", files)
    workloads = {"join": column.workloads()["join"]}
    dna = dna_value("id", column.workloads(), b"secret")

    found = played_trials(workloads, is_dense=True, before={}, bench=bench())

    assert not dna.is_dense  # one in seven numbers is a key
    (direct,) = (t for t in found if t.kind == "direct")
    assert direct.entries == 300
    assert direct.probes == 1


def test_what_is_slower_than_before_is_played_again_before_it_is_said(files):
    workloads = {"join": key_column("orders", files).workloads()["join"]}
    before = {("join", "swiss"): 1e-3, ("join", "linear"): 1e9}

    found = {
        t.kind: t for t in played_trials(workloads, is_dense=False, before=before, bench=bench())
    }

    assert found["swiss"].is_regressed
    assert len(found["swiss"].ns) == FEWEST_ROUNDS + MOST_ROUNDS
    assert not found["linear"].is_regressed
    assert len(found["linear"].ns) == FEWEST_ROUNDS
    assert not found["chaining"].is_regressed


def trial(kind, *ns):
    return Trial("join", kind, ns, 10, 24.0, 0.5, 1.0, 1.0, ())


def compared(*trials) -> Winner:
    (winner,) = comparison_of(TrialsValue("id", {}, trials)).winners
    return winner


def test_a_winner_is_sure_when_chance_would_hardly_agree_so_often():
    sure = compared(trial("swiss", *[10.0] * 7), trial("linear", *[8.0] * 7))
    unsure = compared(trial("swiss", *[10.0] * 3), trial("linear", *[8.0] * 3))

    assert (sure.kind, sure.second, sure.rounds_won, sure.is_sure) == ("linear", "swiss", 7, True)
    assert sure.margin == pytest.approx(0.2)
    assert sure.chance == pytest.approx(1 / 128)
    assert not unsure.is_sure


def test_the_more_rivals_the_less_is_proven():
    rivals = [trial(f"kind {n}", *[10.0 + n] * 5) for n in range(4)]

    found = compared(trial("linear", *[8.0] * 5), *rivals)

    assert found.chance == pytest.approx(4 / 32)
    assert not found.is_sure


def test_the_chance_of_rounds_is_that_of_a_coin():
    assert chance_of(6, 6) == pytest.approx(1 / 64)
    assert chance_of(0, 6) == 1
    assert chance_of(2, 3) == pytest.approx(0.5)


def test_the_secret_is_made_once_and_for_its_owner_only(tmp_path):
    secret = secret_in(tmp_path / "hashmaps")

    assert secret_in(tmp_path / "hashmaps") == secret
    assert (tmp_path / "hashmaps" / "secret").stat().st_mode & 0o777 == 0o600
    assert hidden("a", secret) == hidden("a", secret) != hidden("a", b"another")


def test_a_secret_that_was_cut_off_is_refused(tmp_path):
    secret_in(tmp_path)
    (tmp_path / "secret").write_bytes(b"short")

    with pytest.raises(StoreError, match="holds no secret"):
        secret_in(tmp_path)
