"""How files spelt what is null under the types, from what was recorded when they were judged.

What belongs here: reading records back. No file is read again.
"""

from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from typing import cast

from dmaic_assets.analysis.tables import Spelling
from dmaic_assets.model import Json
from dmaic_assets.store.artifacts import find_json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.assets.names import GATE_VERDICT, PROFILE
from dmaic_assets.work.run.cell_outcomes import FileState, states_of
from dmaic_assets.work.run.platform import Platform

# Misfits that are shown.
_SHOWN = 3


class RecordedSpellings(Mapping[str, Spelling]):
    """Spellings by column; records are read when the first is asked for.

    A record that is gone counts nothing. Misfits of files from which rows were set apart, or that
    are held whole, are in quarantine; those of others were accepted and are null there.
    """

    def __init__(self, platform: Platform, arrivals: Sequence[Arrival]) -> None:
        self._platform = platform
        self._arrivals = arrivals

    def __getitem__(self, column: str) -> Spelling:
        return self._found[column]

    def __iter__(self) -> Iterator[str]:
        return iter(self._found)

    def __len__(self) -> int:
        return len(self._found)

    @cached_property
    def _found(self) -> Mapping[str, Spelling]:
        told: dict[str, _Told] = {}
        for state in states_of(self._platform, self._arrivals, {}):
            self._add_nulls(state, told)
            self._add_misfits(state, told)
        return {name: one.spelling for name, one in told.items()}

    def _add_nulls(self, state: FileState, told: "dict[str, _Told]") -> None:
        if state.arrival.disposition == "rejected":
            return
        for column in self._parts(state, PROFILE, "columns"):
            name = str(column["column"])
            for one in cast("list[dict[str, Json]]", column["null_tokens"]):
                text, count = str(one["value"] or ""), cast("int", one["count"])
                told.setdefault(name, _Told()).nulls[text] += count

    def _add_misfits(self, state: FileState, told: "dict[str, _Told]") -> None:
        for broken in self._parts(state, GATE_VERDICT, "violations"):
            columns = cast("list[str]", broken["columns"])
            if broken["kind"] != "type" or broken["scope"] != "row" or len(columns) != 1:
                continue
            mine = told.setdefault(columns[0], _Told())
            rows = cast("int", broken["rows_failed"])
            if state.arrival.disposition == "accepted":
                mine.misfits += rows
            else:
                mine.held += rows
            for example in cast("list[dict[str, Json]]", broken["examples"]):
                values = cast("dict[str, Json]", example["values"])
                mine.examples.append(str(values.get(columns[0])))

    def _parts(self, state: FileState, asset: str, part: str) -> list[dict[str, Json]]:
        """A list of what an asset of a file recorded; nothing where that is gone."""
        record = state.records.get(asset)
        document = find_json(self._platform.paths.artifacts, record.artifact if record else None)
        found = document.get(part) if isinstance(document, dict) else None
        return cast("list[dict[str, Json]]", found or [])


@dataclass(slots=True)
class _Told:
    """What was recorded of one column so far."""

    misfits: int = 0
    held: int = 0
    examples: list[str] = field(default_factory=list)
    nulls: Counter[str] = field(default_factory=Counter)

    @property
    def spelling(self) -> Spelling:
        shown = tuple(dict.fromkeys(self.examples))[:_SHOWN]
        return Spelling(self.misfits, shown, dict(sorted(self.nulls.items())), self.held)
