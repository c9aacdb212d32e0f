"""`dmaic inject`: a folder of tables and the truth about them."""

from collections.abc import Callable
from pathlib import Path

from dmaic_assets_tests.cli.shell import Finished

Call = Callable[..., Finished]


def test_kinds_are_injected_at_their_rates(tmp_path: Path, call: Call) -> None:
    asked = ("--kind", "nulls", "--rate", "0.1", "--kind", "benford", "--rate", "0.2")
    found = call("inject", "out", *asked, "--json", cwd=tmp_path)

    assert found.code == 0
    faults = {fault["kind"]: fault for fault in found.json["faults"]}
    assert (faults["benford"]["rate"], faults["nulls"]["rate"]) == (0.2, 0.1)
    assert faults["benford"]["rows"] > 500 > faults["nulls"]["rows"] > 0
    assert len(found.json["files"]) == 12
    assert (tmp_path / "out" / "ground_truth.yaml").is_file()


def test_a_second_time_nothing_is_overwritten(tmp_path: Path, call: Call) -> None:
    first = call("inject", "out", cwd=tmp_path)
    again = call("inject", "out", cwd=tmp_path)

    assert "10 tables, 0 faults" in first.out
    assert (first.code, again.code, "is not empty" in again.err) == (0, 2, True)


def test_what_cannot_be_meant_is_refused(tmp_path: Path, call: Call) -> None:
    unknown = call("inject", "out", "--kind", "null", cwd=tmp_path)
    both = call("inject", "out", "--damage", "low", "--kind", "nulls", cwd=tmp_path)

    assert (unknown.code, "did you mean nulls" in unknown.err) == (2, True)
    assert both.code == 2
    assert not (tmp_path / "out").exists()
