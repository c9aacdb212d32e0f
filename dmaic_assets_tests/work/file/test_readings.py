"""A file that a process has read is not read again as long as it is the same file."""

from collections import Counter
from dataclasses import replace

import pytest

from dmaic_assets.model import SourceFile
from dmaic_assets.process.evidence import evidence_of, work_of
from dmaic_assets.store.recent import Recent
from dmaic_assets.table.profile.profile import profile_table
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.work.file import file_reading
from dmaic_assets.work.file.file_reading import reading_of
from dmaic_assets.work.people.source_changes import NONE
from dmaic_assets_tests.work.conftest import Project, csv_of

FILES = 6


@pytest.fixture
def reads(monkeypatch: pytest.MonkeyPatch) -> Counter[str]:
    """Counts readings by the name of the file."""
    counted: Counter[str] = Counter()
    read = file_reading.read_table

    def read_and_count(file: SourceFile, *rest: object, **named: object) -> SourceTable:
        counted[file.path.name] += 1
        return read(file, *rest, **named)  # pyright: ignore[reportArgumentType, reportCallIssue]

    monkeypatch.setattr(file_reading, "read_table", read_and_count)
    return counted


def test_the_files_of_a_first_day_are_read_once_by_run_and_phases(
    project: Project, reads: Counter[str]
) -> None:
    for day in range(FILES):
        project.drop(f"day_{day}.csv", csv_of(1_000 * day))
    project.run()
    for file in evidence_of(project.platform, "orders").files:
        assert work_of(project.platform, file).typed.lazy.collect().height == file.verdict.rows

    assert reads == {f"day_{day}.csv": 1 for day in range(FILES)}


def test_expectations_that_say_the_same_are_asked_about_once(project: Project) -> None:
    project.drop("day_0.csv", csv_of(0))
    project.run()
    (evidence,) = evidence_of(project.platform, "orders").files
    reading = work_of(project.platform, evidence).reading
    first = reading.inferred((), {})
    other_words = [replace(t, reason="as in other files") for t in first.types]
    other_ends = {first.types[0].column: (0.0, 1.0)}

    told = reading.inferred(first.types, {})
    assert reading.inferred(other_words, {}) is told
    assert reading.inferred(first.types, other_ends) is not told
    assert reading.typed_in_memory(first.types).lazy is reading.typed_in_memory(told.types).lazy
    assert reading.profile_in_memory(first.types) is reading.profile_in_memory(told.types)


def test_a_file_that_changed_on_the_disk_is_read_again(
    project: Project, reads: Counter[str]
) -> None:
    project.drop("day_0.csv", csv_of(0))
    project.run()
    (evidence,) = evidence_of(project.platform, "orders").files
    place = work_of(project.platform, evidence).file
    kept: Recent[object] = Recent(1 << 20)
    first = reading_of(kept, project.platform.settings, place, NONE)
    assert reading_of(kept, project.platform.settings, place, NONE) is first

    project.drop("day_0.csv", csv_of(7))
    changed = replace(place, size_bytes=place.path.stat().st_size)

    assert reading_of(kept, project.platform.settings, changed, NONE) is not first


def test_types_that_read_alike_cast_a_table_once_and_others_again(project: Project) -> None:
    project.drop("day_0.csv", csv_of(0))
    project.run()
    (evidence,) = evidence_of(project.platform, "orders").files
    work = work_of(project.platform, evidence)
    first = work.reading.typed_in_memory(work.types)
    told = tuple(replace(t, reason="another", confidence=0.5) for t in work.types)
    texts = tuple(
        replace(t, type="text", physical="String", pattern="text", format=None) for t in work.types
    )

    again, other = work.reading.typed_in_memory(told), work.reading.typed_in_memory(texts)

    assert again.lazy is first.lazy
    assert again.types == told
    assert other.lazy.collect().equals(first.table.lazy.collect())


def test_types_that_read_alike_measure_a_table_once_and_others_again(project: Project) -> None:
    project.drop("day_0.csv", csv_of(0))
    project.run()
    (evidence,) = evidence_of(project.platform, "orders").files
    work = work_of(project.platform, evidence)
    told = tuple(replace(t, reason="another", confidence=0.5) for t in work.types)
    texts = tuple(
        replace(t, type="text", physical="String", pattern="text", format=None) for t in work.types
    )
    first = work.reading.profile_in_memory(work.types)

    assert first == profile_table(work.typed)
    assert work.reading.profile_in_memory(told) is first
    assert work.reading.profile_in_memory(texts) != first
