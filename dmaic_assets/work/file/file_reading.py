"""What reading one file gives whatever rules judge it, kept while others may ask for it again.

What belongs here: the table as read and with the changes of its source, what was measured of it,
its rows under a set of types. What depends on rules is in `file_work`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from typing import TypeAlias

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.improve.changes import Skipped
from dmaic_assets.model import ColumnType, Profile, SourceFile
from dmaic_assets.settings.project import Settings, SourceSettings
from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.keys import sha256_json
from dmaic_assets.store.once import once
from dmaic_assets.store.recent import Recent
from dmaic_assets.table.profile.profile import profile_table
from dmaic_assets.table.read.source_file import read_table
from dmaic_assets.table.read.staging import staging_folder
from dmaic_assets.table.text_table import SourceTable
from dmaic_assets.table.types.cast import TypedTable, apply_types
from dmaic_assets.table.types.infer import Inferred, infer_measured, tokens_of
from dmaic_assets.table.types.measured import Measured
from dmaic_assets.table.types.null_tokens import null_tokens
from dmaic_assets.table.types.resolution import Continuation
from dmaic_assets.work.file.repaired import NOT_APPLIED, Repairs, repairs_of, skipped_of
from dmaic_assets.work.people.source_changes import SourceChanges
from dmaic_assets.work.plan.memo_keys import read_params, type_params

# Times the size of a table's columns of text that it takes with all that is kept of it: the same
# again for the repaired columns and for those under their types.
_GROWTH = 3
# What is expected of a table: types, and where times go on, by column.
_Expectation: TypeAlias = tuple[tuple[ColumnType, ...], frozenset[tuple[str, Continuation]]]


class FileReading:
    """One file of a source as one process read it, under the changes of the source.

    Threads may share one: its values do not change, and each is computed when first asked for.
    """

    def __init__(self, settings: Settings, file: SourceFile, changes: SourceChanges) -> None:
        self.file = file
        self.changes = changes
        self._settings = settings
        self._stat = _stat_of(file)
        self._inferred: dict[_Expectation, Inferred] = {}
        self._typed: tuple[tuple[ColumnType, ...], TypedTable] | None = None
        self._profile: tuple[tuple[ColumnType, ...], Profile] | None = None

    @once
    def source(self) -> SourceSettings:
        """What configuration says of the file's source."""
        return self._settings.source(self.file.source)

    @property
    def is_as_it_was(self) -> bool:
        """Whether the file on the disk is still the one that was read."""
        return self._stat is not None and self._stat == _stat_of(self.file)

    @once
    def read(self) -> SourceTable | UnreadableFileError:
        """The file as read, before any change; or why it cannot be parsed into rows and columns."""
        staging = self._settings.paths.staging
        try:
            return read_table(
                self.file, self.source.read, self._settings.dmaic.intake, staging=staging
            )
        except UnreadableFileError as problem:
            return problem

    @property
    def table_as_read(self) -> SourceTable:
        """The file as read, before any change.

        Raises:
            UnreadableFileError: The file cannot be parsed into rows and columns.
        """
        if isinstance(self.read, UnreadableFileError):
            raise self.read
        return self.read

    @once
    def repairs(self) -> Repairs | None:
        """What the active changes of the source do to the file; None when they touch nothing.

        Raises:
            UnreadableFileError: As `table_as_read`.
            BadInputError: The change file cannot be read any more.
            StoreError: The staging folder refuses.
        """
        if not self.changes.active:
            return None
        intake, staging = self._settings.dmaic.intake, self._settings.paths.staging
        place = staging_folder(self.file, self.source.read, intake, staging)
        folder = place.with_name(f"{place.name}-{self.changes.version[:12]}")
        return repairs_of(self.table_as_read, self.changes.load(), folder=folder)

    @once
    def skipped(self) -> tuple[Skipped, ...]:
        """The active changes of the source that cannot be applied to the file, and why.

        Raises:
            UnreadableFileError: As `table_as_read`.
            BadInputError: The change file cannot be read any more.
        """
        return skipped_of(self.table_as_read, self.changes.load()) if self.changes.active else ()

    @once
    def table(self) -> SourceTable:
        """The file as it is typed and judged: with the active changes of its source applied.

        A note tells each change that was not applied, and why.

        Raises:
            UnreadableFileError: As `table_as_read`.
        """
        table = self.repairs.table if self.repairs else self.table_as_read
        notes = tuple(f"{NOT_APPLIED}{s.change}: {s.why}" for s in self.skipped)
        return replace(table, notes=(*table.notes, *notes)) if notes else table

    @once
    def measured(self) -> Measured:
        """What was measured of the table so far, for its types.

        Raises:
            UnreadableFileError: As `table_as_read`.
        """
        tokens = null_tokens(self._settings.dmaic.intake.null_tokens)
        return Measured(self.table, tokens_of(self.source.read, tokens))

    def inferred(
        self, expected: Sequence[ColumnType], goes_on: Mapping[str, Continuation]
    ) -> Inferred:
        """Gives the columns their types; expectations that say the same are asked about once.

        Args:
            expected: The types of the source's history.
            goes_on: Where the last time of a column lies when the file goes on from history.

        Raises:
            UnreadableFileError: As `table_as_read`.
            SettingsError: An override is no type, pattern or format.
        """
        # Why history has a type is said of history's files: it tells nothing of this one.
        key = (tuple(replace(t, reason="") for t in expected), frozenset(goes_on.items()))
        found = self._inferred.get(key)
        if found is None:
            found = self._inferred[key] = infer_measured(
                self.measured,
                overrides=self.source.types,
                expected=expected,
                options=self.source.read,
                goes_on=goes_on,
            )
        return found

    def typed_in_memory(self, types: Sequence[ColumnType]) -> TypedTable:
        """Casts a table that is in memory; types that read it alike cast it once.

        Raises:
            UnreadableFileError: As `table_as_read`.
        """
        alike = tuple(_told_apart(t) for t in types)
        last = self._typed
        if last is None or last[0] != alike:
            last = (alike, apply_types(self.table, types, ready=self.measured.ready(types)))
            self._typed = last
        named = {t.column: t for t in types}
        return replace(last[1], types=tuple(named[column] for column in self.table.columns))

    def profile_in_memory(self, types: Sequence[ColumnType]) -> Profile:
        """Measures a table that is in memory; types that read it alike measure it once.

        Raises:
            UnreadableFileError: As `table_as_read`.
        """
        alike = tuple(_told_apart(t) for t in types)
        last = self._profile
        if last is None or last[0] != alike:
            last = (alike, profile_table(self.typed_in_memory(types)))
            self._profile = last
        return last[1]


def reading_of(
    kept: Recent[object], settings: Settings, file: SourceFile, changes: SourceChanges
) -> FileReading:
    """Gives the reading of a file: the one that is kept, or a new one.

    A file is known by its content, its place and everything else that decides how it is read;
    those that are in memory are kept.
    """
    key = _key(settings, file, changes)
    known = kept.get(key)
    if isinstance(known, FileReading) and known.is_as_it_was:
        return known
    fresh = FileReading(settings, file, changes)
    if isinstance(fresh.read, SourceTable) and fresh.read.is_in_memory:
        size = int(fresh.read.lazy.collect().estimated_size())
        kept.keep(key, fresh, _GROWTH * size)
    return fresh


def _key(settings: Settings, file: SourceFile, changes: SourceChanges) -> str:
    source = settings.source(file.source)
    return sha256_json(
        {
            "file": [file.source, str(file.path), file.sha256, file.format, file.is_owned],
            "read": read_params(settings, source),
            "types": type_params(settings, source),
            "changes": dict(changes.component),
        }
    )


def _stat_of(file: SourceFile) -> FileStat | None:
    try:
        return FileStat.of(file.path.stat())
    except OSError:
        return None


def _told_apart(column_type: ColumnType) -> ColumnType:
    """A type without what says nothing of how values are read under it."""
    return replace(column_type, decided_by="automatic", confidence=0.0, reason="", candidates=())
