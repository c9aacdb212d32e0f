"""Rules from a file or two set single rows apart, and never stop a file that differs as a whole."""

from dataclasses import replace

import pytest

from dmaic_assets.gate.judge import judge
from dmaic_assets.model import Json, Rule, RuleOrigin, RuleSet, Thresholds, Verdict
from dmaic_assets.work.file.rulebook import rule_set_version
from dmaic_assets_tests.gate.tables import table, typed

CITIES: list[Json] = ["rome", "oslo"]


def verdict(
    failing: int, *, files: int, origin: RuleOrigin = "learnt", cut: bool = False
) -> Verdict:
    """Of twenty rows so many have a city that the history of so many files does not know."""
    cities = ["cork"] * failing + ["rome"] * (20 - failing)
    evidence: dict[str, Json] = {"cut_by": "30 parts by day of at"} if cut else {}
    known = Rule("city.in_set", "in_set", ("city",), "high", origin, {"values": CITIES})
    known = replace(known, tolerance=0.2, evidence=evidence)
    rules = RuleSet("orders", (known,), baseline=tuple("ab" * n for n in range(files)))
    return judge(typed(table({"city": cities})), rules, Thresholds()).verdict


@pytest.mark.parametrize("files", [1, 2])
def test_few_rows_are_set_apart_and_many_are_only_reported(files: int) -> None:
    few, many = verdict(2, files=files), verdict(15, files=files)

    assert (few.decision, few.quarantined) == ("quarantine", 2)
    assert (many.decision, many.quarantined) == ("accept", 0)
    assert [(v.rule, v.severity, v.rows_failed) for v in many.violations] == [
        ("city.in_set", "low", 15)
    ]
    assert any("only reported" in note and "city.in_set" in note for note in many.notes)


@pytest.mark.parametrize(
    ("files", "origin", "cut"), [(3, "learnt", False), (1, "hand", False), (1, "learnt", True)]
)
def test_more_history_people_and_many_periods_in_a_file_keep_their_say(
    files: int, origin: RuleOrigin, cut: bool
) -> None:
    many = verdict(15, files=files, origin=origin, cut=cut)

    assert many.decision == "reject"
    assert not any("only reported" in note for note in many.notes)


def test_rules_with_and_without_enough_history_behind_them_are_different_rules() -> None:
    rules = [
        RuleSet("orders", (), baseline=tuple(f"{n:064x}" for n in range(files)))
        for files in (1, 2, 3, 9)
    ]

    versions = [rule_set_version(rule_set) for rule_set in rules]

    assert versions[0] == versions[1] != versions[2] == versions[3]
