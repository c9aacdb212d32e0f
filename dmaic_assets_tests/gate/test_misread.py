"""Text in the wrong encoding is found in every text column, relative to history."""

from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.gate.standalone import GateReport, gate_file
from dmaic_assets.model import Thresholds
from dmaic_assets.phenomena.spelling.rule import is_misread

TYPES = "types:\n- {column: town, type: text, physical: String, pattern: text, confidence: 1.0}\n"
# Letters of European languages beyond ASCII, all of two bytes in UTF-8.
LETTERS = "äöüßéèêëàâçñóòôøåæœšžčřąęłńśźżőűğışăîțюжщд"


def judged(
    tmp_path: Path, values: list[str], head: str = f"baseline: [abc]\n{TYPES}"
) -> GateReport:
    rules, file = tmp_path / "rules.yaml", tmp_path / "towns.csv"
    rules.write_text(f"source: towns\n{head}rules: []\n", encoding="utf-8")
    file.write_text("town,n\n" + "".join(f"{v},7\n" for v in values), encoding="utf-8")
    return gate_file(file, rules, thresholds=Thresholds())


@pytest.mark.parametrize(
    "bad", ["GÃ¶teborg", "G\ufffdteborg", "G\x07teborg", "itâ€™s", "Ð¢Ð¾Ð¼ÑÐº"]
)
def test_damaged_rows_are_set_apart_with_the_cause(tmp_path: Path, bad: str) -> None:
    found = judged(tmp_path, [bad, *["Göteborg"] * 39])
    (violation,) = found.verdict.violations
    assert (violation.rule, violation.cause) == ("sanity.encoding.town", "encoding")
    assert (found.verdict.decision, found.verdict.quarantined) == ("quarantine", 1)


def test_without_history_it_is_only_reported(tmp_path: Path) -> None:
    found = judged(tmp_path, ["GÃ¶teborg", *["Lund"] * 39], head="")
    assert found.verdict.decision == "accept"
    assert found.verdict.violations[0].cause == "encoding"


def test_a_rule_replaces_the_check_of_its_column(tmp_path: Path) -> None:
    rule = "rules:\n- {kind: readable, columns: town, severity: low, tolerance: 0.5}\n"
    path, file = tmp_path / "r.yaml", tmp_path / "towns.csv"
    path.write_text(f"source: towns\nbaseline: [abc]\n{TYPES}{rule}", encoding="utf-8")
    file.write_text(
        "town,n\n" + "GÃ¶teborg,1\n" * 2 + "Lund,1\nUmea,1\nYstad,1\n" * 9, encoding="utf-8"
    )
    verdict = gate_file(file, path, thresholds=Thresholds()).verdict
    assert (verdict.decision, [v.rule for v in verdict.violations]) == ("accept", ["town.readable"])


@given(st.text(st.sampled_from(LETTERS), min_size=2, max_size=8))
def test_every_text_that_was_read_as_latin_1_bears_a_sign(text: str) -> None:
    assert is_misread(text.encode().decode("latin-1"))


@given(st.text(st.sampled_from("abcdefgh XYZ.,-'" + LETTERS), max_size=40))
def test_plain_text_bears_none(text: str) -> None:
    assert not is_misread(text)


@pytest.mark.parametrize(
    "text", ["CAFÉ”", "naïve – très…", "«là»", "SÃO PAULO", "PÂQUES", "°C ±2 µm"]
)
def test_letters_before_punctuation_are_no_sign(text: str) -> None:
    assert not is_misread(text)
