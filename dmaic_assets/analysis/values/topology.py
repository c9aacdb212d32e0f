"""What the analysis of topology comes to: the form of the graph of tables."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Literal, TypeAlias

Pattern: TypeAlias = Literal[
    "empty",
    "single_table",
    "sparse",
    "disconnected",
    "star_schema",
    "snowflake",
    "hub_and_spoke",
    "mesh_with_cycles",
    "cyclic",
    "chain",
]
Place: TypeAlias = Literal["hub", "bridge", "leaf", "isolated"]


@dataclass(frozen=True, slots=True)
class TableNode:
    """A table in the graph: its neighbours, its place, and its part (from 0, the largest first).

    `is_cut` marks one without which its part falls apart.
    """

    table: str
    degree: int
    place: Place
    part: int
    is_cut: bool


@dataclass(frozen=True, slots=True)
class Shape:
    """A table's rows as points of its measures: clusters (b0) and loops (b1) of `rows` rows."""

    measures: tuple[str, ...]
    rows: int
    clusters: int
    loops: int


@dataclass(frozen=True, slots=True)
class TopologyValue:
    """The graph of tables, two of which are linked when one refers to the other.

    `components` is b0, `independent_cycles` b1 = links - tables + components. `bridges` are links
    without which a part falls apart. `cycles` are the shortest ones that make up all others.
    `own` are tables that refer to themselves; they count for neither. `added` and `removed` are
    links since the last run, none where there was no run. `shapes` are those of the rows of tables,
    where settings ask for them.
    """

    pattern: Pattern
    tables: tuple[TableNode, ...]
    links: tuple[tuple[str, str], ...]
    components: int
    independent_cycles: int
    bridges: tuple[tuple[str, str], ...]
    cycles: tuple[tuple[str, ...], ...]
    own: tuple[str, ...]
    added: tuple[tuple[str, str], ...] = ()
    removed: tuple[tuple[str, str], ...] = ()
    shapes: Mapping[str, Shape] = field(default_factory=dict)
