"""What a column is taken for, and when a list of values is closed."""

from dataclasses import replace

import polars as pl
import pytest

from dmaic_assets.history.baseline import History
from dmaic_assets.history.closure import closure_of
from dmaic_assets.history.codes import combine, encode
from dmaic_assets.history.column_kinds import column_kinds
from dmaic_assets.history.facts import FileFacts
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets_tests.rules.orders import SOURCE, day_of_orders, facts_of, history_of


def history(*frames: pl.DataFrame) -> History:
    return History([facts_of(f, f"{i:064x}") for i, f in enumerate(frames)])


@pytest.mark.parametrize(
    ("name", "kind"),
    [
        ("id", "growing"),
        ("day", "batch"),
        ("at", "time"),
        ("shop", "category"),
        ("amount", "category"),
        ("total", "category"),
        ("code", "code"),
    ],
)
def test_kinds_of_the_orders(name: str, kind: str) -> None:
    kinds = column_kinds(History(history_of(10)))

    assert kinds[name].kind == kind
    assert kinds[name].reason


def test_a_foreign_key_has_no_list_and_no_range_of_its_own() -> None:
    facts = history_of(10)
    keys = {"shop": "shops.name", "amount": "amounts.id", "day": "days.day"}

    kinds = column_kinds(History(facts), keys)
    rules = learn_rules(facts, source=SOURCE, foreign_keys=keys).rules

    found = {name: kinds[name].kind for name in keys}
    assert found == {"shop": "foreign key", "amount": "foreign key", "day": "batch"}
    assert kinds["shop"].reason == "keys of shops.name"
    own = {r.kind for r in rules if r.columns in {("shop",), ("amount",)}}
    assert not own & {"in_set", "new_values", "range", "distribution"}
    assert "category_mix" in own


def test_a_year_that_is_the_same_in_all_files_is_still_time() -> None:
    frames = [day_of_orders(d).with_columns(year=pl.lit(2024)) for d in range(8)]

    kind = column_kinds(history(*frames))["year"]

    assert kind.is_timelike
    assert kind.is_batch


def test_values_in_one_file_only_keep_a_list_open() -> None:
    frames = [pl.DataFrame({"a": ["x"] * 10 + ["y"] * 10}) for _ in range(9)]
    with_new = [*frames, pl.DataFrame({"a": ["x"] * 9 + ["z"]})]

    closed = closure_of(history(*frames).codes("a"), history(*frames))
    opened = closure_of(history(*with_new).codes("a"), history(*with_new))

    assert closed.once == 0
    assert closed.new_file_rate == 0.0
    assert opened.once == 1
    # One of the five later files brought one: median upper bound of Clopper and Pearson.
    assert opened.new_file_rate == pytest.approx(0.3138, abs=1e-4)
    assert opened.row_loss == pytest.approx(1 / 190)


def test_missing_values_have_no_code_and_no_pair() -> None:
    first = encode(pl.Series([1.0, None, float("nan"), 1.0]))
    second = encode(pl.Series(["a", "b", "c", "b"]))

    pair = combine(first, second)

    assert first.values.tolist() == [0, -1, -1, 0]
    assert pair.values.tolist() == [0, -1, -1, 1]
    assert pair.size == 2


def test_few_files_are_cut_into_blocks() -> None:
    one = History(history_of(1))
    many = History(history_of(6))

    assert one.is_cut
    assert one.parts > 1
    assert not many.is_cut
    assert many.parts == 6


def test_a_column_of_zeros_is_expected_to_have_decimals_one_day() -> None:
    def typed(values: list[int]) -> FileFacts:
        facts = facts_of(pl.DataFrame({"rain": values}))
        return replace(facts, types=tuple(replace(t, decided_by="automatic") for t in facts.types))

    dry, wet = History([typed([0, 0, 0])]), History([typed([0, 0, 3])])

    assert dry.types["rain"].type == "decimal"
    assert wet.types["rain"].type == "integer"
