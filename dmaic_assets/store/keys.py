"""Keys by content: canonical JSON, SHA-256, and code versions derived from source text.

What belongs here: turning values, files and code into names that never depend on order, place
or time. What a key stands for, its caller says.
"""

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from functools import lru_cache
from importlib.machinery import ModuleSpec, PathFinder
from importlib.metadata import PackageNotFoundError, version
from importlib.util import find_spec
from pathlib import Path
from typing import cast

from dmaic_assets.errors import BadInputError, InvariantError, StoreError
from dmaic_assets.model import Json
from dmaic_assets.store.source_digests import digest_of

# Raised when the rules of canonical_json or code_version change: every key changes with it.
KEY_RULES = "dmaic-key-1"
_OWN = "dmaic_assets."
# The types that `json` writes as the canonical form has them; other ones are looked at one by one.
_TEXT = frozenset({str})
_SCALARS = frozenset({str, int, float, bool, type(None)})
_LISTS = frozenset({list, tuple})
# One for all: json.dumps would build one for each value.
_ENCODER = json.JSONEncoder(
    sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
)


def canonical_json(value: object) -> str:
    """Spells a JSON value in exactly one way.

    Keys are sorted by code point, no blanks, text as it is (no Unicode normalisation). 1, 1.0,
    true and "1" stay apart; so do 0.0 and -0.0. Tuples count as lists and any mapping as an
    object; everything else that JSON does not have is refused rather than guessed at.

    Raises:
        InvariantError: A key is not text, a number is not finite, or a value has no JSON form;
            names the place.
    """
    # A copy is made of what is not plain only: of a mapping of another type, and to name a place.
    if _is_plain(value):
        try:
            return _ENCODER.encode(value)
        except ValueError:
            pass
    return _ENCODER.encode(_plain(value, "$"))


def sha256_json(value: object) -> str:
    """Hashes the canonical JSON of a value together with the version of the rules.

    Returns:
        64 hex digits.

    Raises:
        InvariantError: As `canonical_json`.
    """
    return sha256_spelled(canonical_json(value))


def sha256_spelled(spelled: str) -> str:
    """Hashes a value whose canonical JSON is spelled already, to what `sha256_json` gives."""
    # surrogatepass: a lone surrogate is a different text, not an error.
    text = f"{KEY_RULES}\n{spelled}"
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()


def sha256_file(path: Path) -> str:
    """Hashes a file's bytes.

    Raises:
        StoreError: The file cannot be read.
    """
    try:
        with path.open("rb") as handle:
            return hashlib.file_digest(handle, "sha256").hexdigest()
    except OSError as error:
        raise StoreError(
            str(path),
            f"cannot be read: {error.strerror or error}",
            "Check the path and its rights.",
        ) from error


def code_version(modules: Sequence[str], *, libraries: Sequence[str] = ()) -> str:
    """Hashes what the named modules do, without importing them.

    The hash is over each module's syntax tree: comments, blank lines and docstrings do not
    count, everything else does (a module that reads docstrings keeps its own). A package stands
    for all modules below it. The order of names is irrelevant. Computed once per process, so a
    process that outlives an edit keeps the version of the code that it runs.

    Args:
        modules: Dotted names of modules or packages.
        libraries: Distributions whose installed version matters too.

    Returns:
        64 hex digits.

    Raises:
        BadInputError: A module has no source or a library is not installed.
    """
    return _code_version(tuple(sorted(set(modules))), tuple(sorted(set(libraries))))


@lru_cache(maxsize=256)
def _code_version(modules: tuple[str, ...], libraries: tuple[str, ...]) -> str:
    trees = {name: tree for module in modules for name, tree in _trees(module).items()}
    return sha256_json({"code": trees, "libraries": {n: _library_version(n) for n in libraries}})


def _library_version(name: str) -> str:
    try:
        return version(name)
    except PackageNotFoundError as error:
        raise BadInputError(
            name, "no such library here", "Install it or correct the name."
        ) from error


def _trees(module: str) -> dict[str, str]:
    spec = _find(module)
    names = {module: spec}
    for folder in spec.submodule_search_locations or ():
        for path in sorted(Path(folder).rglob("*.py")):
            parts = path.relative_to(folder).with_suffix("").parts
            dotted = ".".join((module, *(p for p in parts if p != "__init__")))
            names.setdefault(dotted, _find(dotted))
    return {name: _tree_hash(name, found) for name, found in names.items()}


def _find(module: str) -> ModuleSpec:
    return _find_own(module) if module.startswith(_OWN) else _find_any(module)


@lru_cache(maxsize=4096)
def _find_own(module: str) -> ModuleSpec:
    """Looks a module of this package up once per process: what runs does not move."""
    return _find_any(module)


def _find_any(module: str) -> ModuleSpec:
    top, *rest = module.split(".")
    spec, name = find_spec(top), top
    # Part by part: find_spec on a dotted name would execute the parent packages.
    for part in rest:
        if spec is None:
            break
        name = f"{name}.{part}"
        spec = PathFinder.find_spec(name, spec.submodule_search_locations or [])
    if spec is None:
        raise BadInputError(module, "no such module", "Name modules as in an import statement.")
    return spec


def _tree_hash(name: str, spec: ModuleSpec) -> str:
    if spec.origin is None or not spec.origin.endswith(".py"):
        raise BadInputError(name, "the module has no source text", "Name Python modules.")
    return digest_of(Path(spec.origin)).tree


def _is_plain(value: object) -> bool:
    """Whether JSON has all types in a value, with texts as keys; numbers may not be finite."""
    if type(value) in _SCALARS:
        return True
    if type(value) is dict:
        mapping = cast("dict[object, object]", value)
        items: Collection[object] = mapping.values()
        if not _TEXT.issuperset(map(type, mapping)):
            return False
    elif type(value) in _LISTS:
        items = cast("Sequence[object]", value)
    else:
        return False
    return _SCALARS.issuperset(map(type, items)) or all(map(_is_plain, items))


def _plain(value: object, place: str) -> Json:
    if value is None or isinstance(value, str | bool | int):
        return value
    if isinstance(value, float):
        return _finite(value, place)
    if isinstance(value, Mapping):
        items = cast("Mapping[object, object]", value).items()
        return {_text(key, place): _plain(item, f"{place}.{key}") for key, item in items}
    if isinstance(value, list | tuple):
        entries = cast("Sequence[object]", value)
        return [_plain(item, f"{place}[{at}]") for at, item in enumerate(entries)]
    raise InvariantError(
        f"canonical JSON at {place}",
        f"{type(value).__name__} has no canonical form",
        "Convert it to text, a number, a list or an object first.",
    )


def _finite(value: float, place: str) -> float:
    if value - value == 0:
        return float(value)
    raise InvariantError(
        f"canonical JSON at {place}", f"{value} is not finite", "Say null or a text instead."
    )


def _text(key: object, place: str) -> str:
    if isinstance(key, str):
        return key
    raise InvariantError(
        f"canonical JSON at {place}", f"the key {key!r} is not text", "Use text as object keys."
    )
