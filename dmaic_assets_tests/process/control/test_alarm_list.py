"""Alarms of a real project: who sees them, how they are answered, what an answer changes."""

import shutil

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.process.control.alarm_list import answer_alarm, standing_alarms, standing_control
from dmaic_assets.process.control.chart_fleet import CHARTED, ChartFleet, rounded_up
from dmaic_assets.process.control.control import alarm_id
from dmaic_assets.store.ledger.record.metrics import newest_values, record_metrics
from dmaic_assets.store.ledger.tasks.events import list_events
from dmaic_assets.work.people.alarm_answers import (
    Acknowledgement,
    answers_path,
    load_answers,
    save_answer,
)
from dmaic_assets_tests.cli.conftest import call
from dmaic_assets_tests.process.shop import cycle, fill, shop, shop_folder

__all__ = ["call", "shop", "shop_folder"]


def open_ids(project, source=None) -> list[str]:
    return [a.alarm.id for a in standing_alarms(project.platform, source) if a.is_open]


def test_a_file_beyond_its_limit_is_an_open_alarm_with_share_and_limit(shop):
    (alarm,) = [a for a in standing_alarms(shop.platform) if a.alarm.ctq == "amount.validity"]

    assert (alarm.source, alarm.alarm.file, alarm.is_open) == ("orders", "bad.csv", True)
    assert alarm.alarm.share == pytest.approx(0.05)
    assert alarm.alarm.share > alarm.alarm.limit
    assert alarm.alarm.id == alarm_id("orders", "amount.validity", alarm.alarm.sha256)


def test_an_answered_alarm_is_closed_at_once_and_stays_so_in_the_next_run(shop):
    first, *others = open_ids(shop)

    answer_alarm(shop.platform, first, cause="new till", by="kim")
    at_once = open_ids(shop)
    result = cycle(shop).of("orders", "control")

    assert at_once == others
    assert open_ids(shop) == others
    assert result is not None
    assert result.output.metrics["alarms_answered"] == 1
    assert result.output.metrics["alarms"] == len(others)


def test_only_control_is_computed_again_after_an_answer(shop):
    answer_alarm(shop.platform, open_ids(shop)[0], cause="new till", by="kim")

    again = cycle(shop)

    assert [r.phase for r in again.results if not r.is_memoized and r.phase == "control"]
    assert all(r.is_memoized for r in again.results if r.phase in {"define", "measure", "analyze"})


def test_more_charts_elsewhere_compute_control_alone_and_only_beyond_a_power_of_two(shop):
    ledger, run_id = shop.platform.ledger, standing_alarms(shop.platform)[0].run_id
    before = standing_control(shop.platform).budget
    elsewhere = shop.platform.paths.incoming / "elsewhere"
    elsewhere.mkdir()
    own = int(newest_values(ledger, "define", CHARTED)["orders"])

    record_metrics(ledger, run_id, "define", "elsewhere", {CHARTED: rounded_up({"a": own}) - own})
    same = cycle(shop)
    record_metrics(ledger, run_id, "define", "elsewhere", {CHARTED: 100.0})
    changed = cycle(shop)

    after = standing_control(shop.platform).budget
    assert same.computed == 0
    assert [r.phase for r in changed.results if not r.is_memoized] == ["control"]
    assert (before.fleet_charts, after.fleet_charts) == (rounded_up({"a": own}), 128)
    assert after.expected_per_month == pytest.approx(own / 128)

    elsewhere.rmdir()
    cycle(shop)
    assert standing_control(shop.platform).budget == before


def test_a_source_that_is_no_longer_there_takes_no_budget_and_keeps_its_alarms(shop):
    alarms = open_ids(shop)
    shutil.rmtree(shop.platform.paths.incoming / "orders")

    assert standing_control(shop.platform).budget is None
    assert open_ids(shop) == alarms
    assert ChartFleet(shop.platform).charts == 1


def test_who_answers_again_replaces_the_answer(shop):
    key = open_ids(shop)[0]

    answer_alarm(shop.platform, key, cause="perhaps the till", by="kim")
    answer_alarm(shop.platform, key, cause=" the till ", by="lou")

    known = load_answers(answers_path(shop.platform.paths, "orders")).by_id[key]
    assert (known.cause, known.by) == ("the till", "lou")


def test_an_answer_is_an_event_of_the_ledger(shop):
    key = open_ids(shop)[0]

    answer_alarm(shop.platform, key, cause="new till", by="kim")

    (event,) = [e for e in list_events(shop.platform.ledger) if e.kind == "alarm_answered"]
    assert event.owner == "kim"
    assert event.data == {"source": "orders", "alarm": key, "cause": "new till"}


def test_an_unknown_id_is_refused_with_the_ids_near_it(shop):
    key = open_ids(shop)[0]

    with pytest.raises(BadInputError, match=f"near it: {key}"):
        answer_alarm(shop.platform, key[:6], cause="x", by="kim")

    assert not answers_path(shop.platform.paths, "orders").exists()


def test_a_cause_must_say_something(shop):
    with pytest.raises(BadInputError, match="--cause"):
        answer_alarm(shop.platform, open_ids(shop)[0], cause=" ", by="kim")


def test_a_source_without_charts_is_refused_with_a_near_name(shop):
    with pytest.raises(BadInputError, match="did you mean orders"):
        standing_alarms(shop.platform, "order")


def test_each_source_has_the_alarms_of_its_own_newest_control(shop):
    fill(shop, source="returns")
    cycle(shop, sources=["returns"])

    sources = {a.source for a in standing_alarms(shop.platform)}
    runs = {a.source: a.run_id for a in standing_alarms(shop.platform)}

    assert sources == {"orders", "returns"}
    assert runs["orders"] != runs["returns"]
    assert {a.source for a in standing_alarms(shop.platform, "returns")} == {"returns"}


def test_answers_survive_the_way_through_their_file(tmp_path):
    path = tmp_path / "alarms" / "orders.yaml"
    one = Acknowledgement(cause="Größe: 3", by="kim", at="2026-11-25T10:00:00Z")

    save_answer(path, "b" * 12, one)
    save_answer(path, "a" * 12, Acknowledgement(cause="no"))

    known = load_answers(path).by_id
    assert known == {"b" * 12: one, "a" * 12: Acknowledgement(cause="no")}
    assert list(known) == ["a" * 12, "b" * 12]


def test_the_version_of_answers_is_about_causes_alone(tmp_path):
    path = tmp_path / "orders.yaml"
    save_answer(path, "a", Acknowledgement(cause="till", by="kim"))
    before = load_answers(path).version

    save_answer(path, "a", Acknowledgement(cause="till", by="lou", at="later"))
    same = load_answers(path).version
    save_answer(path, "a", Acknowledgement(cause="strike"))

    assert same == before
    assert load_answers(path).version != before


@pytest.mark.parametrize(
    ("text", "key"),
    [
        ("a1: {cause: x, wer: kim}\n", "a1.wer"),
        ("a1: {by: kim}\n", "a1.cause"),
        ("- a1\n", "key"),
        ("a1: [\n", "not YAML"),
    ],
)
def test_a_wrong_file_of_answers_is_refused_by_its_key(tmp_path, text, key):
    path = tmp_path / "orders.yaml"
    path.write_text(text)

    with pytest.raises(BadInputError, match=key):
        load_answers(path)


def test_what_the_command_prints_as_json_is_what_stands(shop, call):
    key = open_ids(shop)[0]

    listed = call("alarms", "--json", cwd=shop.root)
    told = call("alarms", "ack", key, "--cause", "till", "--by", "kim", "--json", cwd=shop.root)
    after = call("alarms", "orders", "--all", "--json", cwd=shop.root)

    assert listed.json[0]["id"] == key
    assert told.json["answer"]["cause"] == "till"
    assert {a["id"]: a["is_open"] for a in after.json}[key] is False


def test_the_command_says_how_many_are_open_and_refuses_what_is_not_there(shop, call):
    text = call("alarms", cwd=shop.root)
    wrong = call("alarms", "ack", "nothing", "--cause", "x", "--json", cwd=shop.root)

    assert f"{len(open_ids(shop))} alarm" in text.out
    assert "bad.csv" in text.out
    assert (wrong.code, wrong.error["error"]) == (2, "BadInput")
