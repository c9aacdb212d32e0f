"""Learning end to end: history in, rules out, the next file judged by them."""

import json

import polars as pl
import pytest

from dmaic_assets.history.facts import FileFacts, collect_facts, sample_of
from dmaic_assets.model import Rule, RuleSet
from dmaic_assets.phenomena.registry import kind_of
from dmaic_assets.rules.budget import total_stop_rate
from dmaic_assets.rules.learn import learn_rules
from dmaic_assets.rules.yaml.file import load_rules, save_rules
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets_tests.rules.orders import (
    SOURCE,
    day_of_orders,
    facts_of,
    history_of,
    judged,
    learnt,
    types_of,
)


@pytest.fixture(scope="module")
def history() -> list[FileFacts]:
    return history_of(20)


@pytest.fixture(scope="module")
def rules(history: list[FileFacts]) -> RuleSet:
    return learnt(history)


def kinds_on(rules: RuleSet, *columns: str) -> set[str]:
    return {r.kind for r in rules.rules if r.columns == columns}


def rule_of(rules: RuleSet, kind: str, *columns: str) -> Rule:
    return next(r for r in rules.rules if r.kind == kind and r.columns == columns)


def test_clean_later_days_are_accepted_whole(rules: RuleSet) -> None:
    decisions = [judged(day_of_orders(d), rules).verdict.decision for d in range(20, 50)]

    assert decisions.count("accept") >= 29


def test_every_learnt_rule_has_a_meaning_a_name_and_evidence(rules: RuleSet) -> None:
    for rule in rules.rules:
        kind_of(rule).validate(rule)
        assert kind_of(rule).describe(rule)

    assert len({r.id for r in rules.rules}) == len(rules.rules)
    assert all(r.origin == "learnt" for r in rules.rules)
    assert any("20 files" in n for n in rules.notes)


def test_the_budget_is_never_overspent(history: list[FileFacts]) -> None:
    for budget in (0.001, 0.01, 0.1):
        assert 0 < total_stop_rate(learnt(history, budget=budget).rules) <= budget * 1.1


def test_a_smaller_budget_gives_wider_bounds(history: list[FileFacts]) -> None:
    tight = rule_of(learnt(history, budget=0.2), "row_count").parameters
    loose = rule_of(learnt(history, budget=0.0001), "row_count").parameters

    assert loose["min"] < tight["min"]


def test_what_moves_on_with_time_never_gets_a_fixed_bound(rules: RuleSet) -> None:
    for name in ("id", "day", "at"):
        assert not kinds_on(rules, name) & {"range", "in_set", "distribution"}

    assert "one_value" in kinds_on(rules, "day")
    assert "window" in kinds_on(rules, "at")
    assert "unique" in kinds_on(rules, "id")


def test_dependencies_formulas_and_conditions_are_found(rules: RuleSet) -> None:
    assert kinds_on(rules, "shop", "city") >= {"mapping"}
    assert "derived" in kinds_on(rules, "total", "amount", "price")
    assert "conditional_null" in kinds_on(rules, "paid_by", "state")
    assert rule_of(rules, "shape", "code").parameters["pattern"] == "[A-Z][0-9]{4}"
    shops = rule_of(rules, "in_set", "shop").parameters["values"]
    assert shops == ["east", "north", "south", "west"]


def test_a_code_that_is_always_new_gets_no_list(rules: RuleSet) -> None:
    assert "in_set" not in kinds_on(rules, "code")


def set_where(frame: pl.DataFrame, name: str, share: float, value: pl.Expr) -> pl.DataFrame:
    every = round(1 / share)
    hit = pl.int_range(pl.len()) % every == 0
    return frame.with_columns(pl.when(hit).then(value).otherwise(pl.col(name)).alias(name))


DAMAGES = {
    "nulls": lambda f: set_where(f, "shop", 0.05, pl.lit(None)),
    "typo": lambda f: set_where(f, "shop", 0.05, pl.lit("nroth")),
    "case": lambda f: set_where(f, "shop", 0.05, pl.col("shop").str.to_uppercase()),
    "negative": lambda f: set_where(f, "price", 0.02, -pl.col("price")),
    "dependency": lambda f: set_where(f, "city", 0.05, pl.lit("Bonn")),
    "formula": lambda f: set_where(f, "total", 0.05, pl.col("total") + 1),
    "wrong day": lambda f: set_where(f, "day", 0.05, pl.col("day").dt.offset_by("-1y")),
    "wrong time": lambda f: set_where(f, "at", 0.05, pl.col("at").dt.offset_by("-1y")),
}


@pytest.mark.parametrize("name", DAMAGES)
def test_damaged_rows_are_set_apart_and_no_others(name: str, rules: RuleSet) -> None:
    clean = day_of_orders(25)
    damaged = DAMAGES[name](clean)
    wrong = [i for i, (a, b) in enumerate(zip(clean.rows(), damaged.rows(), strict=True)) if a != b]

    judgement = judged(damaged, rules)

    assert wrong
    assert judgement.quarantined_rows.to_list() == wrong


FILE_DAMAGES = {
    "half the file": lambda f: f.head(f.height // 2),
    "other unit": lambda f: f.with_columns(
        price=pl.col("price") * 100, total=pl.col("total") * 100
    ),
    "delivered twice": lambda f: pl.concat([f, f.head(f.height // 5)]),
    "null flood": lambda f: set_where(f, "paid_by", 0.5, pl.lit(None)),
    "column lost": lambda f: f.drop("shop"),
    "all one shop": lambda f: f.with_columns(shop=pl.lit("west"), city=pl.lit("Cork")),
}


@pytest.mark.parametrize("name", FILE_DAMAGES)
def test_damaged_files_are_stopped_with_a_reason(name: str, rules: RuleSet) -> None:
    verdict = judged(FILE_DAMAGES[name](day_of_orders(25)), rules).verdict

    assert verdict.decision == "reject"
    assert verdict.reasons


def test_a_change_of_unit_is_named() -> None:
    def priced(day: int) -> pl.DataFrame:
        return day_of_orders(day).with_columns(miles=100.0 + pl.int_range(pl.len()) % 50 * 7)

    rules = learnt([facts_of(priced(d)) for d in range(8)])
    verdict = judged(priced(9).with_columns(pl.col("miles") * 1.609344), rules).verdict

    causes = {v.cause for v in verdict.violations if v.kind == "distribution"}

    assert causes == {"unit change (miles to kilometres)"}


def test_without_history_nothing_is_learnt_and_that_is_said() -> None:
    rules = learn_rules([], source=SOURCE)

    assert rules.rules == ()
    assert any("first file" in note for note in rules.notes)


def test_one_file_gives_row_rules_but_no_opinion_on_amounts(history: list[FileFacts]) -> None:
    rules = learnt(history[:1])

    assert {"in_set", "shape", "mapping"} <= {r.kind for r in rules.rules}
    assert not {"row_count", "distribution", "category_mix"} & {r.kind for r in rules.rules}
    assert any("say little" in note for note in rules.notes)
    assert judged(day_of_orders(9), rules).verdict.decision == "accept"


def test_the_same_history_gives_the_same_rules(history: list[FileFacts]) -> None:
    assert learnt(history[:6]) == learnt(history[:6])


def test_only_the_newest_files_of_the_window_count(history: list[FileFacts]) -> None:
    rules = learn_rules(history, source=SOURCE, window=5)

    assert rules.baseline == tuple(f.file_sha256 for f in history[-5:])


def test_facts_survive_their_json_form(history: list[FileFacts]) -> None:
    text = json.dumps(to_json(history[0]), allow_nan=False)

    back = from_json(FileFacts, json.loads(text))

    assert sample_of(back).equals(sample_of(history[0]))
    assert learnt([back, *history[1:5]]) == learnt(history[:5])


def test_rules_survive_their_yaml_form(rules: RuleSet, tmp_path) -> None:
    save_rules(rules, tmp_path / "orders.yaml")

    back = load_rules(tmp_path / "orders.yaml")

    assert [(r.id, dict(r.parameters)) for r in back.rules] == [
        (r.id, dict(r.parameters)) for r in rules.rules
    ]


def test_empty_files_and_empty_columns_do_no_harm(history: list[FileFacts]) -> None:
    frame = day_of_orders(3).with_columns(nothing=pl.lit(None, dtype=pl.String))
    empty = facts_of(frame.head(0))

    rules = learnt([empty, *(facts_of(frame) for _ in range(5))])

    assert rules.rules
    assert not {"in_set", "not_null", "shape"} & kinds_on(rules, "nothing")


def test_only_empty_files_give_column_rules() -> None:
    rules = learnt([facts_of(day_of_orders(1).head(0))])

    assert {r.kind for r in rules.rules} >= {"columns_present"}


@pytest.mark.parametrize("name", ["a b", 'say "hi"', "a.b", "*", "^a$", "日本", "select"])
def test_any_column_name_can_be_learnt(name: str) -> None:
    frames = [day_of_orders(d).rename({"shop": name}) for d in range(5)]

    rules = learnt([facts_of(f) for f in frames])

    assert "in_set" in kinds_on(rules, name)
    assert judged(day_of_orders(5).rename({"shop": name}), rules).verdict.decision == "accept"


def test_a_column_that_was_empty_at_first_is_learnt_by_its_later_type() -> None:
    frames = [day_of_orders(d) for d in range(6)]
    frames[0] = frames[0].with_columns(price=pl.lit(None, dtype=pl.String))

    rules = learnt([facts_of(f) for f in frames])

    assert next(t.type for t in rules.types if t.column == "price") == "integer"


def test_a_zero_that_was_never_otherwise_is_no_rule() -> None:
    frames = [day_of_orders(d).with_columns(rain=pl.lit(0.0)) for d in range(6)]

    rules = learnt([facts_of(f) for f in frames])
    wet = day_of_orders(7).with_columns(rain=pl.lit(0.25))

    assert judged(wet, rules).verdict.decision == "accept"


def test_one_file_that_reaches_far_does_not_make_a_range_boundless() -> None:
    tops = (5_000, 5_100, 5_050, 90_000, 5_020, 5_080)
    frames = [
        day_of_orders(d).with_columns(
            flight=pl.when(pl.int_range(pl.len()) == 0)
            .then(top)
            .otherwise(1 + pl.int_range(pl.len()))
        )
        for d, top in enumerate(tops)
    ]

    rules = learnt([facts_of(f) for f in frames])

    (bound,) = (r.parameters["max"] for r in rules.rules if r.id == "flight.range")
    assert isinstance(bound, int)
    assert 90_000 < bound <= 9_000_000


def test_large_files_are_sampled_and_that_is_said() -> None:
    frame = pl.concat([day_of_orders(d, rows=900) for d in range(25)])
    types = types_of(frame)
    from dmaic_assets.table.profile.profile import profile_frame

    facts = collect_facts(frame.lazy(), profile_frame(frame, types), types, file_sha256="0" * 64)

    assert facts.is_sampled
    assert sample_of(facts).height <= 20_000
    assert any("sample" in n for n in learnt([facts] * 4).notes)


def test_a_declared_key_holds_from_the_first_file_on() -> None:
    keyed = SOURCE.model_copy(update={"primary_key": ("id",)})
    rules = learn_rules([], source=keyed)
    day = day_of_orders(0)

    clean, copied = judged(day, rules), judged(pl.concat([day, day.head(30)]), rules)

    assert [(r.kind, r.columns, r.severity) for r in rules.rules] == [
        ("unique", ("id",), "critical")
    ]
    assert clean.verdict.decision == "accept"
    assert copied.verdict.decision == "reject"
    assert not rules.baseline


def test_dear_sources_have_a_larger_budget_and_tighter_bounds(history: list[FileFacts]) -> None:
    def least_rows(criticality: str) -> float:
        source = SOURCE.model_copy(update={"criticality": criticality})
        found = rule_of(learn_rules(history, source=source), "row_count")
        return float(str(found.parameters["min"]))

    assert least_rows("critical") >= least_rows("medium") >= least_rows("low")
    assert least_rows("critical") > least_rows("low")
