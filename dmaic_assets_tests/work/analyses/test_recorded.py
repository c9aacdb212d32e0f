"""What files had beside values of their types is known from records, without reading them again."""

import shutil

from dmaic_assets.analysis.tables import Spelling
from dmaic_assets.work.analyses.accepted import accepted_tables
from dmaic_assets.work.analyses.analyze import Asked, analyze_accepted
from dmaic_assets_tests.work.conftest import csv_of, make_project

WORDS = ("NA", "", "n/a")


def note(n):
    return WORDS[n % 4] if n % 4 < 3 else f"t{n}"


def amount(n):
    return "see note" if n in (7, 9) else f"{10 + (n * 37) % 100}.5"


def test_spelled_nulls_and_held_misfits_are_those_that_the_gate_recorded(tmp_path):
    project = make_project(tmp_path)
    for first in range(1000, 1600, 100):
        project.drop(f"{first}.csv", csv_of(first, 100, note=note))
    project.run()
    odd = csv_of(2000, 100, note=note, amount=amount)
    project.drop("odd.csv", odd)
    project.run()
    before = accepted_tables(project.platform).tables["orders"].version
    # Nothing is read again.
    shutil.rmtree(project.data / "incoming")
    assert project.arrivals()["odd.csv"].disposition == "quarantine"

    table = accepted_tables(project.platform).tables["orders"]
    (_, _, result) = analyze_accepted(project.platform, Asked(("statistical_quality",))).results

    assert table.version == before
    assert dict(table.spelled) == {
        "note": Spelling(nulls={"": 175, "NA": 175, "n/a": 175}),
        "amount": Spelling(examples=("see note",), held=2),
    }
    assert len(table.spelled) == 2
    told = {f.metric: (f.text, f.weight) for f in result.outcome.findings}
    words = "2 values of orders.amount were no decimal, such as 'see note', and held in quarantine."
    assert told["held_misfits"] == (words, "info")
    assert "3 ways: nothing (175), NA (175), n/a (175)" in told["missing_words"][0]
    assert result.outcome.value.misfits["amount"].count == 0
    project.platform.close()


def test_a_record_that_is_gone_counts_nothing(tmp_path):
    project = make_project(tmp_path)
    project.drop("1.csv", csv_of(0, 100, note=note))
    project.run()
    shutil.rmtree(project.platform.paths.artifacts / "profile")

    assert "note" not in accepted_tables(project.platform).tables["orders"].spelled
    project.platform.close()
