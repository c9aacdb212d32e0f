"""`dmaic mcp`: what is known of accepted tables for programs that speak MCP; it changes nothing.

What belongs here: the tools of the server, and its start over standard input and output.
"""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, cast

import click

from dmaic_assets.cli.framework import ExampleCommand, project_option
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError, DmaicError, did_you_mean
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from mcp.server import MCPServer

INSTRUCTIONS = (
    "Facts about the accepted tables of a data-quality project: meaning, keys, quality, and how "
    "sure one can be of them. Read-only. Before you use a table, look at its uncertainty: "
    "`behaviour` tells whether to answer, to assume and say so, to ask a person, or to refuse."
)
_FIX = "Study the accepted rows first: dmaic analyze"


@click.command(
    "mcp",
    cls=ExampleCommand,
    examples=("dmaic mcp", "dmaic mcp --project shop"),
)
@project_option
def mcp(*, project: Path | None) -> None:
    """Serve what is known of tables to programs that speak MCP.

    Over standard input and output, until the client leaves. Nothing is made or changed: what is
    served is what `dmaic analyze` came to, without sensitive values.
    """
    need_mcp()
    with platform_at(project):
        pass
    server_of(lambda: known_context(project)).run("stdio")


def need_mcp() -> None:
    """Refuses to go on without the library that speaks the protocol.

    Raises:
        BadInputError: It is not installed.
    """
    from importlib.util import find_spec

    if find_spec("mcp") is None:
        fix = "Install it: pip install 'dmaic-assets[mcp]'"
        raise BadInputError("the server", "needs mcp, which is not installed", fix)


def known_context(project: Path | None) -> dict[str, Json]:
    """The document of all tables from what is known; nothing is made.

    Raises:
        BadInputError: There are no accepted rows, or they were not studied since they came.
    """
    from dmaic_assets.work.analyses.analyze import Analysed, Asked, known_analyses
    from dmaic_assets.work.analyses.context import context_document

    with platform_at(project) as platform:
        results = known_analyses(platform, Asked())
        if results is None:
            raise BadInputError("the newest rows", "were not studied yet", _FIX)
        return context_document(platform, Analysed(results))


@dataclass(frozen=True, slots=True)
class ContextTools:
    """The tools of the server; each call reads the document anew. Their docstrings are its help."""

    read: Callable[[], dict[str, Json]]

    def list_tables(self) -> str:
        """Lists the tables: what a row is, rows, grade, uncertainty and readiness."""
        return _text([_short(table) for table in self._tables().values()])

    def get_context(self, table: str) -> str:
        """Tells everything known of one table: columns, meaning, keys, quality, findings."""
        return _text(self._one(table))

    def get_findings(self, table: str, weight: str = "low") -> str:
        """Lists findings of a table from a weight on: info, low, medium or high."""
        found = cast("list[dict[str, Json]]", self._one(table)["findings"])
        return _text(_at_least(found, weight))

    def get_uncertainty(self, table: str) -> str:
        """Tells how sure one can be of a table, for what, which uses it is fit for, what helps."""
        return _text(self._one(table)["uncertainty"])

    def _tables(self) -> dict[str, dict[str, Json]]:
        from mcp.server.mcpserver.exceptions import ToolError

        try:
            document = self.read()
        except DmaicError as error:
            raise ToolError(f"{error}. {error.fix}") from error
        found = cast("list[dict[str, Json]]", document["tables"])
        return {str(table["name"]): table for table in found}

    def _one(self, name: str) -> dict[str, Json]:
        from mcp.server.mcpserver.exceptions import ToolError

        known = self._tables()
        if name not in known:
            near = did_you_mean(name, list(known))
            raise ToolError(f"{name} is no table{near}. Tables: {', '.join(known)}")
        return known[name]


def server_of(read: Callable[[], dict[str, Json]]) -> "MCPServer":
    """Builds the server over a document.

    Args:
        read: Gives the document of `dmaic context`.
    """
    from mcp.server import MCPServer

    server = MCPServer("dmaic", instructions=INSTRUCTIONS)
    tools = ContextTools(read)
    for tool in (tools.list_tables, tools.get_context, tools.get_findings, tools.get_uncertainty):
        server.add_tool(tool, structured_output=False)
    return server


def _short(table: dict[str, Json]) -> Json:
    quality = cast("dict[str, Json]", table["quality"] or {})
    unsure = cast("dict[str, Json]", table["uncertainty"] or {})
    return {
        "name": table["name"],
        "description": table["description"],
        "one_row_is": table["one_row_is"],
        "rows": table["rows"],
        "grade": quality.get("grade"),
        "uncertainty": unsure.get("score"),
        "readiness": unsure.get("readiness"),
    }


def _at_least(findings: list[dict[str, Json]], weight: str) -> list[Json]:
    from mcp.server.mcpserver.exceptions import ToolError

    from dmaic_assets.analysis.finding import WEIGHTS

    if weight not in WEIGHTS:
        raise ToolError(f"{weight} is no weight. Weights: {', '.join(WEIGHTS)}")
    wanted = WEIGHTS[WEIGHTS.index(weight) :]
    return [finding for finding in findings if finding["weight"] in wanted]


def _text(told: Json) -> str:
    return json.dumps(told, ensure_ascii=False)
