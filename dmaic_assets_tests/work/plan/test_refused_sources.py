"""One source's broken file of the configuration stops that source and no other."""

from pathlib import Path

import pytest

from dmaic_assets.errors import BadInputError
from dmaic_assets.work.plan.refused import refusal_of_sources
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets_tests.work.conftest import Project, csv_of


@pytest.fixture
def two(project: Project) -> Project:
    for source in ("orders", "returns"):
        project.drop("a.csv", csv_of(0), source=source)
    project.run()
    for source in ("orders", "returns"):
        project.drop("b.csv", csv_of(1000), source=source)
    return project


def break_with(text: str | bytes | None, place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    place.unlink(missing_ok=True)
    if text is None:
        place.mkdir()
    else:
        place.write_bytes(text if isinstance(text, bytes) else text.encode())


@pytest.mark.parametrize(
    ("folder", "text", "said"),
    [
        ("rules", "source: orders\nrules: [\n", "not YAML"),
        ("rules", "source: orders\nrules: []\nrules: []\n", "stands twice"),
        ("rules", b"\xff\xfe\x00", "orders.yaml"),
        ("rules", None, "is a folder"),
        (
            "rules",
            "source: orders\nrules:\n  - {id: x, kind: not_null, columns: [amuont], "
            "severity: high, origin: hand}\n",
            "amuont",
        ),
        ("changes", "nonsense: [", "not YAML"),
        ("changes", None, "is a folder"),
    ],
)
def test_the_other_sources_go_on(
    two: Project, folder: str, text: str | bytes | None, said: str
) -> None:
    break_with(text, two.root / "config" / folder / "orders.yaml")

    plan = two.plan()
    result = two.run()

    assert [each.source for each in plan.refused] == ["orders"]
    refusal = refusal_of_sources(plan.refused)
    assert isinstance(refusal, BadInputError)
    assert said in str(refusal)
    assert "source orders was left out" in refusal.culprit
    assert result is not None
    assert [cell.cell.source for cell in result.cells] == ["returns"]
    assert len(two.accepted_ids("returns")) == 200
    assert len(two.accepted_ids("orders")) == 100
    assert plan.removed == ()


def test_when_nothing_else_is_asked_for_the_refusal_is_the_answer(two: Project) -> None:
    break_with("rules: [", two.root / "config" / "rules" / "orders.yaml")

    with pytest.raises(BadInputError, match="not YAML"):
        two.plan(RunRequest(sources=("orders",)))
