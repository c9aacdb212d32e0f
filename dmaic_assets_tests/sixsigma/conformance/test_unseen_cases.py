"""Reference cases in the known formats that the shipped files do not hold."""

import json
from pathlib import Path

import pytest

from dmaic_assets.model import Json
from dmaic_assets_tests.conformance.registry import load_groups
from dmaic_assets_tests.conformance.runner import run_conformance
from dmaic_assets_tests.conformance.scorecard import Scorecard, scorecard_of
from dmaic_assets_tests.conformance.scorecard_views import scorecard_text


def scored(folder: Path, document: Json, *, name: str, table: str = "") -> Scorecard:
    (folder / name).write_text(json.dumps(document))
    (folder / "data.csv").write_text(table)
    return scorecard_of(run_conformance([folder], load_groups()))


def statuses(card: Scorecard) -> dict[str, str]:
    return {case.case: case.status for case in card.cases}


def test_a_group_of_one_value_fails_no_case_that_asks_for_no_test_of_its_variance(
    tmp_path: Path,
) -> None:
    rows = "value,group\n1,a\n2,b\n4,b\n"
    asked = {"data": "data.csv", "anova": {"df": [1, 1], "ss": [8 / 3, 2.0], "F": 4 / 3}}
    cases: Json = {"asked": asked, "refused": {**asked, "welch_anova": {"F": 1.0}}}

    card = scored(tmp_path, {"cases": cases}, name="ref_hypothesis.json", table=rows)

    assert statuses(card) == {"asked": "passed", "refused": "failed"}


def test_a_two_by_two_table_is_corrected_unless_the_case_says_not(tmp_path: Path) -> None:
    table: Json = [[10, 20], [30, 40]]
    # |10 - 12| = 2, corrected 1.5; sum of 1/expected = 1/12 + 1/18 + 1/28 + 1/42.
    weights = 1 / 12 + 1 / 18 + 1 / 28 + 1 / 42
    cases: Json = {
        "counts_chisq": {"table": table, "chi2": 2.25 * weights},
        "counts_chisq_nocorr": {"table": table, "chi2": 4 * weights},
    }

    card = scored(tmp_path, {"cases": cases}, name="ref_hypothesis.json")

    assert set(statuses(card).values()) == {"passed"}


@pytest.mark.parametrize(
    ("call", "bounds"),
    [
        ("binom.test(0,20)", [0.0, 1 - 0.025 ** (1 / 20)]),
        ("binom.test(20,20)", [0.025 ** (1 / 20), 1.0]),
    ],
)
def test_an_exact_interval_keeps_both_tails_where_nothing_or_all_is_counted(
    tmp_path: Path, call: str, bounds: list[Json]
) -> None:
    case: Json = {"args": call, "ci": bounds, "p": 2 * 0.5**20}

    card = scored(tmp_path, {"cases": {"binom_edge": case}}, name="ref_hypothesis.json")

    assert statuses(card) == {"binom_edge": "passed"}
    assert card.total.checks == 3


@pytest.mark.parametrize(
    ("level", "status"), [(None, "passed"), (9.0, "failed")], ids=["null", "number"]
)
@pytest.mark.parametrize("dpmo", [0, 1_000_000])
def test_no_level_is_finite_without_defects_or_with_nothing_else(
    tmp_path: Path, dpmo: int, level: float | None, status: str
) -> None:
    row: Json = {"dpmo": dpmo, "z_long_term": level}

    card = scored(tmp_path, {"inverse": [row]}, name="ref_sigma.json")

    assert statuses(card) == {"inverse/1": status}


@pytest.mark.parametrize(
    ("name", "section"),
    [
        ("ref_sigma.json", "all_defects"),
        ("ref_mtbf_sampling.json", "weibull"),
        ("ref_constants.json", "d5"),
        ("ref_arl.json", "glr"),
    ],
)
def test_a_section_that_no_statistic_answers_is_named(
    tmp_path: Path, name: str, section: str
) -> None:
    card = scored(tmp_path, {"meta": "words", "traps": ["words"], section: [{"n": 1}]}, name=name)

    assert statuses(card) == {section: "not_run"}
    assert not card.is_clean


def test_an_entry_that_is_no_case_is_told_and_does_not_vanish(tmp_path: Path) -> None:
    card = scored(tmp_path, {"cases": {"odd": 5}}, name="ref_qcc.json")

    (case,) = card.cases
    assert (case.status, case.reason.rpartition(": ")[2]) == ("failed", "it lacks 'type'")


def test_a_chart_that_is_not_ours_is_named_as_such_whether_its_data_are_there_or_not(
    tmp_path: Path,
) -> None:
    cases: Json = {"odd": {"type": "mewma", "data": "gone.csv"}, "bare": {"type": "c"}}

    card = scored(tmp_path, {"cases": cases}, name="ref_qcc.json")

    assert [case.reason for case in card.cases] == [
        "no chart of type mewma",
        "no input file (none named)",
    ]


@pytest.mark.parametrize("document", [{}, {"hello": 1}, {"cases": []}])
def test_a_file_without_a_known_case_is_named_and_proves_nothing(
    tmp_path: Path, document: Json
) -> None:
    card = scored(tmp_path, document, name="ref_grr.json")

    assert card.unanswered == ("ref_grr.json",)
    assert not card.is_clean


def test_expected_values_that_nothing_was_compared_with_are_told_in_the_text(
    tmp_path: Path,
) -> None:
    case: Json = {"x": [0, 9], "expected": {"nelson1": [2], "nelson9": [2]}}

    card = scored(tmp_path, {"cases": {"edge": case}}, name="ref_rules_edge.json")

    assert card.is_clean
    assert "runs rules (edges)/edge: not compared: nelson9" in scorecard_text(card)


def test_many_cases_with_such_values_are_one_line_of_the_text(tmp_path: Path) -> None:
    case: Json = {"x": [0, 9], "expected": {"nelson1": [2], "nelson9": [2]}}
    cases: Json = {f"edge{place}": case for place in range(4)}

    card = scored(tmp_path, {"cases": cases}, name="ref_rules_edge.json")

    last = scorecard_text(card).splitlines()[-1]
    assert last.endswith("4 values of 4 cases not compared, such as edge0: nelson9")
