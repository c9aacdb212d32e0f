"""`dmaic demo`: three damaged files are held for the right reason, and only those.

The demo is long, so it is worked once: by the readme, whose first block it is. What it tells of
that afterwards is looked at here, and the whole of it on little data.
"""

import json
from dataclasses import replace
from pathlib import Path

import pytest

from dmaic_assets.cli.demo import demo as demo_module
from dmaic_assets.cli.demo import recursion
from dmaic_assets.cli.demo.data import DAMAGES, SOURCES, DemoFile, demo_files
from dmaic_assets.cli.demo.demo import telling_violation
from dmaic_assets.cli.demo.weeks import weekly_files
from dmaic_assets.cli.setup.init_command import make_project
from dmaic_assets.model import Example, Thresholds, Verdict, Violation
from dmaic_assets_tests.cli.shell import Finished, dmaic, dmaic_here
from dmaic_assets_tests.repository.session import (
    REPOSITORY,
    Step,
    clean_clone,
    is_same,
    replay,
)

pytestmark = pytest.mark.timeout(600)
Worked = tuple[Path, list[tuple[Step, list[str]]]]


@pytest.fixture(scope="module")
def worked(tmp_path_factory: pytest.TempPathFactory) -> Worked:
    """A clean clone in which the readme's commands were typed, and what they printed."""
    place = clean_clone(tmp_path_factory.mktemp("readme"))
    text = (REPOSITORY / "README.md").read_text(encoding="utf-8")
    return place.folder, [(step, printed) for _, step, printed in replay(text, place)]


@pytest.fixture(scope="module")
def again(worked: Worked) -> Finished:
    """The demo once more, where it was worked before."""
    return dmaic("demo", "--json", cwd=worked[0])


@pytest.mark.demo
def test_the_readme_prints_what_it_says(worked: Worked) -> None:
    _, ran = worked

    assert ran
    assert ran[0][0].command == "make demo"
    for step, printed in ran:
        assert is_same(step.output, printed), f"$ {step.command}\n" + "\n".join(printed)


@pytest.mark.demo
def test_the_damaged_files_are_held_for_the_reason_that_is_told(
    worked: Worked, again: Finished
) -> None:
    assert (again.code, again.err) == (0, "")
    files = {f["file"]: f for f in again.json["files"]}

    assert len(files) == 16
    for damage in DAMAGES:
        held = files[damage.file]
        broken = {v["kind"] for v in held["violations"] if v["is_broken"]}
        assert held["verdict"] == "reject", damage.story
        assert damage.told_by in broken, damage.story
        quarantine = worked[0] / "data" / "quarantine"
        (reason,) = quarantine.glob(f"*/{held['sha256'][:16]}/reason.json")
        assert json.loads(reason.read_text("utf-8"))["file"] == damage.file


@pytest.mark.demo
def test_no_clean_file_is_held_and_hardly_a_good_row_set_apart(again: Finished) -> None:
    damaged = {damage.file for damage in DAMAGES}
    clean = [f for f in again.json["files"] if f["file"] not in damaged]

    assert [f["file"] for f in clean if f["verdict"] == "reject"] == []
    assert sum(f["quarantined"] for f in clean) <= 0.01 * sum(f["rows"] for f in clean)


@pytest.mark.demo
def test_the_second_demo_has_nothing_to_do_and_tells_what_the_first_one_told(
    worked: Worked, again: Finished
) -> None:
    (first, printed), *_ = worked[1]
    total = next(line for line in printed if line.startswith(" all "))
    files = again.json["files"]

    assert again.json["is_null_run"]
    assert first.command == "make demo"
    assert total.split()[-2:] == [
        f"{sum(f[of] for f in files):,}" for of in ("accepted", "quarantined")
    ]


@pytest.mark.demo
def test_the_second_act_raises_the_sigma_level_until_a_plateau(
    worked: Worked, again: Finished
) -> None:
    told = again.json["recursion"]
    sigma = told["sigma"]

    assert told["rule"] == "plateau"
    assert sigma[-1] - sigma[0] > 1
    assert sigma == sorted(sigma)
    assert told["is_known"]
    assert (worked[0] / "data" / "reports" / "dmaic.html").is_file()


@pytest.mark.demo
def test_the_last_act_measures_a_key_column_once(worked: Worked, again: Finished) -> None:
    assets = again.json["hashmaps"]["assets"]

    assert all(asset["is_memoized"] for asset in assets.values())
    assert assets["hashmap_workload"]["value"]["column"] == "tailnum"
    assert (worked[0] / "data" / "reports" / "flights" / "hashmaps.html").is_file()


@pytest.mark.demo
def test_a_first_demo_prints_one_document_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def small() -> list[DemoFile]:
        """The first rows of a file of every source."""
        kept = [f for f in demo_files() if f.source != "flights" or f.name.endswith("-01.csv")]
        lines = (file.content.splitlines(keepends=True)[:1_000] for file in kept)
        return [replace(f, content=b"".join(of)) for f, of in zip(kept, lines, strict=True)]

    monkeypatch.setattr(demo_module, "demo_files", small)
    monkeypatch.setattr(recursion, "weekly_files", lambda: weekly_files()[:3])
    make_project(tmp_path)

    first = dmaic_here("demo", "--json", cwd=tmp_path)

    assert (first.code, first.err) == (0, "")
    assert not first.json["is_null_run"]
    assert len(first.json["files"]) == len(SOURCES)
    assert not first.json["recursion"]["is_known"]
    assets = first.json["hashmaps"]["assets"].values()
    assert not any(asset["is_memoized"] for asset in assets)


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
