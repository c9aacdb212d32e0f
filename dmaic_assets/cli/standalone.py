"""Single files without a project: settings from defaults, staging in a folder that goes away.

What belongs here: taking a file through the core with nothing around it. Printing is elsewhere.
"""

import tempfile
from collections.abc import Generator, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import ColumnType, RuleSet

# Files that are not larger together are read once.
_KEPT_BYTES = 500_000_000

if TYPE_CHECKING:
    from dmaic_assets.history.apart import SortedApart
    from dmaic_assets.history.facts import FileFacts
    from dmaic_assets.rules.recurring import Back
    from dmaic_assets.settings.project import Settings
    from dmaic_assets.work.file.file_work import FileWork


@contextmanager
def default_settings() -> Generator["Settings"]:
    """Gives the settings of a project that configures nothing, for the length of a block."""
    from dmaic_assets.settings.project import DmaicSettings, Paths, Settings
    from dmaic_assets.settings.thresholds import ThresholdsFile

    with tempfile.TemporaryDirectory(prefix="dmaic-") as folder:
        root = Path(folder)
        yield Settings(Paths(root, root), DmaicSettings(), (), ThresholdsFile())


def work_on(settings: "Settings", path: Path, rules: RuleSet) -> "FileWork":
    """Takes up one file, to be judged by `rules`.

    Raises:
        UnreadableFileError: There is no such file, or its format is unknown.
    """
    from dmaic_assets.table.read.discovery import source_file
    from dmaic_assets.work.file.file_work import FileWork

    file = source_file(path, source=rules.source)
    return FileWork(settings, file, rules, settings.thresholds(rules.source))


def learn_from(
    paths: Sequence[Path],
    *,
    source: str,
    budget: float | None = None,
    time_column: str | None = None,
) -> RuleSet:
    """Learns rules from files that somebody vouches for, in the order given.

    The column types are those of all files together, whatever their order.

    Raises:
        BadInputError: A file cannot be read, or is too broken to be a model for others; the time
            column is none.
    """
    from dmaic_assets.rules.learn import learn_rules
    from dmaic_assets.rules.time_column import refuse_time_column
    from dmaic_assets.table.types.union import common_types

    with default_settings() as settings:
        works = [work_on(settings, path, RuleSet(source, ())) for path in paths]
        is_small = sum(work.file.size_bytes for work in works) <= _KEPT_BYTES
        own: list[tuple[ColumnType, ...]] = []
        for position, work in enumerate(works):
            own.append(work.types)
            if not is_small:
                # What was read is forgotten: all files together may exceed the memory.
                works[position] = work_on(settings, paths[position], RuleSet(source, ()))
        types = common_types(own)
        if time_column is not None:
            named = ", ".join(path.name for path in paths[:3])
            refuse_time_column(time_column, types, subject=named, key="--time-column")
        pairs = zip(works, own, strict=True)
        files = [_under(settings, work, mine, types) for work, mine in pairs]
        facts = _as_arrived(settings, files)
        allowed = settings.dmaic.runs.false_alarm_budget if budget is None else budget
        known = settings.source(source).model_copy(update={"time_column": time_column})
        return learn_rules(facts, source=known, budget=allowed)


def _under(
    settings: "Settings",
    work: "FileWork",
    own: tuple[ColumnType, ...],
    types: tuple[ColumnType, ...],
) -> "FileWork":
    """The file read under the common types: as it is, where they are its own."""
    from dmaic_assets.table.types.union import is_same_reading

    if is_same_reading(own, types):
        work.use_types(own)
        return work
    return work_on(settings, work.file.path, RuleSet(work.file.source, (), types=types))


def _as_arrived(settings: "Settings", files: "Sequence[FileWork]") -> "list[FileFacts]":
    """The facts of trusted files as they arrived, with what comes back in file after file."""
    from dmaic_assets.gate.arrived import facts_with
    from dmaic_assets.rules.recurring import as_arrived

    taken = [_facts(work) for work in files]

    def measure(place: int, back: "Back") -> "FileFacts":
        work = files[place]
        wider = {t.column: t for t in back.types}
        if wider:
            mine = tuple(wider.get(t.column, t) for t in work.types)
            work = work_on(settings, work.file.path, RuleSet(work.file.source, ()))
            work.use_types(mine)
        return facts_with(work.typed, taken[place][1], back)

    return as_arrived([facts for facts, _ in taken], measure)


def _facts(work: "FileWork") -> "tuple[FileFacts, SortedApart]":
    from dmaic_assets.gate.arrived import judged_facts

    if work.problem is not None:
        raise work.problem
    if work.verdict.decision == "reject":
        reasons = "; ".join(work.verdict.reasons)
        fix = "Learn from files that you trust; correct this one or leave it out."
        raise BadInputError(str(work.file.path), f"is no model for others: {reasons}", fix)
    return judged_facts(work.typed, work.judgement)
