"""The part of the architecture contract that no linter checks, read from the source text."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

import dmaic_assets

PACKAGE = Path(dmaic_assets.__file__).parent
MODULES = sorted(PACKAGE.rglob("*.py"))
MODULE_LINES = 400
FUNCTION_LINES = 40
BANNED_NAMES = {"utils", "util", "helpers", "helper", "common", "misc", "shared", "base", "core"}
ASSET_DECORATORS = {
    "asset",
    "multi_asset",
    "asset_check",
    "multi_asset_check",
    "graph_asset",
    "observable_source_asset",
}
FORBIDDEN_IN_ASSETS = (ast.For, ast.AsyncFor, ast.While, ast.Try)
# A migration is one list of statements, as long as the schema change is.
MIGRATIONS = PACKAGE / "store" / "ledger" / "migrations" / "versions"
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef


def name_of(module: Path) -> str:
    return str(module.relative_to(PACKAGE))


def tree_of(module: Path) -> ast.Module:
    return ast.parse(module.read_text(encoding="utf-8"), filename=str(module))


def functions(tree: ast.AST) -> Iterator[FunctionNode]:
    return (node for node in ast.walk(tree) if isinstance(node, FunctionNode))


def imported(tree: ast.AST) -> set[str]:
    """Full names of everything imported anywhere in a module, inside functions too."""
    names: set[str] = set()
    for node in ast.walk(tree):
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            names.add(node.module or "")
            names |= {f"{node.module}.{alias.name}" for alias in node.names}
    return names


def is_dagster(name: str) -> bool:
    top = name.partition(".")[0]
    return top == "dagster" or top.startswith("dagster_")


def length_without_docstring(function: FunctionNode) -> int:
    """Lines from `def` to the end, the docstring left out: documentation is never too long."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    first = function.body[0]
    is_docstring = isinstance(first, ast.Expr) and isinstance(first.value, ast.Constant)
    return total - ((first.end_lineno or 0) - first.lineno + 1 if is_docstring else 0)


def decorator_names(function: FunctionNode) -> set[str]:
    calls = (d.func if isinstance(d, ast.Call) else d for d in function.decorator_list)
    return {
        call.attr if isinstance(call, ast.Attribute) else getattr(call, "id", "") for call in calls
    }


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_a_module_has_one_subject_and_says_which(module: Path) -> None:
    text = module.read_text(encoding="utf-8")

    assert len(text.splitlines()) <= MODULE_LINES
    assert module.stem not in BANNED_NAMES
    assert ast.get_docstring(ast.parse(text)), "a module starts with a docstring"


@pytest.mark.parametrize("module", [m for m in MODULES if m.parent != MIGRATIONS], ids=name_of)
def test_functions_fit_on_a_screen(module: Path) -> None:
    too_long = {
        function.name: length_without_docstring(function)
        for function in functions(tree_of(module))
        if length_without_docstring(function) > FUNCTION_LINES
    }

    assert not too_long


@pytest.mark.parametrize("package", sorted(PACKAGE.rglob("__init__.py")), ids=name_of)
def test_a_package_init_is_only_a_docstring(package: Path) -> None:
    body = tree_of(package).body

    assert len(body) == 1
    assert isinstance(body[0], ast.Expr)
    assert isinstance(body[0].value, ast.Constant)


@pytest.mark.parametrize("folder", [p for p in PACKAGE.rglob("*") if p.is_dir()], ids=name_of)
def test_every_folder_with_modules_is_a_package(folder: Path) -> None:
    assert not list(folder.glob("*.py")) or (folder / "__init__.py").exists()


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_only_defs_and_definitions_import_dagster(module: Path) -> None:
    is_home = module.relative_to(PACKAGE).parts[0] in {"defs", "definitions.py"}

    assert is_home or not {name for name in imported(tree_of(module)) if is_dagster(name)}


@pytest.mark.parametrize("module", MODULES, ids=name_of)
def test_annotations_that_dagster_reads_are_real(module: Path) -> None:
    is_read = module.relative_to(PACKAGE).parts[0] in {"defs", "definitions.py"}

    assert not is_read or "__future__.annotations" not in imported(tree_of(module))


@pytest.mark.parametrize("module", sorted((PACKAGE / "defs").rglob("*.py")), ids=name_of)
def test_asset_bodies_only_call_the_core(module: Path) -> None:
    offenders = {
        function.name: type(node).__name__
        for function in functions(tree_of(module))
        if decorator_names(function) & ASSET_DECORATORS
        for node in ast.walk(function)
        if isinstance(node, FORBIDDEN_IN_ASSETS)
    }

    assert not offenders


def test_the_checks_of_this_file_can_fail() -> None:
    source = (
        "@dg.asset(name='x')\ndef a():\n    '''Doc.'''\n    import dagster_duckdb.x\n"
        "    for i in []:\n        pass\n"
    )
    tree = ast.parse(source)
    (function,) = functions(tree)

    assert decorator_names(function) & ASSET_DECORATORS
    assert any(isinstance(node, FORBIDDEN_IN_ASSETS) for node in ast.walk(function))
    assert any(is_dagster(name) for name in imported(tree))
    assert not is_dagster("dagsterette")
    assert length_without_docstring(function) == 4
