"""Slow change is reported while files are still accepted."""

import polars as pl

from dmaic_assets.phenomena.spread.drift import drift_documents, find_drift
from dmaic_assets_tests.rules.orders import day_of_orders, facts_of, history_of, learnt


def test_a_steady_source_does_not_drift() -> None:
    facts = history_of(25)

    assert find_drift(facts, learnt(facts[:20])) == []


def test_a_short_history_has_no_drift_to_tell() -> None:
    facts = history_of(6)

    assert find_drift(facts, learnt(facts)) == []


def test_growing_volume_is_told_before_it_stops_a_file() -> None:
    older = history_of(20)
    rules = learnt(older)
    bound = next(r for r in rules.rules if r.kind == "row_count").parameters["max"]
    assert isinstance(bound, int)
    newer = [facts_of(day_of_orders(20 + d, rows=int(bound * 0.8))) for d in range(5)]

    found = find_drift([*older, *newer], rules)

    volume = next(d for d in found if d.figure == "rows")
    assert 0.5 <= volume.used_room < 1
    assert volume.files_left is not None
    assert "rows moved from" in volume.sentence


def test_a_shifting_distribution_is_told_with_its_column() -> None:
    older = [facts_of(_priced(d, 1.0)) for d in range(20)]
    rules = learnt(older)
    newer = [facts_of(_priced(20 + d, 1.25)) for d in range(5)]

    found = find_drift([*older, *newer], rules)

    assert {d.columns for d in found} == {("cost",)}


def test_what_the_most_used_room_comes_first_and_disabled_rules_are_silent() -> None:
    from dataclasses import replace

    older = [facts_of(_priced(d, 1.0)) for d in range(20)]
    rules = learnt(older)
    newer = [facts_of(_priced(20 + d, 1.25)) for d in range(5)]
    silent = replace(rules, rules=tuple(replace(r, is_enabled=False) for r in rules.rules))

    rooms = [d.used_room for d in find_drift([*older, *newer], rules)]

    assert rooms == sorted(rooms, reverse=True)
    assert find_drift([*older, *newer], silent) == []


def _priced(day: int, factor: float) -> pl.DataFrame:
    frame = day_of_orders(day)
    cents = pl.int_range(pl.len()) * 37 % 1000
    return frame.with_columns(cost=(1000 + cents) * factor)


def test_learning_notes_a_slow_change_while_every_file_still_passes() -> None:
    facts = [facts_of(_priced(d, 1.0 + 0.04 * max(0, d - 14))) for d in range(24)]

    rules = learnt(facts)

    notes = [note for note in rules.notes if note.startswith("drift: ")]
    kept = drift_documents(rules)
    assert len(notes) == 1
    assert "of cost moved from" in notes[0]
    assert [rule.id for rule in rules.rules if "drift" in rule.evidence] == [kept[0]["rule"]]
    assert f"{kept[0]['used_room']:.0%} of the way" in notes[0]


def test_learning_from_a_steady_source_notes_no_drift() -> None:
    assert not [note for note in learnt(history_of(25)).notes if note.startswith("drift: ")]
