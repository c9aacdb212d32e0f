"""`dmaic graph`: the assets and what each needs, as text, Mermaid or JSON.

What belongs here: drawing. The graph itself is read from the Dagster definitions, so that it
cannot be out of date.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

import click

from dmaic_assets.cli.console import print_json, say
from dmaic_assets.cli.framework import ExampleCommand, json_option, project_option
from dmaic_assets.cli.project import settings_at
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.settings.project import Settings


@dataclass(frozen=True, slots=True)
class Node:
    """One asset: its group, the assets that it needs, and what it is in a line."""

    name: str
    group: str
    needs: tuple[str, ...]
    description: str


@click.command(
    "graph",
    cls=ExampleCommand,
    examples=("dmaic graph", "dmaic graph --mermaid > graph.mmd", "dmaic graph --json"),
)
@click.option("--mermaid", is_flag=True, help="Write Mermaid, for Markdown and web pages.")
@json_option
@project_option
def graph(*, mermaid: bool, is_json: bool, project: Path | None) -> None:
    """Show the assets, their groups, and what each needs."""
    if mermaid and is_json:
        raise BadInputError("dmaic graph", "--mermaid and --json", "Choose one of the two.")
    nodes = asset_nodes(settings_at(project))
    if is_json:
        print_json([_document(node) for node in nodes])
    elif mermaid:
        click.echo(mermaid_text(nodes))
    else:
        for line in text_lines(nodes):
            say(line)


def asset_nodes(settings: "Settings") -> list[Node]:
    """Reads the asset graph from the Dagster definitions, each asset after those it needs."""
    from dmaic_assets.definitions import definitions_of

    assets = definitions_of(settings).resolve_asset_graph()
    return [
        Node(
            key.to_user_string(),
            assets.get(key).group_name,
            tuple(sorted(parent.to_user_string() for parent in assets.get(key).parent_keys)),
            (assets.get(key).description or "").strip().partition("\n")[0],
        )
        for key in assets.toposorted_asset_keys
    ]


def text_lines(nodes: Sequence[Node]) -> list[str]:
    """Draws the graph as text: a paragraph per group, an asset per line with what it needs."""
    width = max((len(node.name) for node in nodes), default=0)
    lines: list[str] = []
    for group in dict.fromkeys(node.group for node in nodes):
        lines.append(group)
        for node in (n for n in nodes if n.group == group):
            needs = f"  <- {', '.join(node.needs)}" if node.needs else ""
            lines.append(f"  {node.name:<{width}}{needs}".rstrip())
    return lines


def mermaid_text(nodes: Sequence[Node]) -> str:
    """Draws the graph as a Mermaid flow chart, left to right, a box per group."""
    lines = ["flowchart LR"]
    for group in dict.fromkeys(node.group for node in nodes):
        lines.append(f"  subgraph {group}")
        lines += [f"    {_id(n.name)}[{n.name}]" for n in nodes if n.group == group]
        lines.append("  end")
    edges = [(need, node.name) for node in nodes for need in node.needs]
    lines += [f"  {_id(before)} --> {_id(after)}" for before, after in edges]
    return "\n".join(lines)


def _id(name: str) -> str:
    # "end" is a word of Mermaid's, and names may hold slashes.
    return "a_" + "".join(c if c.isalnum() else "_" for c in name)


def _document(node: Node) -> Json:
    return {
        "asset": node.name,
        "group": node.group,
        "needs": list(node.needs),
        "description": node.description,
    }
