"""Reference folders become case results, and case results a scorecard."""

import json
import math
import subprocess
import sys
from html.parser import HTMLParser
from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.conformance.__main__ import DOCUMENT
from dmaic_assets_tests.conformance.case import check_number, relative_difference
from dmaic_assets_tests.conformance.reading import find_data, read_document
from dmaic_assets_tests.conformance.registry import GROUPS, load_groups
from dmaic_assets_tests.conformance.runner import SHIPPED, run_conformance
from dmaic_assets_tests.conformance.scorecard import scorecard_document, scorecard_of
from dmaic_assets_tests.conformance.scorecard_views import (
    scorecard_markdown,
    scorecard_page,
    scorecard_text,
)

PARITY = ("dmaic_assets_tests.sixsigma.conformance.parity",)
CASES = {
    "good": {"x": 4, "half": 2.0, "is_even": True, "other": ["root"]},
    "wrong": {"x": 5, "half": 2.0, "is_even": True},
    "no_data": {"x": 4, "half": 2.0, "is_even": True, "data": "gone.csv"},
    "no_form": {"half": 2.0},
}


def write(file: Path, document: object) -> Path:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(document if isinstance(document, str) else json.dumps(document))
    return file


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    write(tmp_path / "deep" / "er" / "ref_parity_2.json", {"cases": CASES})
    write(tmp_path / "ref_unheard_of.json", {})
    write(tmp_path / "table.csv", "a,b\n")
    return tmp_path


def test_every_case_has_its_result_whatever_happens_in_the_others(folder: Path) -> None:
    run = run_conformance([folder], load_groups(PARITY))

    (group,) = run.groups
    assert [(case.case, case.status) for case in group.cases] == [
        ("good", "passed"),
        ("wrong", "failed"),
        ("no_data", "not_run"),
        ("no_form", "failed"),
    ]
    assert group.cases[2].reason == "no input file gone.csv"
    assert group.cases[3].reason.endswith("it lacks 'x'")


def test_a_file_is_found_below_the_folder_and_one_that_nobody_answers_is_named(
    folder: Path,
) -> None:
    run = run_conformance([folder], load_groups(PARITY))

    assert run.groups[0].files == ("deep/er/ref_parity_2.json",)
    assert run.unanswered == ("ref_unheard_of.json",)


@pytest.mark.parametrize(
    ("content", "culprit"),
    [
        ('{"cases": ', "line 1, column 11"),
        ("[1]", "holds a list"),
        ("", "line 1, column 1"),
    ],
)
def test_malformed_json_is_refused_by_place(tmp_path: Path, content: str, culprit: str) -> None:
    write(tmp_path / "ref_parity.json", content)

    with pytest.raises(BadInputError, match=culprit):
        run_conformance([tmp_path], load_groups(PARITY))


def test_bytes_that_are_no_text_are_refused(tmp_path: Path) -> None:
    (tmp_path / "ref_parity.json").write_bytes(b'{"\xff')

    with pytest.raises(BadInputError, match="byte 2"):
        read_document(tmp_path / "ref_parity.json")


def test_a_file_whose_cases_are_in_another_form_is_one_failed_case(tmp_path: Path) -> None:
    class Picky:
        GROUP = "picky"
        FILES = ("*.json",)

        def run_cases(self, folder: Path, file: Path) -> list:
            return [read_document(file)["absent"]]

    write(tmp_path / "a.json", {})

    (group,) = run_conformance([tmp_path], [Picky()]).groups

    assert [(case.case, case.status) for case in group.cases] == [("a.json", "failed")]


def test_a_folder_that_is_not_there_and_an_unknown_group_are_refused(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="is no folder"):
        run_conformance([tmp_path / "none"], load_groups(PARITY))
    with pytest.raises(BadInputError, match="no group 'x'"):
        load_groups(PARITY, only="x")
    assert [group.GROUP for group in load_groups(PARITY, only="parity")] == ["parity"]
    for module in GROUPS:
        assert len(load_groups(only=module.rpartition(".")[2])) == 1


def test_data_is_found_beside_the_case_in_datasets_or_anywhere(tmp_path: Path) -> None:
    reference = write(tmp_path / "sub" / "ref.json", {})
    places = [
        write(tmp_path / "nist" / "A.DAT", ""),
        write(tmp_path / "sub" / "b.csv", ""),
        write(tmp_path / "datasets" / "c.csv", ""),
        write(tmp_path / "far" / "off" / "d.csv", ""),
    ]

    found = [find_data(tmp_path, reference, n) for n in ("nist/A.DAT", "b.csv", "c.csv", "x/d.csv")]

    assert found == places


def test_the_scorecard_counts_cases_rules_and_the_worst_difference(folder: Path) -> None:
    card = scorecard_of(run_conformance([folder], load_groups(PARITY)))

    (row,) = card.rows
    assert (row.cases, row.passed, row.failed, row.not_run) == (4, 1, 2, 1)
    assert (row.rules, row.rules_equal, row.checks) == (2, 1, 4)
    assert row.worst is not None
    assert row.worst.case == "parity/wrong"
    assert row.worst.check.name in {"half", "nelson1"}
    assert not card.is_clean
    assert card.total.failed == 2


def test_the_scorecard_as_data_is_json_and_names_what_is_unmet(folder: Path) -> None:
    card = scorecard_of(run_conformance([folder], load_groups(PARITY)))

    document = json.loads(json.dumps(scorecard_document(card)))

    wrong = document["cases"][1]
    assert [check["check"] for check in wrong["unmet"]] == ["half", "nelson1"]
    assert document["cases"][0]["unchecked"] == ["root"]
    assert document["unanswered_files"] == ["ref_unheard_of.json"]


def test_the_text_and_the_page_tell_the_same_failures(folder: Path) -> None:
    card = scorecard_of(run_conformance([folder], load_groups(PARITY)))

    text, page = scorecard_text(card), scorecard_page(card, version="1.2")

    for told in ("parity/wrong failed: half is 2.5, expected 2.0", "gone.csv", "ref_unheard_of"):
        assert told in text
        assert told in page
    parser = HTMLParser()
    parser.feed(page)
    assert "http" not in page, "the page loads nothing"
    assert "<script" not in page


def test_a_difference_that_is_not_a_number_is_never_met() -> None:
    check = check_number("x", 1.0, math.nan, tolerance=1.0)

    assert not check.is_met
    assert relative_difference(0.0, 1e-3) == 1e-3


def test_every_registered_group_follows_the_protocol() -> None:
    for group in load_groups(GROUPS):
        assert group.GROUP
        assert group.FILES
        assert callable(group.run_cases)


def test_no_shipped_case_fails_and_all_are_answered() -> None:
    card = scorecard_of(run_conformance([SHIPPED], load_groups()))
    lengths = next(row for row in card.rows if row.group == "run lengths")

    assert card.total.failed == card.total.not_run == 0, scorecard_text(card)
    assert card.unanswered == ()
    # Published run lengths of Shewhart, CUSUM, EWMA and the Western Electric rules.
    assert (lengths.passed, lengths.checks) == (17, 92)
    assert str(SHIPPED) not in scorecard_page(card, version="1"), "the same on every machine"
    assert scorecard_markdown(card) == DOCUMENT.read_text(encoding="utf-8"), (
        "make conformance ARGS=--write writes it anew"
    )


def test_a_folder_without_a_reference_file_is_no_clean_scorecard(tmp_path: Path) -> None:
    with pytest.raises(BadInputError, match="no group answers any file"):
        run_conformance([tmp_path], load_groups(PARITY))


@pytest.mark.parametrize(("fty", "code"), [(0.5, 3), (0.36787944117144233, 0)])
def test_the_command_ends_with_3_when_a_case_fails_and_writes_the_page(
    tmp_path: Path, fty: float, code: int
) -> None:
    page = tmp_path / "page.html"
    write(tmp_path / "ref_sigma.json", {"dpu_poisson": [{"dpu": 1, "fty": fty}]})

    ran = _conformance("--reference", str(tmp_path), "--json", "-o", str(page))

    assert ran.returncode == code, ran.stderr
    assert json.loads(ran.stdout)["is_clean"] == (code == 0)
    assert page.read_text().startswith("<!doctype html>")


def _conformance(*arguments: str) -> subprocess.CompletedProcess:
    command = [sys.executable, "-m", "dmaic_assets_tests.conformance", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)
