"""Every public function is reached by a command, an asset or a page; what only tests call is dead.

Read from the source text. A top-level definition reaches every name in its body that is defined
beside it or imported, and what its module runs at import. A module that is handed on as a value,
or named in a string, is reached with all that it has.
"""

import ast
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path

import dmaic_assets

PACKAGE = Path(dmaic_assets.__file__).parent
# What frameworks load and call: the command line, the web server, Dagster.
ENTRANCES = ("cli", "web", "defs", "definitions")
# What people import into projects of their own; the guides tell them.
PUBLIC = (
    ("dmaic_assets.integration.checks", "learnt_checks"),
    ("dmaic_assets.integration.gated", "gated_asset"),
)
# Alembic loads these as files and calls `upgrade` by its name.
MIGRATIONS = "store.ledger.migrations"
# Statistics of the studies to come, tested and not yet asked for. The bench empties this list.
STUDIES = frozenset(
    {
        "sixsigma.capability.attribute",
        "sixsigma.capability.box_cox",
        "sixsigma.capability.transforms",
        "sixsigma.charts.batch",
        "sixsigma.charts.constants",
        "sixsigma.charts.count_limits",
        "sixsigma.charts.counts",
        "sixsigma.charts.estimators",
        "sixsigma.charts.measures",
        "sixsigma.charts.memory",
        "sixsigma.charts.multivariate",
        "sixsigma.charts.phases",
        "sixsigma.charts.within_sigma",
        "sixsigma.defects.defects",
        "sixsigma.defects.reliability",
        "sixsigma.defects.reliability_trend",
        "sixsigma.defects.sampling_plans",
        "sixsigma.defects.yields",
        "sixsigma.designs.nested",
        "sixsigma.designs.two_way",
        "sixsigma.msa.agreement",
        "sixsigma.msa.bias",
        "sixsigma.msa.components",
        "sixsigma.msa.crossed",
        "sixsigma.msa.levels",
        "sixsigma.msa.nested",
        "sixsigma.msa.ranges",
        "sixsigma.msa.raters",
        "sixsigma.msa.study",
        "sixsigma.regression.diagnostics",
        "sixsigma.regression.linear",
        "sixsigma.tests.contingency",
        "sixsigma.tests.descriptive",
        "sixsigma.tests.effects",
        "sixsigma.tests.noncentral",
        "sixsigma.tests.normality",
        "sixsigma.tests.posthoc",
        "sixsigma.tests.power",
        "sixsigma.tests.ranks",
        "sixsigma.tests.ttests",
        "sixsigma.tests.variances",
    }
)
Reference = tuple[str, str]
_DOTTED = re.compile(r"dmaic_assets(?:\.\w+)+")
_DEFINITIONS = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass
class Source:
    """A module: what its top-level definitions refer to ("" is the module itself)."""

    name: str
    references: dict[str, set[Reference]] = field(default_factory=dict)
    functions: dict[str, bool] = field(default_factory=dict)


def module_name(path: Path, root: Path) -> str:
    parts = path.relative_to(root.parent).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def sources_of(root: Path) -> dict[str, Source]:
    trees = {module_name(p, root): ast.parse(p.read_text("utf-8")) for p in root.rglob("*.py")}
    return {name: _source(name, tree, trees) for name, tree in trees.items()}


def _source(name: str, tree: ast.Module, known: Mapping[str, ast.Module]) -> Source:
    found = Source(name, {"": set()})
    imports = dict(_imports(tree, known))
    own = {node.name for node in tree.body if isinstance(node, _DEFINITIONS)}
    own |= {n.id for node in tree.body for n in ast.walk(node) if _is_stored(n)}
    for node in tree.body:
        key = node.name if isinstance(node, _DEFINITIONS) else ""
        refers = found.references.setdefault(key, set())
        refers |= _references(node, name, imports, own, known)
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef):
            found.functions[key] = bool(node.decorator_list)
    return found


def _is_stored(node: ast.AST) -> bool:
    return isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)


def _imports(tree: ast.Module, known: Mapping[str, ast.Module]) -> Iterator[tuple[str, Reference]]:
    """Names of ours that a module imports anywhere; a module has the symbol ""."""
    for node in ast.walk(tree):
        if isinstance(node, ast.ImportFrom) and node.module in known:
            for alias in node.names:
                below = f"{node.module}.{alias.name}"
                target = (below, "") if below in known else (node.module, alias.name)
                yield alias.asname or alias.name, target
        elif isinstance(node, ast.Import):
            yield from (
                (a.asname, (a.name, "")) for a in node.names if a.asname and a.name in known
            )


def _references(
    node: ast.AST,
    module: str,
    imports: Mapping[str, Reference],
    own: set[str],
    known: Mapping[str, ast.Module],
) -> set[Reference]:
    """What a piece of source names; a module as a value stands for all that it has."""
    found, through = _through_modules(node, imports)
    for inner in ast.walk(node):
        if isinstance(inner, ast.Name) and inner not in through:
            target = imports.get(inner.id)
            if target:
                found.add(target if target[1] else (target[0], "*"))
            elif inner.id in own:
                found.add((module, inner.id))
        elif isinstance(inner, ast.Constant) and isinstance(inner.value, str):
            found |= {(name, "*") for name in _DOTTED.findall(inner.value) if name in known}
    return found


def _through_modules(
    node: ast.AST, imports: Mapping[str, Reference]
) -> tuple[set[Reference], set[ast.expr]]:
    """What stands behind `module.thing`, and the names of the modules in it."""
    found: set[Reference] = set()
    through: set[ast.expr] = set()
    for inner in ast.walk(node):
        if isinstance(inner, ast.Attribute) and isinstance(inner.value, ast.Name):
            module, symbol = imports.get(inner.value.id, ("", ""))
            if module and not symbol:
                through.add(inner.value)
                found |= {(module, ""), (module, inner.attr)}
    return found, through


def reached(sources: Mapping[str, Source], roots: Iterable[Reference]) -> set[Reference]:
    found: set[Reference] = set()
    waiting = list(roots)
    while waiting:
        module, name = waiting.pop()
        if (module, name) in found or module not in sources:
            continue
        found.add((module, name))
        source = sources[module]
        names = source.references if name == "*" else [name, ""]
        waiting += [(module, key) for key in names]
        waiting += source.references.get(name, ())
    return found


def roots_of(sources: Mapping[str, Source], entrances: Iterable[str]) -> Iterator[Reference]:
    """What a framework calls: modules of the entrances, and the decorated functions in them."""
    for source in sources.values():
        inner = source.name.partition(".")[2]
        if inner.startswith(f"{MIGRATIONS}."):
            yield source.name, "*"
        if any(inner == place or inner.startswith(f"{place}.") for place in entrances):
            called = (name for name, is_decorated in source.functions.items() if is_decorated)
            yield from ((source.name, name) for name in ("", *called))
    yield from (reference for reference in PUBLIC if reference[0] in sources)


def unreached(sources: Mapping[str, Source], entrances: Iterable[str]) -> dict[str, list[str]]:
    """Public functions that nothing reaches, by module."""
    found = reached(sources, roots_of(sources, entrances))
    dead = {
        name: [f for f in source.functions if not f.startswith("_") and (name, f) not in found]
        for name, source in sources.items()
    }
    return {name.partition(".")[2]: names for name, names in dead.items() if names}


def test_every_public_function_is_reached_by_the_product() -> None:
    dead = unreached(sources_of(PACKAGE), ENTRANCES)
    named = {f"{m}.{name}" for m, names in dead.items() if m not in STUDIES for name in names}

    assert named == set(), "nothing in the product reaches these: use or delete them"
    assert set(dead) >= STUDIES, "a study that the product reaches leaves the list"


def test_the_list_of_studies_holds_statistics_only() -> None:
    assert all(module.startswith(("sixsigma.", "analysis.")) for module in STUDIES)


def test_a_function_that_nothing_calls_is_found(tmp_path: Path) -> None:
    root = tmp_path / "dmaic_assets"
    files = {
        "cli/main.py": "import click\nfrom dmaic_assets.parts import used\n"
        "@click.command()\ndef go(): used.sum_up()\n",
        "parts/used.py": "from dmaic_assets.parts import whole\nKINDS = (whole,)\n"
        "def sum_up(): return _add()\ndef _add(): return reached()\n"
        "def reached(): ...\ndef dead(): return dead_too()\ndef dead_too(): ...\n",
        "parts/whole.py": "def learn(): ...\ndef judge(): ...\n",
        "parts/unused.py": "from dmaic_assets.parts.used import reached\ndef alone(): reached()\n",
    }
    for name, text in files.items():
        path = root / name
        path.parent.mkdir(parents=True, exist_ok=True)
        (path.parent / "__init__.py").touch()
        path.write_text(text)

    dead = unreached(sources_of(root), ["cli"])

    assert dead == {"parts.used": ["dead", "dead_too"], "parts.unused": ["alone"]}
