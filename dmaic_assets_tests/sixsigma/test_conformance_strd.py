"""NIST StRD: the ANOVA sets of the scipy wheel always, all 58 where the reference folder is."""

import json
from importlib.resources import files
from pathlib import Path

import pytest

from dmaic_assets_tests.conformance import strd, strd_float

WHEEL = Path(str(files("scipy"))) / "stats" / "tests" / "data" / "nist_anova"
REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "reference"
ANOVA_KEYS = ("df_between", "ss_between", "ms_between", "F")


def certified_line(file: Path, start: str) -> list[str]:
    lines = file.read_text(encoding="latin-1").splitlines()
    line = next(line for line in lines[30:60] if line.startswith(start))
    return line.split()[2:]


def certified_from_header(file: Path) -> dict[str, object]:
    return {
        "kind": "anova",
        "file": file.name,
        **dict(zip(ANOVA_KEYS, certified_line(file, "Between"), strict=True)),
        "ss_within": certified_line(file, "Within")[1],
    }


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    sets = {file.stem: certified_from_header(file) for file in sorted(WHEEL.glob("*.dat"))}
    for file in WHEEL.glob("*.dat"):
        (tmp_path / file.name).write_bytes(file.read_bytes())
    (tmp_path / "nist_strd_certified.json").write_text(json.dumps(sets))
    return tmp_path


def test_exact_arithmetic_reaches_fourteen_digits_on_every_anova_set(reference: Path) -> None:
    file = reference / "nist_strd_certified.json"

    certified = strd.run_cases(reference, file)
    floating = strd_float.run_cases(reference, file)

    assert len(certified) == len(floating) == 11
    assert {r.status for r in [*certified, *floating]} == {"passed"}
    assert min(r.digits or 0 for r in certified) >= 14
    assert min(r.digits or 0 for r in floating) < 5


def test_a_set_without_its_data_is_not_run(reference: Path) -> None:
    document = reference / "nist_strd_certified.json"
    cases = json.loads(document.read_text())
    cases["SmLs01"]["file"] = "Nowhere.dat"
    document.write_text(json.dumps(cases))
    (reference / "SmLs02.dat").write_text("Data: y\n1 2\n3 x\n")

    results = {r.case: r for r in strd.run_cases(reference, reference / "nist_strd_certified.json")}

    assert results["SmLs01"].status == "not_run"
    assert "Nowhere.dat" in results["SmLs01"].reason
    assert results["SmLs02"].status == "failed"
    assert "line 3" in results["SmLs02"].reason
    assert results["SmLs03"].status == "passed"


def test_a_wrong_certified_value_fails(reference: Path) -> None:
    file = reference / "nist_strd_certified.json"
    cases = json.loads(file.read_text())
    cases = {"SiRstv": {**cases["SiRstv"], "F": "1.18046237440256E+00", "other": "3"}}
    cases["Odd"] = {"kind": "multilevel"}
    file.write_text(json.dumps(cases))

    exact, odd = strd.run_cases(reference, file)

    assert exact.status == "failed"
    assert exact.worst is not None
    assert exact.worst.name == "F"
    assert exact.unchecked == ("other",)
    assert odd.status == "not_run"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference folder is not here")
def test_every_set_reaches_its_certified_digits() -> None:
    file = REFERENCE / "nist_strd_certified.json"

    results = strd.run_cases(REFERENCE, file)

    assert [r.case for r in results if r.status != "passed"] == []
    digits = [r.digits or 0 for r in results]
    assert len(digits) == 58
    assert min(digits) >= 10
    assert sum(d >= 14 for d in digits) >= 31


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference folder is not here")
def test_doubles_reach_what_their_input_knows() -> None:
    results = strd_float.run_cases(REFERENCE, REFERENCE / "nist_strd_certified.json")

    assert [r.case for r in results if r.status != "passed"] == []
    assert {r.case for r in results if (r.digits or 0) < 8} == {"SmLs07", "SmLs08", "SmLs09"}
