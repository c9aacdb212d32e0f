"""What the analysis of relationships comes to: keys of tables, and links between tables."""

from dataclasses import dataclass
from typing import Literal, TypeAlias

Cardinality: TypeAlias = Literal["1:1", "n:1"]


@dataclass(frozen=True, slots=True)
class Key:
    """Columns that identify a row of a table; no fewer of them do.

    `is_primary` marks the one of a table that others refer to, or would. `repeated_share` is the
    share of rows that repeat a key all the same, 0 unless nothing else identifies a row.
    """

    table: str
    columns: tuple[str, ...]
    is_primary: bool
    repeated_share: float = 0.0


@dataclass(frozen=True, slots=True)
class ForeignKey:
    """Columns that hold keys of another table, or of their own.

    `confidence` in [0, 1] weighs names and values together. `rows` are those with a value in every
    column; `orphans` those among them whose key no accepted row of `ref_table` has, `held` those
    among the orphans whose key a row in quarantine has. `orphan_share` is that of the others, whose
    key is nowhere; None where there is no row to tell it from. `used_share` is the share of keys
    that are referred to. `orphan_examples` are of keys that are nowhere, empty for sensitive
    columns. `is_ahead` holds where all these are times soon after the last of `ref_table`.
    `is_held_whole` is false where keys of rows in quarantine could not be read.
    """

    table: str
    columns: tuple[str, ...]
    ref_table: str
    ref_columns: tuple[str, ...]
    confidence: float
    cardinality: Cardinality
    rows: int
    orphans: int
    orphan_share: float | None
    used_share: float
    null_share: float
    orphan_examples: tuple[str, ...] = ()
    is_ahead: bool = False
    held: int = 0
    is_held_whole: bool = True

    @property
    def joined_share(self) -> float | None:
        """The share of rows that meet an accepted row; None where there is no row."""
        return 1 - self.orphans / self.rows if self.rows else None


@dataclass(frozen=True, slots=True)
class FanTrap:
    """Two tables that refer to one: joined over it, rows of either repeat those of the other.

    `growth` is the number of rows of that join over the rows of the larger table.
    """

    hub: str
    tables: tuple[str, str]
    growth: float


@dataclass(frozen=True, slots=True)
class JoinedCorrelation:
    """Measures of two tables that go together, joined over the reference of `by`.

    `effect` is Pearson's r over `rows` joined rows, `low` and `high` its bounds by the
    `ref_rows` rows of the other table that were met, all pairs of the reference together right in
    95 %. `is_sampled` tells that there were more rows.
    """

    table: str
    column: str
    ref_table: str
    ref_column: str
    by: tuple[str, ...]
    effect: float
    low: float
    high: float
    rows: int
    ref_rows: int
    is_sampled: bool


@dataclass(frozen=True, slots=True)
class RelationshipsValue:
    """Keys and foreign keys of all tables, by table name.

    `implied` are links that follow from a composite key without exception: a part of it leads to
    the same rows over the table in between.
    """

    tables: tuple[str, ...]
    keys: tuple[Key, ...]
    foreign_keys: tuple[ForeignKey, ...]
    implied: tuple[ForeignKey, ...]
    fan_traps: tuple[FanTrap, ...]
    correlations: tuple[JoinedCorrelation, ...] = ()
