"""The part of the architecture contract that no linter checks, read from the source text.

One test is one law, and names every culprit.
"""

import ast
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path

import pytest

import dmaic_assets
from dmaic_assets_tests.repository.import_graph import When, circles, import_graph, modules_of

PACKAGE = Path(dmaic_assets.__file__).parent
TESTS = PACKAGE.parent / "dmaic_assets_tests"
MODULE_LINES = 400
FEWEST_LINES = 30
FUNCTION_LINES = 40
FOLDER_ENTRIES = 20
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
# Parts that every phenomenon has under the same name, however little it has to say.
PHENOMENON_PARTS = {
    "learn",
    "rule",
    "cells",
    "propose",
    "repair",
    "pilot",
    "phenomenon",
    "handling",
}
# Other modules under 30 lines, each with the reason why it stands alone.
SHORT = {
    "cli/__main__.py": "Python's own entry for `python -m`",
    "defs/automation/conditions.py": "Dagster finds sensors by module; a subject of its own",
    "history/number_of.py": "what facts and their sketch of rows both measure on",
    "process/measure/record_cells.py": "spells cells for two documents of Measure",
    "process/confidence.py": "one figure that Measure and Analyze must share",
    "reports/page/palette.py": "names of colours that charts of all layers share",
    "rules/widened_kinds.py": "names that are read where Polars must not be loaded",
    "sixsigma/alarms/limit_table.py": "written by a benchmark, never by hand",
    "store/ledger/migrations/env.py": "Alembic's entry",
    "store/ledger/record/scores.py": "one definition that store, views, terminal and runs share",
    "work/assets/of_the_analyses.py": "entries that follow from the registry of analyses",
    "store/ledger/migrations/versions/0003_recursion.py": "a migration is as long as its change",
    "store/ledger/migrations/versions/0004_windows.py": "a migration is as long as its change",
    "store/ledger/migrations/versions/0005_packed.py": "a migration is as long as its change",
    "store/ledger/migrations/versions/0006_run_tags.py": "a migration is as long as its change",
    "store/ledger/tasks/owners.py": "read by tasks and effects, which know nothing of each other",
    "table/csv/format.py": "the one type that everything in the folder reads",
    "table/notation/calendar_years.py": "read from six places in five layers",
    "table/read/spreadsheet_text.py": "guards every list that people open in a spreadsheet",
    "web/safety/addresses.py": "what the guard, the limits and the pages must agree on",
    "work/file/raw_values.py": "takes away what another run wrote; writing stands in `outputs`",
}
# Folders with more than 20 entries, and the most that they may have.
FULL = {
    "dmaic_assets_tests/conformance": 30,  # where they go
    "dmaic_assets/analysis": 24,  # one folder an analysis, beside their common forms
    "dmaic_assets": 23,  # one folder a layer, as the contract lists them
    "dmaic_assets_tests": 22,  # as many, without the layers of one module
}
# Layers whose figures stand in rules and verdicts (they get their reasons there), and keys of the
# settings, whose reasons the configuration guide gives.
NUMBER_MAKER = re.compile(r"np\.|timedelta|frozenset")
CONSTANT = re.compile(r"_?[A-Z][A-Z0-9_]*")
FunctionNode = ast.FunctionDef | ast.AsyncFunctionDef
Trees = Mapping[Path, ast.Module]


@pytest.fixture(scope="module")
def trees() -> Trees:
    """The source of every module; a worker that runs none of these tests reads none of it."""
    return {
        path: ast.parse(path.read_text(encoding="utf-8"), filename=str(path))
        for path in sorted(PACKAGE.rglob("*.py"))
    }


def name_of(path: Path) -> str:
    return path.relative_to(PACKAGE).as_posix()


def layer_of(path: Path) -> str:
    return path.relative_to(PACKAGE).parts[0]


def is_defs(path: Path) -> bool:
    return layer_of(path) in {"defs", "definitions.py"}


def lines_of(path: Path) -> list[str]:
    return path.read_text(encoding="utf-8").splitlines()


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


def entries_of(folder: Path) -> list[str]:
    """What we put into a folder; what tools leave there and the package mark do not count."""
    return sorted(
        path.name
        for path in folder.iterdir()
        if path.name not in {"__init__.py", "__pycache__"} and not path.name.startswith(".")
    )


def folders(root: Path) -> list[Path]:
    return [root, *(p for p in root.rglob("*") if p.is_dir() and p.name != "__pycache__")]


def is_figure(value: ast.AST) -> bool:
    """Tells whether an expression is made of numbers that somebody chose."""
    if isinstance(value, ast.Constant):
        return isinstance(value.value, int | float) and not isinstance(value.value, bool)
    if isinstance(value, ast.Dict):
        return any(is_figure(part) for part in value.values)
    if isinstance(value, ast.UnaryOp | ast.BinOp | ast.Tuple | ast.List | ast.Set):
        return any(is_figure(part) for part in ast.iter_child_nodes(value))
    is_number = isinstance(value, ast.Call) and NUMBER_MAKER.match(ast.unparse(value.func))
    parts = [*value.args, *(k.value for k in value.keywords)] if is_number else []
    return any(is_figure(part) for part in parts)


def unexplained(text: str) -> list[str]:
    """Names the constants of a module that are numbers and have no comment beside or above.

    One comment may be about several that follow each other.
    """
    lines = text.splitlines()
    found = [
        (node.targets[0] if isinstance(node, ast.Assign) else node.target, node)
        for node in ast.parse(text).body
        if isinstance(node, ast.Assign | ast.AnnAssign) and node.value is not None
        if is_figure(node.value)
    ]
    return [
        name.id
        for name, node in found
        if isinstance(name, ast.Name) and CONSTANT.fullmatch(name.id)
        if not _is_under_comment(lines, node.lineno - 2)
        if not any("  # " in line for line in lines[node.lineno - 1 : node.end_lineno])
    ]


def _is_under_comment(lines: Sequence[str], above: int) -> bool:
    while CONSTANT.match(lines[above]):
        above -= 1
    return lines[above].startswith("#")


def test_a_module_has_one_subject_and_says_which(trees: Trees) -> None:
    too_long = {name_of(p) for p in trees if len(lines_of(p)) > MODULE_LINES}
    vague = {name_of(path) for path in trees if path.stem in BANNED_NAMES}
    silent = {name_of(path) for path, tree in trees.items() if not ast.get_docstring(tree)}

    assert (too_long, vague, silent) == (set(), set(), set())


def test_a_module_that_is_short_has_a_reason(trees: Trees) -> None:
    short = {
        name_of(path)
        for path in trees
        if path.name != "__init__.py" and len(lines_of(path)) < FEWEST_LINES
        if not (layer_of(path) == "phenomena" and path.stem in PHENOMENON_PARTS)
    }

    assert short - set(SHORT) == set()
    assert {name for name in SHORT if (PACKAGE / name).exists()} <= short


def test_functions_fit_on_a_screen(trees: Trees) -> None:
    too_long = {
        f"{name_of(path)}: {function.name}": length_without_docstring(function)
        for path, tree in trees.items()
        if path.parent != MIGRATIONS
        for function in functions(tree)
        if length_without_docstring(function) > FUNCTION_LINES
    }

    assert not too_long


def test_a_package_init_is_only_a_docstring(trees: Trees) -> None:
    more = {
        name_of(path)
        for path, tree in trees.items()
        if path.name == "__init__.py" and (len(tree.body) != 1 or not ast.get_docstring(tree))
    }

    assert not more


def test_every_folder_with_modules_is_a_package() -> None:
    bare = {
        str(folder.relative_to(PACKAGE.parent))
        for root in (PACKAGE, TESTS)
        for folder in folders(root)
        if list(folder.glob("*.py")) and not (folder / "__init__.py").exists()
    }

    assert not bare


def test_a_folder_is_seen_at_a_glance() -> None:
    counts = {
        folder.relative_to(PACKAGE.parent).as_posix(): len(entries_of(folder))
        for root in (PACKAGE, TESTS)
        for folder in folders(root)
    }

    assert {name: n for name, n in counts.items() if n > FULL.get(name, FOLDER_ENTRIES)} == {}
    assert {name for name in FULL if 0 < counts.get(name, 0) <= FOLDER_ENTRIES} == set()


@pytest.mark.parametrize(
    "whens",
    [("at import",), ("at import", "for types"), ("at import", "for types", "inside functions")],
    ids=lambda whens: whens[-1],
)
def test_no_modules_import_each_other(whens: tuple[When, ...], trees: Trees) -> None:
    modules = {name: trees[path] for name, path in modules_of(PACKAGE).items()}

    assert circles(import_graph(modules, *whens)) == []


def test_every_figure_has_its_reason_beside_it(trees: Trees) -> None:
    bare = {
        name_of(path): names
        for path in trees
        if (names := unexplained(path.read_text(encoding="utf-8")))
    }

    assert not bare


def test_only_defs_integration_and_definitions_import_dagster(trees: Trees) -> None:
    strangers = {
        name_of(path)
        for path, tree in trees.items()
        if not is_defs(path)
        and not path.is_relative_to(PACKAGE / "integration")
        and any(is_dagster(name) for name in imported(tree))
    }

    assert not strangers


def test_annotations_that_dagster_reads_are_real(trees: Trees) -> None:
    delayed = {
        name_of(path)
        for path, tree in trees.items()
        if is_defs(path) and "__future__.annotations" in imported(tree)
    }

    assert not delayed


def test_asset_bodies_only_call_the_core(trees: Trees) -> None:
    offenders = {
        f"{name_of(path)}: {function.name}": type(node).__name__
        for path, tree in trees.items()
        if layer_of(path) == "defs"
        for function in functions(tree)
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


def test_a_figure_is_seen_in_what_is_made_of_it() -> None:
    source = (
        "'''Doc.'''\n_A = 5\n# Rows: what a screen shows.\nB = 5\nC = 1 << 3\n\nJ = 1  # bytes\n"
        "D = {'x': (1.0, 2.0)}\nE = timedelta(days=1)\nF = ord('a')\nG: float = -1.0\nH = True\n"
    )

    assert unexplained(source) == ["_A", "D", "E", "G"]


def test_a_circle_is_found_whenever_it_is_closed(tmp_path: Path) -> None:
    texts = {
        "a": "from p import b\n",
        "b": "from typing import TYPE_CHECKING\nif TYPE_CHECKING:\n    from p.c import x\n",
        "c": "def f():\n    import p.a\n",
    }
    package = tmp_path / "p"
    package.mkdir()
    for name, text in texts.items():
        (package / f"{name}.py").write_text(text)
    modules = {name: ast.parse(path.read_text()) for name, path in modules_of(package).items()}

    assert circles(import_graph(modules, "at import", "for types")) == []
    assert circles(import_graph(modules, "at import", "for types", "inside functions")) == [
        ["p.a", "p.b", "p.c"]
    ]
