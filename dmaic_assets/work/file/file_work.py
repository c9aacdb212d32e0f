"""One file, read at most once: its table, types, profile, judgement and parts, on demand.

What belongs here: the order of the core calls. Nothing is stored here.
"""

import secrets
import shutil
import weakref
from collections.abc import Callable, Mapping

import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.gate.judge import Judgement, judge
from dmaic_assets.gate.split import Parts, split
from dmaic_assets.gate.unreadable import unreadable_verdict
from dmaic_assets.improve.changes import Skipped
from dmaic_assets.model import ColumnType, Profile, RuleSet, SourceFile, Thresholds, Verdict
from dmaic_assets.phenomena.cadence.rule import continuations
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.store.once import once
from dmaic_assets.store.recent import Recent
from dmaic_assets.table.profile.profile import profile_table
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import TypedTable, apply_types
from dmaic_assets.table.types.infer import Inferred
from dmaic_assets.table.types.resolution import Continuation
from dmaic_assets.work.file.file_reading import FileReading, reading_of
from dmaic_assets.work.file.repaired import Repairs
from dmaic_assets.work.people.source_changes import NONE, SourceChanges


class FileWork:
    """The values that one reading of a file gives, each computed when first asked for.

    A file that cannot be read has a `problem`, no types, an empty profile and a verdict that
    rejects it; only its table and parts are refused. `references` reads the keys of other files
    and sources when the typed table is judged; there are none unless somebody sets it. With
    `readings` a file that was read lately is not read again.
    """

    def __init__(
        self,
        settings: Settings,
        file: SourceFile,
        rule_set: RuleSet,
        thresholds: Thresholds,
        changes: SourceChanges = NONE,
        *,
        readings: Recent[object] | None = None,
    ) -> None:
        self.file = file
        self.changes = changes
        self.rule_set = rule_set
        self._settings = settings
        self._readings = readings
        self.thresholds = thresholds
        self.references: Callable[[TypedTable], Mapping[str, pl.Series]] = _no_references
        self._known_types: tuple[ColumnType, ...] | None = None

    @once
    def source(self) -> SourceSettings:
        """What configuration says of the file's source."""
        return self._settings.source(self.file.source)

    @once
    def reading(self) -> FileReading:
        """The file as read, whatever rules judge it."""
        if self._readings is None:
            return FileReading(self._settings, self.file, self.changes)
        return reading_of(self._readings, self._settings, self.file, self.changes)

    @property
    def problem(self) -> UnreadableFileError | None:
        """Why the file cannot be read, or None when it can."""
        read = self.reading.read
        return read if isinstance(read, UnreadableFileError) else None

    @property
    def table_as_read(self) -> SourceTable:
        """The file as read, before any change.

        Raises:
            UnreadableFileError: The file cannot be parsed into rows and columns.
        """
        return self.reading.table_as_read

    @property
    def repairs(self) -> Repairs | None:
        """What the active changes of the source do to the file; None when they touch nothing.

        Raises:
            UnreadableFileError: As `table_as_read`.
            BadInputError: The change file cannot be read any more.
            StoreError: The staging folder refuses.
        """
        return self.reading.repairs

    @property
    def skipped(self) -> tuple[Skipped, ...]:
        """The active changes of the source that cannot be applied to the file, and why.

        Raises:
            UnreadableFileError: As `table_as_read`.
            BadInputError: The change file cannot be read any more.
        """
        return self.reading.skipped

    @property
    def table(self) -> SourceTable:
        """The file as it is typed and judged: with the active changes of its source applied.

        A note tells each change that was not applied, and why.

        Raises:
            UnreadableFileError: As `table_as_read`.
        """
        return self.reading.table

    def use_types(self, types: tuple[ColumnType, ...]) -> None:
        """Takes column types that are known already, so that they are not inferred again."""
        self._known_types = types

    @once
    def goes_on(self) -> dict[str, Continuation]:
        """Where the last time of each column lies when the file goes on from history."""
        return continuations(self.rule_set.rules)

    @once
    def _inferred(self) -> Inferred:
        return self.reading.inferred(self.rule_set.types, self.goes_on)

    @once
    def types(self) -> tuple[ColumnType, ...]:
        """The column types: known ones, else inferred with the history's as expectation."""
        if self._known_types is not None:
            return self._known_types
        return () if self.problem is not None else self._inferred.types

    @once
    def typed(self) -> TypedTable:
        """The table under its types; failed casts are kept beside it.

        Typed rows of a table in parts lie in the staging folder as long as this object lives.

        Raises:
            StoreError: The staging folder refuses.
        """
        if self.table.is_in_memory:
            return self.reading.typed_in_memory(self.types)
        folder = self._settings.paths.staging / f"{self.file.key}-typed-{secrets.token_hex(8)}"
        weakref.finalize(self, shutil.rmtree, folder, ignore_errors=True)
        return apply_types(self.table, self.types, folder=folder)

    @once
    def profile(self) -> Profile:
        """The facts of the whole file before any judgement."""
        if self.problem is not None:
            note = f"not readable: {self.problem.culprit}"
            return Profile(0, self.file.size_bytes, (), None, 0.0, notes=(note,))
        if self.table.is_in_memory:
            return self.reading.profile_in_memory(self.types)
        return profile_table(self.typed)

    @once
    def judgement(self) -> Judgement:
        """The rules applied, with the failing rows."""
        return judge(
            self.typed,
            self.rule_set,
            self.thresholds,
            examples=self._settings.dmaic.runs.examples,
            references=self.references(self.typed),
        )

    @once
    def verdict(self) -> Verdict:
        """What the gate says of the file."""
        if self.problem is not None:
            return unreadable_verdict(
                self.file, self.problem, self.thresholds, baseline_files=len(self.rule_set.baseline)
            )
        return self.judgement.verdict

    @once
    def parts(self) -> Parts:
        """Accepted and quarantined rows: together exactly the file."""
        return split(self.typed, self.judgement)


def _no_references(_typed: TypedTable) -> Mapping[str, pl.Series]:
    return {}
