"""Defects: a row is one unit of a CTQ and defective once, however it fails."""

import pytest

from dmaic_assets.process.measure.defects import Count, count_defects, rules_of_ctqs
from dmaic_assets_tests.process.evidence_of_tables import file_of, rule, text_or, violation

AMOUNT = (rule("amount.range", "range", "amount"), rule("amount.length", "length", "amount"))


def test_a_row_that_breaks_two_rules_of_one_ctq_is_one_defect() -> None:
    cells = [(1, "amount", "amount.range"), (1, "amount", "amount.length")]

    found = count_defects(file_of(rules=AMOUNT, cells=cells))

    assert found.counts["amount.validity"] == Count(10, 1)
    assert found.defective_rows == 1


def test_a_row_that_breaks_rules_of_two_ctqs_is_a_defect_of_each_and_one_defective_row() -> None:
    rules = (*AMOUNT, rule("note.not_null", "not_null", "note"))
    cells = [(1, "amount", "amount.range"), (1, "note", "note.not_null")]

    found = count_defects(file_of(rules=rules, cells=cells))

    assert found.counts["amount.validity"] == found.counts["note.completeness"] == Count(10, 1)
    assert found.defective_rows == 1


def test_values_that_do_not_take_their_type_are_defects_without_a_rule() -> None:
    cells = [(4, "amount", "sanity.type.amount")]
    types = (text_or("amount", "decimal"), text_or("note", "text"))

    found = count_defects(file_of(types=types, cells=cells))

    assert found.counts["amount.validity"] == Count(10, 1)
    assert "note.validity" not in found.counts


def test_malformed_records_are_units_of_the_record_and_of_nothing_else() -> None:
    found = count_defects(file_of(rows=10, rules=AMOUNT, raw={"malformed": 2}))

    assert found.counts["record.validity"] == Count(10, 2)
    assert found.counts["amount.validity"] == Count(8, 0)


def test_a_file_that_cannot_be_read_is_one_defective_file() -> None:
    rules = (*AMOUNT, rule("file.rows", "row_count"))

    found = count_defects(file_of(rows=0, rules=rules, raw={"problem": "no text"}))

    assert found.counts["file.volume"] == found.counts["file.validity"] == Count(1, 1)
    assert "amount.validity" not in found.counts
    assert found.counts["record.validity"].share == 0.0


def test_a_file_rule_counts_files() -> None:
    rules = (rule("file.rows", "row_count"), rule("file.columns", "columns_present"))
    broken = (violation("file.rows", scope="file"),)

    found = count_defects(file_of(rules=rules, violations=broken))

    assert found.counts["file.volume"] == Count(1, 1)
    assert found.counts["file.schema"] == Count(1, 0)
    assert found.defective_rows == 0


def test_the_rules_of_a_ctq_are_those_of_all_files() -> None:
    files = (file_of("a", rules=AMOUNT[:1]), file_of("b", rules=AMOUNT[1:]))

    assert rules_of_ctqs(files)["amount.validity"] == ("amount.length", "amount.range")


@pytest.mark.parametrize(("count", "share"), [(Count(0, 0), 0.0), (Count(4, 1), 0.25)])
def test_the_share_of_nothing_is_nothing(count: Count, share: float) -> None:
    assert count.share == share
