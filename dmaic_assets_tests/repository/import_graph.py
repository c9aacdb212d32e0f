"""Who imports whom inside the package, read from the source text, and the circles in it.

What belongs here: three graphs, of imports at import time, of those for types alone, and of those
inside functions. What may import what, the layers in setup.cfg say.
"""

import ast
from collections.abc import Container, Iterator, Mapping
from pathlib import Path
from typing import Literal, TypeAlias

Graph: TypeAlias = Mapping[str, frozenset[str]]
When: TypeAlias = Literal["at import", "for types", "inside functions"]


def modules_of(package: Path) -> dict[str, Path]:
    """Names every module under a package's folder; a package has the name of its folder."""
    paths = {
        path.relative_to(package.parent).with_suffix(""): path for path in package.rglob("*.py")
    }
    return {
        ".".join(name.parts[:-1] if name.name == "__init__" else name.parts): path
        for name, path in paths.items()
    }


def import_graph(modules: Mapping[str, ast.Module], *whens: When) -> dict[str, frozenset[str]]:
    """Maps every module to those of the same package that it imports at these times."""
    return {
        name: frozenset(
            target
            for when, node in imports_of(tree)
            if when in whens
            for target in targets_of(node, modules)
        )
        for name, tree in modules.items()
    }


def imports_of(
    tree: ast.AST, when: When = "at import"
) -> Iterator[tuple[When, ast.Import | ast.ImportFrom]]:
    """Walks the import statements of a module with the time at which they count."""
    for node in ast.iter_child_nodes(tree):
        if isinstance(node, ast.Import | ast.ImportFrom):
            yield when, node
        elif isinstance(node, ast.If) and "TYPE_CHECKING" in ast.unparse(node.test):
            yield from imports_of(node, "for types")
        elif isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            yield from imports_of(node, "inside functions")
        else:
            yield from imports_of(node, when)


def targets_of(node: ast.Import | ast.ImportFrom, modules: Container[str]) -> Iterator[str]:
    """Names the modules that one statement imports, or whose names it takes."""
    for alias in node.names:
        of_module = node.module or "" if isinstance(node, ast.ImportFrom) else alias.name
        member = f"{of_module}.{alias.name}"
        target = member if member in modules else of_module
        if target in modules:
            yield target


def circles(graph: Graph) -> list[list[str]]:
    """Lists the groups of modules that reach each other, each group and the list sorted."""
    reach = {name: reachable(graph, name) for name in graph}
    groups = {
        tuple(sorted(other for other in reach[name] if name in reach[other]))
        for name in graph
        if name in reach[name]
    }
    return sorted(list(group) for group in groups)


def reachable(graph: Graph, start: str) -> set[str]:
    """Names every module that a way of at least one import leads to."""
    found: set[str] = set()
    waiting = list(graph[start])
    while waiting:
        name = waiting.pop()
        if name not in found:
            found.add(name)
            waiting.extend(graph[name])
    return found
