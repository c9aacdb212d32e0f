"""Reads the YAML files of config/: mappings in which every key stands once.

What belongs here: the way from a file to a mapping, with refusals that name file and line. What
the keys mean, their models say. The dialect of the rule files is in rules/yaml/text.py.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import yaml

from dmaic_assets.errors import SettingsError

_Node: TypeAlias = Any  # PyYAML is untyped
_MERGE = "tag:yaml.org,2002:merge"


def read_mapping(path: Path) -> dict[str, Any]:
    """Reads a YAML file; one that is not there, or holds nothing, is an empty mapping.

    Raises:
        SettingsError: It is a folder or another thing that is no file, cannot be read, is no YAML,
            no mapping, or has a key twice; names the file and the line.
    """
    if not is_there(path):
        return {}
    try:
        node, content = _parsed(path.read_text(encoding="utf-8"))
    except (yaml.YAMLError, UnicodeDecodeError, ValueError, RecursionError) as error:
        raise SettingsError(str(path), f"not YAML: {error}", "Correct the file.") from error
    except OSError as error:
        fix = "Give this user read access to the file, or remove it."
        raise SettingsError(str(path), f"cannot be read: {error.strerror}", fix) from error
    refuse_repeated_keys(node, str(path))
    if content is None:
        return {}
    if not isinstance(content, Mapping):
        raise SettingsError(str(path), "not a mapping of keys", "Start with `key: value` lines.")
    return dict(content)


def is_there(path: Path) -> bool:
    """Tells whether a file of the configuration is there.

    Raises:
        SettingsError: A folder has its name, or a link that leads nowhere: what is meant to be
            said there would be passed over.
    """
    if path.is_file():
        return True
    if path.exists() or path.is_symlink():
        what = "a folder" if path.is_dir() else "no file"
        fix = "Move it away, or put a YAML file in its place."
        raise SettingsError(str(path), f"is {what}, where a file is read", fix)
    return False


def refuse_repeated_keys(node: _Node, subject: str) -> None:
    """Refuses a parsed YAML document in which a mapping has a key twice: one would win silently.

    Raises:
        SettingsError: A key stands twice; names the line of the second one.
    """
    pending, met = [node], set[int]()
    while pending:
        part = pending.pop()
        if id(part) in met:
            continue
        met.add(id(part))
        if isinstance(part, yaml.SequenceNode):
            pending.extend(part.value)
        if not isinstance(part, yaml.MappingNode):
            continue
        seen: set[str] = set()
        for key, value in part.value:
            name = str(key.value)
            if name in seen and key.tag != _MERGE:
                place = f"{subject}, line {key.start_mark.line + 1}"
                raise SettingsError(place, f"key {name} stands twice", "Keep one of them.")
            seen.add(name)
            pending.append(value)


def _parsed(text: str) -> tuple[_Node, object]:
    # Construction folds merged keys into the nodes: what stands twice is looked for in its own.
    return yaml.compose(text, Loader=yaml.SafeLoader), yaml.safe_load(text)
