"""The graph of tables: its pattern, parts, cycles and changes, on small graphs."""

import pytest

from dmaic_assets.analysis.study import ALL_TABLES, Outcome, Study
from dmaic_assets.analysis.topology.analyze import analyze
from dmaic_assets.analysis.values.relationships import ForeignKey, RelationshipsValue
from dmaic_assets.analysis.values.topology import TopologyValue
from dmaic_assets_tests.analysis.relationships.shop import NOW


def outcome_of(tables: str, links: str, before: TopologyValue | None = None) -> Outcome:
    """Topology of tables a, b, ...; the link "ab" is a reference of a to b."""
    keys = tuple(
        ForeignKey(a, ("x",), b, ("id",), 0.9, "n:1", 1, 0, 0.0, 1.0, 0.0) for a, b in links.split()
    )
    known = RelationshipsValue(tuple(tables), (), keys, (), ())
    return analyze(Study({}, NOW, known={"relationships": {ALL_TABLES: known}}, before=before))


def topology_of(tables: str, links: str, before: TopologyValue | None = None) -> TopologyValue:
    value = outcome_of(tables, links, before).value
    assert isinstance(value, TopologyValue)
    return value


@pytest.mark.parametrize(
    ("tables", "links", "pattern", "counts"),
    [
        ("", "", "empty", (0, 0)),
        ("a", "aa", "single_table", (1, 0)),
        ("abcd", "ab", "disconnected", (3, 0)),
        ("abcde", "ab", "sparse", (4, 0)),
        ("abcd", "ab ac ad", "star_schema", (1, 0)),
        ("abcde", "ab ac ad de", "snowflake", (1, 0)),
        ("abcdef", "ab ac ad de df", "hub_and_spoke", (1, 0)),
        ("abc", "ab bc", "chain", (1, 0)),
        ("abc", "ab bc ca", "cyclic", (1, 1)),
        ("abcd", "ab bc ca ad", "mesh_with_cycles", (1, 1)),
    ],
)
def test_a_graph_has_its_pattern(
    tables: str, links: str, pattern: str, counts: tuple[int, int]
) -> None:
    value = topology_of(tables, links)

    found = (value.components, value.independent_cycles)
    assert (value.pattern, found) == (pattern, counts)


def test_cuts_bridges_and_own_references_are_told() -> None:
    value = topology_of("abcd", "ab bc ca ad dd ba")

    assert (value.bridges, value.own) == ((("a", "d"),), ("d",))
    assert [node.table for node in value.tables if node.is_cut] == ["a"]
    assert [set(cycle) for cycle in value.cycles] == [{"a", "b", "c"}]


def test_what_changed_since_the_last_run_is_told() -> None:
    first = topology_of("abc", "ab bc")

    second = topology_of("abc", "ab ac", first)

    assert (first.added, second.added, second.removed) == ((), (("a", "c"),), (("b", "c"),))
    gone = outcome_of("abc", "ab ac", first).findings[0]
    assert gone.text == "The link between b and c is gone since the last run."
