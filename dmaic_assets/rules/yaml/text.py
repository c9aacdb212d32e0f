"""The YAML dialect of the rule files: scalars that mean what they look like, and stable bytes.

Reading follows the YAML 1.2 core schema with one restriction: only true and false are Booleans
(a country code NO stays text), dates and 12:30 stay text, and so does 007. Writing uses one
spelling per value, so that equal values give equal bytes on every machine.
"""

import math
import re
from collections.abc import Mapping, Sequence
from typing import Any, ClassVar, TypeAlias

import yaml

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json
from dmaic_assets.settings.files import refuse_repeated_keys

_PLAIN = re.compile(r"[A-Za-z_][A-Za-z0-9_.@/+()-]*(?: [A-Za-z0-9_.@/+()-]+)*")
_WORDS = frozenset({"true", "false", "null", "yes", "no", "on", "off", "y", "n"})
_DIGITS = "0123456789"
_NUMBER_START = f"+-.{_DIGITS}"
_INTEGER = re.compile(r"[-+]?(?:0|[1-9][0-9]*)$")
_FLOAT = re.compile(
    r"[-+]?(?:[0-9]+\.[0-9]*|\.[0-9]+)(?:[eE][-+]?[0-9]+)?$|[-+]?[0-9]+[eE][-+]?[0-9]+$"
)
_BOOLEAN = re.compile(r"(?:true|True|TRUE|false|False|FALSE)$")
_NULL = re.compile(r"(?:~|null|Null|NULL)?$")

_Node: TypeAlias = Any  # PyYAML is untyped
_Base: Any = getattr(yaml, "CSafeLoader", yaml.SafeLoader)


def _resolvers() -> dict[str, list[tuple[str, re.Pattern[str]]]]:
    found: dict[str, list[tuple[str, re.Pattern[str]]]] = {}
    table = (
        ("bool", _BOOLEAN, "tTfF"),
        ("null", _NULL, ("", "~", "n", "N")),
        ("int", _INTEGER, _NUMBER_START),
        ("float", _FLOAT, _NUMBER_START),
    )
    for tag, pattern, starts in table:
        for start in starts:
            found.setdefault(start, []).append((f"tag:yaml.org,2002:{tag}", pattern))
    return found


class _Loader(_Base):
    """PyYAML's safe loader (the C one where there is one) under the schema above."""

    yaml_implicit_resolvers: ClassVar[dict[str, list[tuple[str, re.Pattern[str]]]]] = _resolvers()


class Document:
    """A parsed YAML text that still knows on which line each part of it starts."""

    def __init__(self, text: str, subject: str) -> None:
        """Parses a text.

        Raises:
            BadInputError: It is not YAML, or a mapping has a key twice; names the line.
        """
        loader = _Loader(text)
        try:
            self._root: Any = loader.get_single_node()
            self.value: Any = None if self._root is None else loader.construct_document(self._root)
        except (yaml.YAMLError, ValueError, TypeError, RecursionError) as error:
            raise _not_yaml(subject, error) from error
        finally:
            loader.dispose()
        refuse_repeated_keys(self._root, subject)

    def line(self, *path: str | int) -> int | None:
        """The 1-based line where the part at a path of keys and positions starts."""
        node = self._root
        for step in path:
            node = _child(node, step)
            if node is None:
                return None
        return None if node is None else int(node.start_mark.line) + 1


def _child(node: _Node, step: str | int) -> _Node:
    if isinstance(node, yaml.MappingNode):
        return next((v for k, v in node.value if getattr(k, "value", None) == step), None)
    if isinstance(node, yaml.SequenceNode) and isinstance(step, int) and step < len(node.value):
        return node.value[step]
    return None


def _not_yaml(subject: str, error: Exception) -> BadInputError:
    mark: Any = getattr(error, "problem_mark", None)
    problem = getattr(error, "problem", None) or str(error) or type(error).__name__
    place = f"{subject}, line {mark.line + 1}" if mark is not None else subject
    return BadInputError(place, f"not YAML: {problem}", "Correct the line, or the one before it.")


def inline(value: "Json | Mapping[str, Json] | Sequence[Json]") -> str:
    """Writes a value on one line: the spelling that `Document` reads back as the same value.

    Raises:
        BadInputError: A number is not finite; JSON and YAML readers disagree about those.
    """
    if isinstance(value, Mapping):
        return "{" + ", ".join(f"{_text(str(k))}: {inline(v)}" for k, v in value.items()) + "}"
    if isinstance(value, str):
        return _text(value)
    if isinstance(value, Sequence):
        return "[" + ", ".join(inline(v) for v in value) + "]"
    if value is None or isinstance(value, bool):
        return {None: "null", True: "true", False: "false"}[value]
    if not math.isfinite(value):
        raise BadInputError("rule file", f"{value} is not a finite number", "Use a finite number.")
    return repr(value)


def _text(text: str) -> str:
    if _PLAIN.fullmatch(text) and text.lower() not in _WORDS:
        return text
    return '"' + "".join(_escaped(c) for c in text) + '"'


def _escaped(character: str) -> str:
    if character in '"\\':
        return "\\" + character
    if character.isprintable():
        return character
    code = ord(character)
    if code < 0x100:
        return f"\\x{code:02x}"
    return f"\\u{code:04x}" if code < 0x10000 else f"\\U{code:08x}"
