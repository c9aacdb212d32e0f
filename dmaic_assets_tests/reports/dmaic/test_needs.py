"""What needs a person is told most urgent first, each with the command that answers it."""

from dataclasses import replace

from dmaic_assets.phase_values.control import ControlValue
from dmaic_assets.phase_values.improve import ImproveValue, RuleProposal
from dmaic_assets.reports.dmaic.needs import by_need, needs_of
from dmaic_assets.reports.facts import SourceFacts
from dmaic_assets.reports.page.links import NoLinks, ServedLinks
from dmaic_assets_tests.phase_values.made import measure_value, total_of
from dmaic_assets_tests.reports.facts_of_two import orders, returns


def test_an_alarm_comes_first_with_its_answer_and_its_file():
    alarm, target, request = needs_of(orders(), ServedLinks())

    assert (alarm.tone, alarm.heading) == ("bad", "amount.validity: 9.00 % of 2.csv")
    assert alarm.count == "limit 5.00 %"
    assert alarm.command == "dmaic alarms ack 1f0c22d6a7b3 --cause TEXT"
    assert alarm.address == "/sources/orders/files/bbbbbbbbbbbbbbbb"
    assert (target.word, target.heading, target.count) == (
        "below target",
        "sigma level 3.80",
        "target 4.5",
    )
    assert (request.word, request.heading, request.count) == ("ask", "3.csv", "kim")
    assert needs_of(orders(), NoLinks())[0].address == ""


def test_what_somebody_has_answered_asks_nobody():
    facts = orders()
    control = facts.value(ControlValue)
    assert control is not None
    answered = tuple(replace(alarm, acknowledged="strike") for alarm in control.alarms)
    values = {**facts.values, "control": replace(control, alarms=answered)}

    found = needs_of(SourceFacts("orders", values, facts.metrics), NoLinks())

    assert [need.word for need in found] == ["below target", "ask"]


def test_a_rule_that_may_be_wrong_brings_its_command():
    facts = orders()
    improve = facts.value(ImproveValue)
    assert improve is not None
    asked = RuleProposal("amount.range", 3, 0.2, "It fails alike.", "dmaic x", "It widens it.")
    values = {**facts.values, "improve": replace(improve, rule_proposals=(asked,), requests=())}

    found = needs_of(SourceFacts("orders", values), NoLinks())

    rule = found[-1]
    assert (rule.tone, rule.heading, rule.count) == ("warn", "amount.range", "3 files")
    assert (rule.detail, rule.command) == ("It fails alike. It widens it.", "dmaic x")


def test_sources_are_sorted_by_what_needs_a_person_then_by_their_level():
    level = {
        name: SourceFacts(
            name,
            {"measure": measure_value(name, total=total_of(sigma))},
            {"measure": {"sigma": sigma}},
        )
        for name, sigma in (("good", 5.0), ("low", 2.0))
    }

    found = by_need([returns(), level["good"], level["low"], orders()])

    assert [facts.source for facts, _ in found] == ["orders", "low", "good", "returns"]
    assert [len(needs) for _, needs in found] == [3, 0, 0, 0]
