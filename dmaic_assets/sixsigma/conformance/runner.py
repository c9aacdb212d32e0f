"""Runs the reference cases of folders: which file goes to which group, and what comes back.

What belongs here: discovery and order. What does not: any statistic (group modules), counting
(`scorecard`) and printing (the command line).
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from dmaic_assets.errors import BadInputError
from dmaic_assets.sixsigma.conformance.case import CaseResult
from dmaic_assets.sixsigma.conformance.reading import UNFIT, read_document
from dmaic_assets.sixsigma.conformance.registry import Group

SHIPPED = Path(__file__).with_name("cases")


@dataclass(frozen=True, slots=True)
class GroupRun:
    """One group's results: the files it answered (relative to their folder) and its cases."""

    group: str
    files: tuple[str, ...]
    cases: tuple[CaseResult, ...]


@dataclass(frozen=True, slots=True)
class ConformanceRun:
    """All groups' results over some folders, in the order of the registry.

    `unanswered` names the JSON files that no group answers; other files are taken as input data.
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
    runs = tuple(_run_group(group, found) for group in groups)
    if not any(run.files for run in runs):
        known = ", ".join(sorted({pattern for group in groups for pattern in group.FILES}))
        culprit = "no group answers any file below it"
        raise BadInputError(", ".join(map(str, folders)), culprit, f"Files are named {known}.")
    unanswered = tuple(
        _relative(folder, file)
        for folder, file in found
        if file.suffix == ".json" and not any(_answers(group, folder, file) for group in groups)
    )
    # The page of the shipped cases is the same on every machine, wherever the package lies.
    names = ("the shipped cases" if folder == SHIPPED else str(folder) for folder in folders)
    return ConformanceRun(tuple(names), runs, unanswered)


def _files_below(folder: Path) -> list[Path]:
    if not folder.is_dir():
        raise BadInputError(str(folder), "is no folder", "Name a folder of reference files.")
    return sorted(path for path in folder.rglob("*") if path.is_file())


def _run_group(group: Group, found: Sequence[tuple[Path, Path]]) -> GroupRun:
    answered = [(folder, file) for folder, file in found if _answers(group, folder, file)]
    cases = [case for folder, file in answered for case in _run_file(group, folder, file)]
    names = tuple(_relative(folder, file) for folder, file in answered)
    return GroupRun(group.GROUP, names, tuple(cases))


def _run_file(group: Group, folder: Path, file: Path) -> Sequence[CaseResult]:
    if file.suffix == ".json":
        read_document(file)
    try:
        return group.run_cases(folder, file)
    except UNFIT as error:
        # One file in another form must not hide what all the others come to.
        reason = f"not in the form that the group knows: {type(error).__name__}: {error}"
        return [CaseResult(group.GROUP, file.name, "failed", (), reason)]


def _answers(group: Group, folder: Path, file: Path) -> bool:
    path = PurePosixPath(_relative(folder, file))
    return any(path.match(pattern) for pattern in group.FILES)


def _relative(folder: Path, file: Path) -> str:
    return file.relative_to(folder).as_posix()
