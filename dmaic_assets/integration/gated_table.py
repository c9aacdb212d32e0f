"""A table that somebody else makes, judged like the files of a source: one project behind it.

What belongs here: the way of one materialization into the project and of its verdict back. Nothing
is judged here, and nothing of Dagster is known.
"""

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any

from dmaic_assets.errors import BadInputError, InvariantError, SettingsError
from dmaic_assets.integration.table_values import write_table
from dmaic_assets.model import Verdict
from dmaic_assets.settings.place import PROJECT_MARK
from dmaic_assets.settings.project import SOURCE_PATTERN, Settings, load_settings
from dmaic_assets.store.effect_files import write_bytes
from dmaic_assets.store.keys import sha256_file
from dmaic_assets.store.ledger.record.file_queries import named_arrivals
from dmaic_assets.work.file.file_job import Outputs
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.plan.chain import as_source_file, places_of
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import work_run
from dmaic_assets.work.run.cell_outcomes import states_of, verdict_of_state
from dmaic_assets.work.run.failed_files import refusal_of_files
from dmaic_assets.work.run.opening import open_when_free
from dmaic_assets.work.run.platform import Platform, platform_of

# Signs of a partition key that a file's name may have; of the others, the key's hash tells them.
_PLAIN_NAME = re.compile(r"[^A-Za-z0-9_=.-]+")
# Characters of a partition key in a file's name: a folder's limit is 255 bytes.
_LONGEST_NAME = 80


@dataclass(frozen=True, slots=True)
class JudgedTable:
    """One materialization's verdict.

    `name` is that of its file in the project. `verdict` is as people may see it who only may read:
    values of columns that tell of persons are kept back. `quarantine` is the folder of what was
    set apart. `is_known` tells that nothing had to be computed; `same_as` names the file that had
    the same content before, where that is another.
    """

    name: str
    verdict: Verdict
    quarantine: Path
    is_known: bool
    same_as: str = ""


@dataclass(frozen=True, slots=True)
class GatedTable:
    """A table under a gate, and the project folder that remembers what it was like.

    `window` is how many accepted materializations rules are learnt from at most, `false_alarms`
    the share of clean ones that they may stop at most, `thresholds` the keys of
    config/thresholds.yaml for this table. None leaves each to the project's configuration.
    """

    home: Path
    name: str
    window: int | None = None
    false_alarms: float | None = None
    thresholds: Mapping[str, Any] = field(default_factory=dict)  # pyright: ignore[reportExplicitAny] - validated as the file's keys are

    def __post_init__(self) -> None:
        if not re.match(SOURCE_PATTERN, self.name):
            fix = "Use lower-case letters, digits, _ and -, at most 63 of them: table='orders'."
            raise BadInputError(f"table {self.name!r}", "cannot name a source", fix)

    def settings(self) -> Settings:
        """The project's settings with what is said of this table.

        Raises:
            SettingsError: A file of the project, or an argument, has no meaning.
        """
        runs = {"baseline_window": self.window, "false_alarm_budget": self.false_alarms}
        said = {key: value for key, value in runs.items() if value is not None}
        # A file that was renamed into its place is whole at first sight.
        overrides = {"intake": {"stable_for_s": 0}, **({"runs": said} if said else {})}
        settings = load_settings(self.home, overrides=overrides)
        if not self.thresholds:
            return settings
        named = settings.thresholds_file.sources
        mine = {self.name: {**named.get(self.name, {}), **self.thresholds}}
        file = settings.thresholds_file.model_copy(update={"sources": {**named, **mine}})
        settings = replace(settings, thresholds_file=file)
        _ = settings.thresholds(self.name)
        return settings

    def judge(self, value: object, *, partition: str | None = None) -> tuple[JudgedTable, ...]:
        """Judges a materialization by rules learnt from those accepted before it.

        It is a file of the project from then on: accepted, it teaches; held, it does not. A
        partition that was materialized anew replaces what it was. The same content is known.

        Args:
            value: The table, in any form that `write_table` takes.
            partition: The partition's key; None for an asset without partitions.

        Returns:
            One verdict, or one for each file where the value is several.

        Raises:
            BadInputError: The value is no table, or the project repairs the source.
            SettingsError: The project's configuration has no meaning.
            StoreError: A store refuses.
        """
        _make_project(self.home)
        settings = self.settings()
        _refuse_repairs(settings.paths.changes / f"{self.name}.yaml")
        folder = settings.paths.incoming / self.name
        with platform_of(settings) as platform:
            paths = write_table(value, folder, _file_name(partition))
            if partition is None:
                paths = [_named_by_content(path) for path in paths]
            return _judged(platform, self.name, paths)


def _judged(platform: Platform, source: str, paths: Sequence[Path]) -> tuple[JudgedTable, ...]:
    shas = {sha256_file(path): path for path in paths}
    asked = {sha: path.name for sha, path in shas.items()}
    shas = {sha: _place_of(platform, source, sha, path) for sha, path in shas.items()}
    copies = {sha: path.name for sha, path in shas.items() if path.name != asked[sha]}
    paths = [*shas.values()]
    request = RunRequest(sources=(source,), files=tuple(paths), trigger="worker")
    plan = plan_run(platform, request, is_patient=False)
    if plan.refused:
        raise plan.refused[0].error
    opened = open_when_free(platform, request, plan)
    if opened.run_id is not None:
        result = work_run(platform, opened.run_id)
        if result.errors:
            raise refusal_of_files(platform, opened.run_id) or _lost(source, paths)
    found = states_of(platform, named_arrivals(platform.ledger, source, shas), {})
    verdicts = [verdict_of_state(platform, state) for state in found]
    known = [verdict for verdict in verdicts if verdict is not None]
    if len(known) != len(shas):
        raise _lost(source, paths)
    outputs = Outputs(platform.paths.data)
    return tuple(
        JudgedTable(
            asked[state.arrival.sha256],
            shown,
            outputs.quarantine(as_source_file(state.arrival, shas[state.arrival.sha256])),
            opened.run_id is None,
            copies.get(state.arrival.sha256, ""),
        )
        for state, shown in zip(found, without_hidden(platform, known), strict=True)
    )


def _place_of(platform: Platform, source: str, sha256: str, path: Path) -> Path:
    """Where a content is that came before under another name, or is held; else where it is now."""
    arrived = named_arrivals(platform.ledger, source, [sha256])
    for place in places_of(arrived[0], platform.paths.data) if arrived else ():
        if place != path and place.is_file() and sha256_file(place) == sha256:
            path.unlink()
            return place
    return path


def _lost(source: str, paths: Sequence[Path]) -> InvariantError:
    names = ", ".join(path.name for path in paths)
    fix = "Look at the project's logs, and at: dmaic status"
    return InvariantError(f"{source}: {names}", "was worked on and has no verdict", fix)


def _make_project(home: Path) -> None:
    mark = home / PROJECT_MARK
    if not mark.is_file():
        if home.exists() and not home.is_dir():
            raise SettingsError(str(home), "is a file", "Name a folder: home='quality'.")
        name = _PLAIN_NAME.sub("-", home.resolve().name) or "gates"
        write_bytes(mark, f"project: {name}\n".encode())


def _refuse_repairs(changes: Path) -> None:
    """Refuses promoted repairs: the table would pass as repaired, and be used as it came."""
    if changes.is_file():
        fix = "Repair the table in its asset, and move this file away."
        raise BadInputError(str(changes), "has repairs, which change no table of an asset", fix)


def _file_name(partition: str | None) -> str:
    """The file's name of a partition; keys that names cannot have stay apart by their hash."""
    if partition is None:
        return "new"
    plain = _PLAIN_NAME.sub("-", partition)[:_LONGEST_NAME].strip(".-") or "partition"
    if plain == partition:
        return plain
    import hashlib

    return f"{plain}-{hashlib.sha256(partition.encode()).hexdigest()[:8]}"


def _named_by_content(path: Path) -> Path:
    """Names a file by what is in it: each state of a table is a file of its own, once."""
    named = path.with_name(f"{sha256_file(path)[:16]}{''.join(path.suffixes[-2:])}")
    return path.rename(named)
