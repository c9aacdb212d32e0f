"""Archived originals never take each other's place."""

from dmaic_assets_tests.work.conftest import Project, csv_of

SOURCES = "sources: [{name: orders, glob: 'data/incoming/*/day.csv'}]\n"


def test_files_of_one_name_in_two_folders_are_both_archived(project: Project) -> None:
    (project.root / "config" / "sources.yaml").write_text(SOURCES)
    project.reload(runs={"landing": "archive"})
    texts = {csv_of(1_000), csv_of(2_000)}
    for folder, text in zip(("north", "south"), texts, strict=True):
        project.drop("day.csv", text, source=folder)

    project.run()

    archived = [p for p in (project.data / "archive").rglob("*") if p.is_file()]
    assert {p.read_text() for p in archived} == texts
    assert project.plan().is_empty
    assert project.plan().removed == ()
