"""The graph that foreign keys make of tables: parts, cycles, hubs, bridges, and what changed.

What belongs here: exact counts on that graph. Which references there are, `relationships` knows.
"""

from collections.abc import Iterable, Iterator, Mapping
from itertools import islice
from typing import TYPE_CHECKING, TypeAlias

from dmaic_assets.analysis.finding import WEIGHTS, Finding
from dmaic_assets.analysis.measures import measures_of
from dmaic_assets.analysis.study import Outcome, Study
from dmaic_assets.analysis.topology.homology import need_gudhi, shape_of
from dmaic_assets.analysis.values.held import Held, with_held
from dmaic_assets.analysis.values.relationships import RelationshipsValue
from dmaic_assets.analysis.values.topology import Pattern, Place, Shape, TableNode, TopologyValue
from dmaic_assets.table.spelled_numbers import plural

if TYPE_CHECKING:
    import networkx as nx

    Graph: TypeAlias = "nx.Graph[str]"

# Neighbours from which a table is a hub (R29).
_HUB = 3
# Share of tables without a link beyond which the graph is sparse (R29).
_SPARSE = 0.5
# Cycles listed: a graph of many references has thousands; b1 counts them all.
_MOST_CYCLES = 50


def analyze(study: Study) -> Outcome:
    """Tells the form of the graph of tables."""
    import networkx as nx

    known = study.value(RelationshipsValue)
    pairs = {(key.table, key.ref_table) for key in known.foreign_keys}
    links = tuple(sorted({(min(p), max(p)) for p in pairs if p[0] != p[1]}))
    graph: Graph = nx.Graph()
    graph.add_nodes_from(known.tables)
    graph.add_edges_from(links)
    parts = sorted(nx.connected_components(graph), key=lambda part: (-len(part), min(part)))
    cuts = set(nx.articulation_points(graph))
    before = study.before if isinstance(study.before, TopologyValue) else None
    earlier = set(before.links) if before else set(links)
    value = TopologyValue(
        _pattern(graph, len(parts)),
        tuple(
            _node(graph, table, at, is_cut=table in cuts)
            for at, part in enumerate(parts)
            for table in sorted(part)
        ),
        links,
        len(parts),
        len(links) - len(known.tables) + len(parts),
        tuple(sorted((min(a, b), max(a, b)) for a, b in nx.bridges(graph))),
        _cycles(graph),
        tuple(sorted({a for a, b in pairs if a == b})),
        tuple(sorted(set(links) - earlier)),
        tuple(sorted(earlier - set(links))),
        _shapes(study) if study.settings.homology else {},
    )
    return Outcome(
        value, tuple(sorted(_findings(value, study.held), key=lambda f: -WEIGHTS.index(f.weight)))
    )


def _shapes(study: Study) -> dict[str, Shape]:
    need_gudhi()
    found = {
        name: shape_of(table, measures_of(study, table)) for name, table in study.tables.items()
    }
    return {name: shape for name, shape in found.items() if shape is not None}


def _node(graph: "Graph", table: str, part: int, *, is_cut: bool) -> TableNode:
    degree = int(graph.degree[table])
    return TableNode(table, degree, _place(degree), part, is_cut)


def _place(degree: int) -> Place:
    if degree >= _HUB:
        return "hub"
    return "bridge" if degree > 1 else "leaf" if degree else "isolated"


def _cycles(graph: "Graph") -> tuple[tuple[str, ...], ...]:
    import networkx as nx

    found = (tuple(cycle) for cycle in nx.minimum_cycle_basis(graph))
    return tuple(sorted(islice(found, _MOST_CYCLES), key=lambda cycle: (len(cycle), cycle)))


def _pattern(graph: "Graph", parts: int) -> Pattern:
    degrees = [int(degree) for _, degree in graph.degree]
    if len(degrees) <= 1:
        return "single_table" if degrees else "empty"
    if degrees.count(0) > _SPARSE * len(degrees):
        return "sparse"
    if parts > 1:
        return "disconnected"
    hubs = sum(degree >= _HUB for degree in degrees)
    if graph.number_of_edges() >= len(degrees):
        return "mesh_with_cycles" if hubs else "cyclic"
    return _tree_pattern(hubs, max(degrees), len(degrees))


def _tree_pattern(hubs: int, most: int, tables: int) -> Pattern:
    """A tree: one hub with leaves only is a star, with branches a snowflake."""
    if not hubs:
        return "chain"
    if hubs > 1:
        return "hub_and_spoke"
    return "star_schema" if most == tables - 1 else "snowflake"


def _findings(value: TopologyValue, held: Mapping[str, Held]) -> Iterator[Finding]:
    tables, links = len(value.tables), plural(len(value.links), "link")
    parts, cycles = plural(value.components, "part"), value.independent_cycles
    text = (
        f"{plural(tables, 'table')} and {links} form {parts} with "
        f"{plural(cycles, 'independent cycle')}: {value.pattern}."
    )
    yield Finding("", (), "components", float(value.components), "1", text)
    for node in value.tables:
        if node.place == "isolated" and tables > 1:
            alone = f"{node.table} is linked to no other table."
            found = Finding(node.table, (), "degree", 0.0, "1", alone, "low")
            yield with_held(found, (node.table,), held)
    for name, shape in value.shapes.items():
        yield from _of_shape(name, shape)
    for change, pairs in (("new", value.added), ("gone", value.removed)):
        yield from _changes(change, pairs)


def _of_shape(name: str, shape: Shape) -> Iterator[Finding]:
    where = f"by {', '.join(shape.measures)}"
    if shape.clusters > 1:
        text = f"The rows of {name} fall into {shape.clusters} clusters {where}."
        yield Finding(name, shape.measures, "clusters", float(shape.clusters), "", text)
    if shape.loops:
        text = f"The rows of {name} lie around {plural(shape.loops, 'loop')} {where}."
        yield Finding(name, shape.measures, "loops", float(shape.loops), "", text)


def _changes(change: str, pairs: Iterable[tuple[str, str]]) -> Iterator[Finding]:
    for first, second in pairs:
        text = f"The link between {first} and {second} is {change} since the last run."
        weight = "medium" if change == "gone" else "info"
        yield Finding(first, (), f"link_{change}", None, "", text, weight)
