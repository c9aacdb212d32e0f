"""The hypothesis group on small public cases, and on the reference folder where it is."""

import json
from pathlib import Path

import pytest

from dmaic_assets_tests.conformance import hypothesis
from dmaic_assets_tests.sixsigma.samples import LEVELS, SLEEP_FIRST, SLEEP_SECOND, WEIGHTS

REFERENCE = Path(__file__).parents[3] / "shared" / "data" / "reference"
WELCH = {"t": -1.86081346748685, "df": 17.7764735161785, "p": 0.0793941401873582}
# Expected values by R 4.2; the tables are public (see `samples`).
CASES: dict[str, dict[str, object]] = {
    "sleep_groups": {
        "data": "r_sleep_groups.csv",
        "welch": {**WELCH, "ci": [-3.36548323071171, 0.20548323071171]},
        "mannwhitney": {"W": 25.5, "p": 0.0693275754336266},
        "ks": {"D": 0.4, "p": 0.39682608413258},
        "hedges_g": {"Hedges_g": -0.796935239191122, "CI_low": -1.66517166632542},
        "median_test": {"p": 0.5},
    },
    "sleep_paired": {"t": -4.06212768338204, "df": 9, "p": 0.00283289019738427},
    "sleep_paired_wilcoxon": {"V": 0, "p": 0.00909069801592506},
    "levels": {
        "data": "levels.csv (NIST)",
        "anova": {"df": [2, 12], "F": 9.591107036442814},
    },
    "plants": {"data": "r_PlantGrowth.csv", "anova": {"df": [2, 27]}},
    "shapiro_wilk_1965": {"x": WEIGHTS, "W": 0.788814694835387, "p": 0.00670381405650293},
    "prop2": {"args": "prop.test(c(15,25),c(50,50)) with Yates", "chi2": 3.375},
    "prop2_nocorr": {"chi2": 4.16666666666667},
    "fisher_tea": {"p": 0.485714285714286},
    "power_t": {"args": "delta .5 sd 1 power .9 alpha .05 two-sided", "n": 85.0312893853756},
    "cohen_kappa": {"table": "[[20,5],[10,15]]", "kappa": 0.4, "weighted": 0.4},
    "p_adjust": {"p": [0.01, 0.04, 0.03], "holm": [0.03, 0.06, 0.06]},
    "ptukey": {"q": [3.5], "nmeans": 3, "df": [20], "p": [0.944108150917941]},
    "p_chart": {"chart": "p", "y": [1, 2]},
    "unheard_of": {"zeta": 1.0},
}


@pytest.fixture
def reference(tmp_path: Path) -> Path:
    tables = tmp_path / "datasets"
    tables.mkdir()
    sleep = [*((v, 1) for v in SLEEP_FIRST), *((v, 2) for v in SLEEP_SECOND)]
    rows = "".join(f'"{i}",{v},"{g}"\n' for i, (v, g) in enumerate(sleep, 1))
    (tables / "r_sleep_groups.csv").write_text('"","extra","group"\n' + rows)
    levels = "".join(f"{v},{name}\n" for name, values in LEVELS.items() for v in values)
    (tables / "levels.csv").write_text("y,level\n" + levels + "NA,1\n")
    (tmp_path / "ref_hypothesis.json").write_text(json.dumps({"meta": "", "cases": CASES}))
    return tmp_path


def run(folder: Path) -> dict[str, hypothesis.CaseResult]:
    return {r.case: r for r in hypothesis.run_cases(folder, folder / "ref_hypothesis.json")}


def test_every_case_with_its_data_passes(reference: Path) -> None:
    results = run(reference)

    not_passed = {name for name, result in results.items() if result.status != "passed"}
    assert not_passed == {"plants", "unheard_of"}
    assert "p_chart" not in results


def test_a_case_without_its_data_or_a_statistic_is_not_run(reference: Path) -> None:
    results = run(reference)

    assert results["plants"].status == "not_run"
    assert "r_PlantGrowth.csv" in results["plants"].reason
    assert results["unheard_of"].status == "not_run"


def test_what_nothing_of_ours_answers_is_named(reference: Path) -> None:
    assert run(reference)["sleep_groups"].unchecked == ("median_test/p",)


def test_a_wrong_value_fails(reference: Path) -> None:
    cases = json.loads(json.dumps(CASES))
    cases["sleep_groups"]["welch"]["t"] *= 1 + 1e-8
    cases["levels"]["anova"]["df"] = [2, 13]
    (reference / "ref_hypothesis.json").write_text(json.dumps({"cases": cases}))

    results = run(reference)

    assert results["sleep_groups"].status == results["levels"].status == "failed"
    worst = results["sleep_groups"].worst
    assert worst is not None
    assert worst.name == "welch/t"


@pytest.mark.skipif(not REFERENCE.exists(), reason="the reference folder is not here")
def test_the_reference_folder_has_no_failing_case() -> None:
    results = run(REFERENCE)

    assert [name for name, result in results.items() if result.status == "failed"] == []
    assert sum(result.status == "passed" for result in results.values()) >= 17
