"""Code versions: which modules each asset's value depends on, derived from their source.

Never typed by hand: an asset's entry names the module that computes it, and the version is a hash
over that module and every module of this package that it imports, directly or not.
"""

from collections.abc import Iterable, Mapping
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import AssetName
from dmaic_assets.store.keys import code_version
from dmaic_assets.store.source_digests import SourceDigest, derived_from_code, digest_of
from dmaic_assets.work.assets.asset import Code
from dmaic_assets.work.assets.of_a_file import LIBRARIES
from dmaic_assets.work.assets.registry import ASSETS, WORK_ORDER

# The vocabulary says nothing about values: a new field or error class changes no result.
_NEUTRAL = frozenset({"dmaic_assets.errors", "dmaic_assets.model", "dmaic_assets.settings.project"})
# Entries name the modules whose source counts; their own words change no value either.
_ENTRIES = "dmaic_assets.work.assets"


@cache
def code_versions() -> Mapping[AssetName, str]:
    """Tells the code version of every asset of a file; reads the modules once per process."""
    return {name: asset_code(name) for name in WORK_ORDER}


@cache
def asset_code(name: str) -> str:
    """Tells the code version of an asset, by what its entry says that it comes from.

    Raises:
        InvariantError: There is no such asset, or it tells its code version itself.
    """
    code = ASSETS[name].code if name in ASSETS else None
    if code is None:
        raise InvariantError(f"asset {name}", "no entry tells its code", "Give its entry `code`.")
    return derived_from_code(f"asset {name}", lambda: _version_of(code))


def _version_of(code: Code) -> str:
    modules = code.modules if code.is_closed else sorted(import_closure(code.modules))
    return code_version(modules, libraries=code.libraries)


@cache
def code_version_from(root: str) -> str:
    """Tells the code version of what one module computes."""
    code = Code((root,), LIBRARIES)
    return derived_from_code(f"module {root}", lambda: _version_of(code))


def import_closure(roots: Iterable[str]) -> frozenset[str]:
    """Finds every module of this package that the roots import, themselves included.

    Lazy imports inside functions count: what can run can change the result.
    """
    found: set[str] = set()
    waiting = list(roots)
    while waiting:
        module = waiting.pop()
        if module in found or module in _NEUTRAL or module.startswith(_ENTRIES):
            continue
        path = _source(module)
        if path is None:
            continue
        found.add(module)
        waiting.extend(_imported(digest_of(path)))
    return frozenset(found)


def _imported(source: SourceDigest) -> Iterable[str]:
    for package, names in source.imports:
        if names and _is_package(package):
            # The package's own name would stand for every module below it.
            yield from (f"{package}.{name}" for name in names)
        else:
            yield package


@cache
def _source(module: str) -> Path | None:
    parent = module.rpartition(".")[0]
    if parent and parent != "dmaic_assets" and not _is_package(parent):
        return None
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return None
    return Path(spec.origin) if spec is not None and spec.origin is not None else None


@cache
def _is_package(module: str) -> bool:
    try:
        spec = find_spec(module)
    except ModuleNotFoundError:
        return False
    return spec is not None and spec.submodule_search_locations is not None
