"""What is read once for the views of all sources: the newest outputs of phases and analyses.

What belongs here: finding and reading them, and whose values are kept back. What a view makes of
them stands in its own module.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.values.semantic import SemanticValue
from dmaic_assets.model import PHASES, Json, Rule
from dmaic_assets.store.artifacts import find_json, newest_of_all
from dmaic_assets.store.codec import from_json, mapping
from dmaic_assets.work.file.links import learnt_links_of_all
from dmaic_assets.work.kept_back.columns import MEANING, HiddenColumns
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    from dmaic_assets.phase_values.read import PhaseValue
    from dmaic_assets.reports.facts import SourceFacts

_ALL = ""


@dataclass(frozen=True, slots=True)
class _Metrics:
    values: Mapping[str, float | None]


class Known:
    """The newest outputs of every phase and analysis, read when somebody asks for one.

    What nobody can read any more counts as not made: a view shows what there is.
    """

    def __init__(self, platform: Platform) -> None:
        self.platform = platform
        self.outputs = newest_of_all(platform.ledger)
        told = {source: ref for (phase, source), ref in self.outputs.items() if phase == MEANING}
        self._hidden = HiddenColumns(platform, told)
        self._read: dict[tuple[str, str], Mapping[str, Json]] = {}

    def output(self, phase: str, source: str = _ALL) -> Mapping[str, Json]:
        """The newest document of a phase or analysis; empty where there is none.

        What is about all sources is kept, since each source asks for it.
        """
        key = (phase, source)
        if key in self._read:
            return self._read[key]
        _, ref = self.outputs.get(key, ("", None))
        document = mapping(find_json(self.platform.paths.artifacts, ref))
        if source == _ALL:
            self._read[key] = document
        return document

    def facts(self, source: str) -> "SourceFacts":
        """What the phases of a source gave, each the last time that it ran."""
        # They load SciPy, and who only asks what is kept back has no need of it.
        from dmaic_assets.phase_values.read import read_value
        from dmaic_assets.reports.facts import SourceFacts

        values: dict[str, PhaseValue] = {}
        metrics: dict[str, Mapping[str, float | None]] = {}
        for phase in PHASES:
            document = self.output(phase, source)
            if {"value", "metrics"} <= document.keys():
                values[phase] = read_value(phase, document["value"])
                metrics[phase] = from_json(_Metrics, {"values": document["metrics"]}).values
        return SourceFacts(source, values, metrics)

    def findings(self, source: str) -> tuple[tuple[str, Finding], ...]:
        """What analyses found out about a source, with the analysis: the gravest first."""
        from dmaic_assets.analysis.registry import ANALYSES

        found: list[tuple[str, Finding]] = []
        for entry in ANALYSES:
            for owner in (source, _ALL):
                listed = self.output(entry.name, owner).get("findings")
                told = from_json(tuple[Finding, ...], listed or [])
                found.extend((entry.name, f) for f in told if f.table == source)
        return tuple(sorted(found, key=lambda pair: -WEIGHTS.index(pair[1].weight)))

    def meanings(self, source: str) -> SemanticValue | None:
        """What the columns of a source mean; None where nobody asked."""
        return self._hidden.meanings(source)

    def hidden(self, source: str, columns: Iterable[str]) -> frozenset[str]:
        """Which columns tell of persons, so that none of their values is shown."""
        return self._hidden.of(source, columns)

    @cached_property
    def links(self) -> Mapping[str, list[Rule]]:
        """The foreign keys that were learnt, by source."""
        sources = sorted({source for _, source in self.outputs} - {_ALL})
        return learnt_links_of_all(self.platform, sources)
