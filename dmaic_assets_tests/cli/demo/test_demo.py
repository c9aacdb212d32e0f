"""`dmaic demo`: three damaged files are held for the right reason, and only those."""

import json
from pathlib import Path

import pytest

from dmaic_assets.cli.demo.data import DAMAGES
from dmaic_assets.cli.demo.demo import telling_violation
from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.model import Example, Thresholds, Verdict, Violation
from dmaic_assets_tests.cli.shell import Finished, dmaic

pytestmark = pytest.mark.timeout(600)


@pytest.fixture(scope="module")
def demos(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Finished, Finished]:
    project = tmp_path_factory.mktemp("demo")
    make_project(project)
    return project, *(dmaic("demo", "--json", cwd=project) for _ in range(2))


@pytest.mark.demo
def test_the_damaged_files_are_held_for_the_reason_that_is_told(
    demos: tuple[Path, Finished, Finished],
) -> None:
    project, first, _ = demos
    assert (first.code, first.err) == (0, "")
    files = {f["file"]: f for f in first.json["files"]}

    assert len(files) == 16
    for damage in DAMAGES:
        held = files[damage.file]
        broken = {v["kind"] for v in held["violations"] if v["is_broken"]}
        assert held["verdict"] == "reject", damage.story
        assert damage.told_by in broken, damage.story
        (reason,) = (project / "data" / "quarantine").glob(f"*/{held['sha256'][:16]}/reason.json")
        assert json.loads(reason.read_text("utf-8"))["file"] == damage.file


@pytest.mark.demo
def test_no_clean_file_is_held_and_hardly_a_good_row_set_apart(
    demos: tuple[Path, Finished, Finished],
) -> None:
    _, first, _ = demos
    damaged = {damage.file for damage in DAMAGES}
    clean = [f for f in first.json["files"] if f["file"] not in damaged]

    assert [f["file"] for f in clean if f["verdict"] == "reject"] == []
    assert sum(f["quarantined"] for f in clean) <= 0.01 * sum(f["rows"] for f in clean)


@pytest.mark.demo
def test_the_second_demo_has_nothing_to_do(demos: tuple[Path, Finished, Finished]) -> None:
    _, first, second = demos

    assert (second.code, second.err) == (0, "")
    assert second.json["is_null_run"]
    assert second.json["files"] == first.json["files"]


@pytest.mark.demo
def test_the_second_act_raises_the_sigma_level_until_a_plateau(
    demos: tuple[Path, Finished, Finished],
) -> None:
    project, first, second = demos
    recursion = first.json["recursion"]
    sigma = recursion["sigma"]

    assert recursion["rule"] == "plateau"
    assert sigma[-1] - sigma[0] > 1
    assert sigma == sorted(sigma)
    assert second.json["recursion"]["is_known"]
    assert (project / "data" / "reports" / "dmaic.html").is_file()


def violation(kind: str, *, is_broken: bool = True, examples: int = 0) -> Violation:
    shown = (Example(0, {"a": "1"}),) * examples
    return Violation(kind, kind, ("a",), "high", "row", 1, 0.1, is_broken, "x", "y", None, shown)


@pytest.mark.parametrize(
    ("violations", "kind"),
    [
        ([], None),
        ([violation("range", is_broken=False), violation("type")], "type"),
        ([violation("type"), violation("range")], "range"),
        ([violation("type"), violation("unique", examples=1)], "unique"),
        ([violation("range", is_broken=False), violation("row_count")], "row_count"),
    ],
)
def test_the_violation_that_tells_most_is_broken_and_of_the_expected_kind(
    violations: list[Violation], kind: str | None
) -> None:
    verdict = Verdict(
        "s", "0" * 64, "reject", 0.5, 1, 0, 1, tuple(violations), {}, Thresholds(), 1, 1
    )

    told = telling_violation(verdict, "range")

    assert (told.kind if told else None) == kind


@pytest.mark.demo
def test_the_last_act_measures_a_key_column_once(
    demos: tuple[Path, Finished, Finished],
) -> None:
    project, first, second = demos
    before, after = first.json["hashmaps"]["assets"], second.json["hashmaps"]["assets"]

    assert not any(asset["is_memoized"] for asset in before.values())
    assert all(asset["is_memoized"] for asset in after.values())
    assert before["hashmap_workload"]["value"]["column"] == "tailnum"
    assert (project / "data" / "reports" / "flights" / "hashmaps.html").is_file()
