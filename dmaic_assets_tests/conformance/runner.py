"""Runs the reference cases of folders: which file goes to which group, and what comes back.

What belongs here: discovery and order. What does not: any statistic (group modules), counting
(`scorecard`) and printing (`__main__`).
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath
from typing import TypeAlias

from dmaic_assets.errors import BadInputError
from dmaic_assets_tests.conformance.case import CaseResult
from dmaic_assets_tests.conformance.reading import UNFIT, read_document, unfit_reason
from dmaic_assets_tests.conformance.registry import Group

SHIPPED = Path(__file__).with_name("cases")
# A reference folder, and a file below it.
_Place: TypeAlias = tuple[Path, Path]


@dataclass(frozen=True, slots=True)
class GroupRun:
    """One group's results: the files it answered (relative to their folder) and its cases."""

    group: str
    files: tuple[str, ...]
    cases: tuple[CaseResult, ...]


@dataclass(frozen=True, slots=True)
class ConformanceRun:
    """All groups' results over some folders, in the order of the registry.

    `unanswered` names the JSON files in which no group finds a case; other files are taken as
    input data.
    """

    folders: tuple[str, ...]
    groups: tuple[GroupRun, ...]
    unanswered: tuple[str, ...]


def run_conformance(folders: Sequence[Path], groups: Sequence[Group]) -> ConformanceRun:
    """Runs every case of every reference file below some folders.

    Args:
        folders: Reference folders; files are looked for at any depth, in order of their path.
        groups: The groups to ask, as `registry.load_groups` gives them.

    Returns:
        The results, groups without any file included.

    Raises:
        BadInputError: A folder is not there, no group answers any file, or a file that a group
            answers is malformed JSON.
    """
    found = [(folder, file) for folder in folders for file in _files_below(folder)]
    results = [_run_files(group, found) for group in groups]
    runs = tuple(_group_run(*pair) for pair in zip(groups, results, strict=True))
    if not any(run.files for run in runs):
        known = ", ".join(sorted({pattern for group in groups for pattern in group.FILES}))
        culprit = "no group answers any file below it"
        raise BadInputError(", ".join(map(str, folders)), culprit, f"Files are named {known}.")
    unanswered = tuple(
        _relative(folder, file)
        for folder, file in found
        if file.suffix == ".json" and not any(cases.get((folder, file)) for cases in results)
    )
    # The page of the shipped cases is the same on every machine, wherever the package lies.
    names = ("the shipped cases" if folder == SHIPPED else str(folder) for folder in folders)
    return ConformanceRun(tuple(names), runs, unanswered)


def _files_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInputError(str(folder), "is no folder", "Name a folder of reference files.")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _run_files(group: Group, found: Sequence[_Place]) -> dict[_Place, Sequence[CaseResult]]:
    return {
        (folder, file): _run_file(group, folder, file)
        for folder, file in found
        if _answers(group, folder, file)
    }


def _group_run(group: Group, results: Mapping[_Place, Sequence[CaseResult]]) -> GroupRun:
    names = tuple(_relative(folder, file) for folder, file in results)
    return GroupRun(group.GROUP, names, tuple(c for cases in results.values() for c in cases))


def _run_file(group: Group, folder: Path, file: Path) -> Sequence[CaseResult]:
    if file.suffix == ".json":
        read_document(file)
    try:
        return group.run_cases(folder, file)
    except UNFIT as error:
        # One file in another form must not hide what all the others come to.
        return [CaseResult(group.GROUP, file.name, "failed", (), unfit_reason(error))]


def _answers(group: Group, folder: Path, file: Path) -> bool:
    path = PurePosixPath(_relative(folder, file))
    return any(path.match(pattern) for pattern in group.FILES)


def _relative(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
