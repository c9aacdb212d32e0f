"""Which columns tell of persons: the one place that decides whose values are kept back.

What belongs here: the decision, from what people said, what an analysis found, and names. What is
told instead of values, `values` says.
"""

from collections.abc import Iterable, Mapping
from functools import cached_property
from typing import TYPE_CHECKING, Final

from dmaic_assets.model import ArtifactRef, Json
from dmaic_assets.settings.project import Settings
from dmaic_assets.store.artifacts import find_json, newest_outputs
from dmaic_assets.store.codec import from_json, mapping
from dmaic_assets.work.run.platform import Platform

if TYPE_CHECKING:
    # They load Polars, and most of the time nothing is held.
    from dmaic_assets.analysis.values.semantic import SemanticValue
    from dmaic_assets.settings.analyses import ColumnOverride

KEPT_BACK: Final = "(kept back)"
MEANING: Final = "semantic"

Outputs = Mapping[str, tuple[str, ArtifactRef]]


class HiddenColumns:
    """Tells whose values are kept back; what columns mean is read once for each source.

    What settings say holds; else what the newest analysis of meaning found; of a column that it
    never saw, the name tells.

    Args:
        platform: The stores.
        outputs: The newest outputs of the analysis of meaning by source, where they are known.
    """

    def __init__(self, platform: Platform, outputs: Outputs | None = None) -> None:
        self._platform = platform
        self._given = outputs
        self._meanings: dict[str, SemanticValue | None] = {}

    def meanings(self, source: str) -> "SemanticValue | None":
        """What the columns of a source mean; None where nobody asked, or it cannot be read."""
        if source not in self._meanings:
            from dmaic_assets.analysis.values.semantic import SemanticValue

            _, ref = self._outputs.get(source, ("", None))
            value = mapping(find_json(self._platform.paths.artifacts, ref)).get("value")
            self._meanings[source] = None if value is None else from_json(SemanticValue, value)
        return self._meanings[source]

    def of(self, source: str, columns: Iterable[str]) -> frozenset[str]:
        """Picks the columns of a source whose values are kept back.

        Args:
            source: The source.
            columns: Those that are asked for; columns that settings name are added.
        """
        from dmaic_assets.analysis.semantic.privacy import is_named_personal

        known = self.meanings(source)
        meanings = known.columns if known else {}
        found = {
            name
            for name in columns
            if (
                meanings[name].is_sensitive if name in meanings else is_named_personal(name, source)
            )
        }
        for column, is_hidden in self._said_of(source).items():
            found.discard(column)
            found |= {column} if is_hidden else set()
        return frozenset(found)

    def unasked(self, source: str, columns: Iterable[str]) -> frozenset[str]:
        """Picks the columns of which nobody said, and no analysis found, what they mean."""
        return frozenset(columns) - self.depends_on(source).keys()

    def depends_on(self, source: str) -> dict[str, Json]:
        """What the decision depends on besides names: found and said, by column.

        Whoever keeps what was told without hidden values tells it anew when this changes.
        """
        known = self.meanings(source)
        meanings = known.columns if known else {}
        found: dict[str, Json] = {name: told.is_sensitive for name, told in meanings.items()}
        return {**found, **self._said_of(source)}

    def _said_of(self, source: str) -> dict[str, bool]:
        return _said(self._overrides, source)

    @cached_property
    def _outputs(self) -> Outputs:
        if self._given is not None:
            return self._given
        return newest_outputs(self._platform.ledger, MEANING)

    @cached_property
    def _overrides(self) -> "Mapping[str, ColumnOverride]":
        return _overrides_of(self._platform.settings)


def hidden_by_name(
    source: str, columns: Iterable[str], settings: Settings | None = None
) -> frozenset[str]:
    """Picks the columns whose values are kept back where no analysis can be asked.

    Args:
        source: The source.
        columns: Those that are asked for.
        settings: What is said of columns; None where there is no project.
    """
    from dmaic_assets.analysis.semantic.privacy import is_named_personal

    said = {} if settings is None else _said(_overrides_of(settings), source)
    return frozenset(c for c in columns if said.get(c, is_named_personal(c, source)))


def _overrides_of(settings: Settings) -> "Mapping[str, ColumnOverride]":
    # The forms of analyses take long to build: most projects say nothing of columns.
    return settings.analyses.columns if settings.dmaic.analyses.get("columns") else {}


def _said(overrides: "Mapping[str, ColumnOverride]", source: str) -> dict[str, bool]:
    places = ((place.partition("."), said) for place, said in overrides.items())
    return {
        column: said.is_sensitive
        for (table, _, column), said in places
        if table == source and said.is_sensitive is not None
    }
