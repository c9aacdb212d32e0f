"""What the analysis of meaning comes to: role, semantic type and the rest, for every column."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

from dmaic_assets.analysis.study import Study
from dmaic_assets.model import TypeName

Role: TypeAlias = Literal["key", "foreign_key", "measure", "dimension", "timestamp", "text"]
Behaviour: TypeAlias = Literal["additive", "point_in_time", "rate"]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What one witness ("values", "name", "type", "role", "override") says, as a sentence.

    The witness "sample" tells how much was looked at where it was not all. No value of the
    column stands in it.
    """

    witness: str
    claim: str
    text: str


@dataclass(frozen=True, slots=True)
class ColumnMeaning:
    """What one column means.

    `semantic_type` is None where nothing tells it; `form` is the test that its values passed.
    `confidence` is the lesser of those of semantic type and role, in [0, 1]. `conflict` is 0 where
    all witnesses agree, `ignorance` 1 where none spoke. `behaviour` tells how a measure may be
    summed over time: always, not over time, or never. `entity` is what the column tells of.
    `failing` counts values among `looked_at` distinct ones that are none of the semantic type;
    `is_sampled` tells that there are more. Values of a sensitive column are never shown.
    """

    type: TypeName
    role: Role
    role_confidence: float
    semantic_type: str | None
    type_confidence: float
    confidence: float
    form: str | None = None
    unit: str | None = None
    entity: str | None = None
    behaviour: Behaviour | None = None
    is_sensitive: bool = False
    business_name: str = ""
    description: str = ""
    concept: str | None = None
    conflict: float = 0.0
    ignorance: float = 1.0
    looked_at: int = 0
    failing: int = 0
    is_sampled: bool = False
    evidence: tuple[Evidence, ...] = ()


@dataclass(frozen=True, slots=True)
class SemanticValue:
    """The meaning of a table's columns by name, in its order, and what its rows are."""

    entity: str | None
    columns: Mapping[str, ColumnMeaning] = field(default_factory=dict)


def sensitive_columns(study: Study) -> frozenset[tuple[str, str]]:
    """Tells whose values nobody shows, as pairs of table and column.

    What settings say, and else what the analysis of meaning found where it was made.
    """
    found: set[tuple[str, str]] = set()
    for values in study.known.values():
        for table, value in values.items():
            if isinstance(value, SemanticValue):
                found |= {(table, name) for name, c in value.columns.items() if c.is_sensitive}
    for place, known in study.settings.columns.items():
        table, _, column = place.partition(".")
        if known.is_sensitive is not None:
            found.discard((table, column))
            found |= {(table, column)} if known.is_sensitive else set()
    return frozenset(found)
