"""What each module of the package does and imports, remembered by the stat of its source file.

What belongs here: reading source text, and the memory that spares reading it at every start. What
a code version is made of says `keys`; which modules count, `work.plan.code_versions`.

The memory lies where Python keeps compiled modules, and like these it is only ever a saving: it
may be deleted at any time, and where it cannot be written every start reads the sources again.
"""

import ast
import hashlib
import json
import os
import re
from collections.abc import Callable
from contextlib import suppress
from dataclasses import dataclass
from functools import cache
from importlib.util import cache_from_source
from pathlib import Path
from typing import TypedDict, cast

from dmaic_assets.store.file_stat import FileStat
from dmaic_assets.store.tree_stats import PACKAGE, code_stats, look_at

# Raised when a digest is made in another way: what older code remembered counts no more.
_FORM = 2
_CODE_NOTES = ("__doc__", "getdoc")
_IMPORT = re.compile(
    r"^\s*(?:from\s+(dmaic_assets[\w.]*)\s+import\s+(\([^)]*\)|[^\n#]+)|import\s+(dmaic_assets[\w.]*))",
    re.MULTILINE,
)
_NAME = re.compile(r"\w+")


class _Held(TypedDict):
    """The memory as it is stored: stat, tree and imports by path; answers hold for `code`."""

    form: int
    code: str
    answers: dict[str, str]
    modules: dict[str, tuple[list[int], str, list[tuple[str, list[str]]]]]


@dataclass(frozen=True, slots=True)
class SourceDigest:
    """A module's source: the hash of its syntax tree, and what of this package it imports.

    `imports` are pairs of a dotted name and the names taken from it (none for a plain import),
    wherever they stand: what can run can change the result.
    """

    tree: str
    imports: tuple[tuple[str, tuple[str, ...]], ...]


def digest_of(path: Path) -> SourceDigest:
    """Tells what the source file of a module does and imports.

    Comments, blank lines and docstrings do not count, everything else does; a module that reads
    docstrings keeps its own.

    Raises:
        OSError: The file cannot be read.
        SyntaxError: It is no Python.
    """
    if not path.is_relative_to(PACKAGE):
        return _digest(path.read_text(encoding="utf-8"))
    return _memory().digest(path)


def derived_from_code(name: str, derive: Callable[[], str]) -> str:
    """Gives what was derived from the package's sources and the installed libraries.

    It is derived again when a module or a folder of libraries has another stat than it had. What
    was read for it is kept for later starts.
    """
    memory = _memory()
    answer = memory.answer(name, derive)
    memory.flush()
    return answer


class _Memory:
    """Digests by path, each with the stat of the file that it was taken of, and answers."""

    def __init__(self, place: Path) -> None:
        self._place = place
        held = _held(place)
        self._known = _remembered(held)
        self._code = look_at(code_stats())
        self._answers = _answers(held, self._code.digest)
        self._is_changed = False

    def answer(self, name: str, derive: Callable[[], str]) -> str:
        if name not in self._answers:
            self._answers[name] = derive()
            self._is_changed = True
        return self._answers[name]

    def digest(self, path: Path) -> SourceDigest:
        now = FileStat.of(path.stat())
        known = self._known.get(str(path))
        if known is not None and known[0] == now:
            return known[1]
        found = _digest(path.read_text(encoding="utf-8"))
        self._known[str(path)] = (now, found)
        self._is_changed = True
        return found

    def flush(self) -> None:
        if not self._is_changed:
            return
        self._is_changed = False
        now_ns = _time_of(self._place.parent)
        kept = {
            path: [list(stat), found.tree, found.imports]
            for path, (stat, found) in self._known.items()
            if stat.is_settled(now_ns)
        }
        is_settled = self._code.is_settled(now_ns)
        answers = self._answers if is_settled else {}
        held = {"form": _FORM, "code": self._code.digest, "answers": answers, "modules": kept}
        text = json.dumps(held)
        beside = self._place.with_name(f"{self._place.name}.{os.getpid()}")
        with suppress(OSError):
            self._place.parent.mkdir(exist_ok=True)
            beside.write_text(text, encoding="utf-8")
            beside.replace(self._place)


@cache
def _memory() -> _Memory:
    compiled = Path(cache_from_source(str(PACKAGE / "__init__.py")))
    return _Memory(compiled.with_name("source_digests.json"))


def _time_of(folder: Path) -> int:
    """The time by the file system's own clock, in nanoseconds; 0 where it cannot be asked."""
    probe = folder / f"now.{os.getpid()}"
    try:
        folder.mkdir(exist_ok=True)
        probe.touch()
        now_ns = probe.stat().st_mtime_ns
        probe.unlink()
    except OSError:
        return 0
    return now_ns


def _held(place: Path) -> _Held | None:
    """What an earlier start kept; None when there is nothing or it cannot be used."""
    try:
        held = cast("_Held", json.loads(place.read_text(encoding="utf-8")))
        return held if held["form"] == _FORM else None
    except (OSError, ValueError, TypeError, KeyError):
        return None


def _remembered(held: _Held | None) -> dict[str, tuple[FileStat, SourceDigest]]:
    try:
        return {
            path: (
                FileStat(*stat),
                SourceDigest(tree, tuple((name, tuple(taken)) for name, taken in imports)),
            )
            for path, (stat, tree, imports) in (held["modules"] if held else {}).items()
        }
    except (ValueError, TypeError, KeyError, AttributeError):
        return {}


def _answers(held: _Held | None, code: str) -> dict[str, str]:
    try:
        return dict(held["answers"]) if held and held["code"] == code else {}
    except (ValueError, TypeError, KeyError):
        return {}


def _digest(source: str) -> SourceDigest:
    tree = ast.parse(source)
    if not any(note in source for note in _CODE_NOTES):
        for node in ast.walk(tree):
            _drop_docstring(node)
    dumped = ast.dump(tree).encode("utf-8", "surrogatepass")
    return SourceDigest(hashlib.sha256(dumped).hexdigest(), tuple(_imports(source)))


def _imports(source: str) -> list[tuple[str, tuple[str, ...]]]:
    return [
        (plain or package, () if plain else tuple(_NAME.findall(names)))
        for package, names, plain in _IMPORT.findall(source)
    ]


def _drop_docstring(node: ast.AST) -> None:
    if not isinstance(node, ast.Module | ast.ClassDef | ast.FunctionDef | ast.AsyncFunctionDef):
        return
    match node.body:
        case [ast.Expr(value=ast.Constant(value=str())), *rest]:
            node.body = rest
        case _:
            pass
