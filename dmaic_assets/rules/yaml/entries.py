"""Entries of a rule file as rules and column types, each mistake with its line and key.

What belongs here: reading one mapping. The file's own keys are yaml_file.py's.
"""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import replace
from typing import Any, Literal, TypeVar, get_args

from dmaic_assets.errors import BadInputError
from dmaic_assets.model import (
    SEVERITIES,
    ColumnType,
    Rule,
    RuleAction,
    RuleChange,
    RuleOrigin,
    TypeName,
)
from dmaic_assets.phenomena.registry import KINDS
from dmaic_assets.rules.yaml.text import Document

ChoiceT = TypeVar("ChoiceT", bound=str)

_RULE_KEYS = (
    "id", "kind", "columns", "parameters", "severity", "tolerance", "origin", "enabled",
    "description", "evidence",
)  # fmt: skip
_ORIGINS: tuple[RuleOrigin, ...] = get_args(RuleOrigin)
_ACTIONS: tuple[RuleAction, ...] = get_args(RuleAction)
_CHANGE_KEYS = (
    "version", "action", "rule", "file", "at", "by", "reason", "before", "after",
)  # fmt: skip
_TYPES: tuple[TypeName, ...] = get_args(TypeName)
_DECIDERS: tuple[Literal["override", "expected", "automatic", "fallback", "native"], ...] = (
    "override",
    "expected",
    "automatic",
    "fallback",
    "native",
)
_TYPE_KEYS = (
    "column", "type", "physical", "pattern", "decided_by", "confidence", "reason", "format",
    "unit", "is_ambiguous", "null_tokens",
)  # fmt: skip


class Entry:
    """One part of a document, known by its path, that reads its keys and refuses what is wrong."""

    def __init__(
        self, document: Document, subject: str, path: tuple[str | int, ...], name: str = ""
    ) -> None:
        self._document = document
        self._subject = subject
        self._path = path
        self._name = name
        self._value: Any = document.value
        for step in path:
            self._value = self._value[step]

    def named(self, name: str) -> "Entry":
        """The same part, with what errors call it."""
        return Entry(self._document, self._subject, self._path, f"{name}: ")

    def at(self, *steps: str | int) -> "Entry":
        """A part of this part."""
        return Entry(self._document, self._subject, (*self._path, *steps), self._name)

    def error(self, culprit: str, fix: str, key: str | None = None) -> BadInputError:
        """Builds the refusal, with the line of the key, else of the part."""
        line = self._document.line(*self._path, key) if key else None
        line = line or self._document.line(*self._path)
        place = f"{self._subject}, line {line}" if line else self._subject
        return BadInputError(place, f"{self._name}{culprit}", fix)

    def mapping(self, keys: Sequence[str]) -> "Entry":
        """Refuses anything but a mapping with some of `keys`; nothing at all counts as empty."""
        if self._value is None:
            self._value = {}
        if not isinstance(self._value, dict):
            raise self.error(
                "is not a mapping of keys", f"Write `key: value` lines: {', '.join(keys)}."
            )
        for key in self._value:
            if key not in keys:
                raise self.error(
                    f"key {key} is unknown",
                    f"Remove or rename it; known: {', '.join(keys)}.",
                    str(key),
                )
        return self

    def entries(self, key: str) -> Iterator["Entry"]:
        """The parts of a list; none when the key is absent."""
        value = self._value.get(key)
        if value is None:
            return
        if not isinstance(value, list):
            raise self.error(
                f"key {key} is not a list", f"Start each entry of {key} with `- `.", key
            )
        for position in range(len(value)):
            yield self.at(key, position)

    def text(self, key: str, default: str | None = None) -> str:
        """The text of a key; a number or Boolean is refused, since its spelling is lost."""
        value = self._value.get(key, default)
        if value is None:
            raise self.error(f"key {key} is missing", f"Give {key}.")
        if not isinstance(value, str):
            raise self.error(f"key {key}: {value!r} is not text", f"Put {key} in quotes.", key)
        return value

    def optional_text(self, key: str) -> str | None:
        """The text of a key, or None when it is absent or null."""
        return None if self._value.get(key) is None else self.text(key)

    def one_of(self, key: str, choices: Sequence[ChoiceT], default: str | None = None) -> ChoiceT:
        """The text of a key, which is one of `choices`."""
        value = self.text(key, default)
        for choice in choices:
            if choice == value:
                return choice
        known = ", ".join(choices)
        raise self.error(f"key {key}: {value} is none of {known}", f"Correct {key}.", key)

    def texts(self, key: str) -> tuple[str, ...]:
        """A list of texts; none when the key is absent. A single text is a list of one."""
        value = self._value.get(key)
        items = [] if value is None else [value] if isinstance(value, str) else value
        if not isinstance(items, list) or not all(isinstance(item, str) for item in items):
            raise self.error(f"key {key} is not a list of texts", "Put each item in quotes.", key)
        return tuple(items)

    def flag(self, key: str, *, default: bool) -> bool:
        """A Boolean."""
        value = self._value.get(key, default)
        if not isinstance(value, bool):
            raise self.error(f"key {key}: {value!r} is not true or false", f"Correct {key}.", key)
        return value

    def count(self, key: str) -> int:
        """A whole number from 1 on."""
        value = self._value.get(key)
        if isinstance(value, bool) or not isinstance(value, int) or value < 1:
            raise self.error(f"key {key}: {value!r} is not 1, 2, 3 ...", f"Correct {key}.", key)
        return value

    def share(self, key: str) -> float | None:
        """A number in [0, 1], or None when the key is absent."""
        value = self._value.get(key)
        if value is None:
            return None
        if isinstance(value, bool) or not isinstance(value, (int, float)) or not 0 <= value <= 1:
            raise self.error(
                f"key {key}: {value!r} is not a share in [0, 1]", f"Correct {key}.", key
            )
        return float(value)

    def whole(self, key: str, default: int) -> int:
        """A whole number."""
        value = self._value.get(key, default)
        if isinstance(value, bool) or not isinstance(value, int):
            raise self.error(f"key {key}: {value!r} is no whole number", f"Correct {key}.", key)
        return value

    def table(self, key: str) -> Mapping[str, Any]:
        """A mapping with text keys; empty when absent."""
        value = self._value.get(key)
        if value is None:
            return {}
        if not isinstance(value, dict) or not all(isinstance(k, str) for k in value):
            raise self.error(f"key {key} is not a mapping", f"Write {key} as {{key: value}}.", key)
        return value


def entry_rule(entry: Entry) -> Rule:
    """Reads a rule, which its kind accepts.

    Without id it is called after its columns and kind; severity is medium and origin hand
    unless given.

    Raises:
        BadInputError: A key or value has no meaning; names place, rule, key and fix.
    """
    entry = entry.mapping(_RULE_KEYS)
    kind_name = entry.text("kind")
    columns = entry.texts("columns")
    identity = entry.text("id", f"{'+'.join(columns) or 'file'}.{kind_name}")
    entry = entry.named(f"rule {identity}")
    if kind_name not in KINDS:
        known = ", ".join(sorted(KINDS))
        raise entry.error(f"kind {kind_name} is unknown", f"Use one of: {known}.", "kind")
    rule = Rule(
        id=identity,
        kind=kind_name,
        columns=columns,
        severity=entry.one_of("severity", SEVERITIES, "medium"),
        origin=entry.one_of("origin", _ORIGINS, "hand"),
        parameters=entry.table("parameters"),
        tolerance=entry.share("tolerance"),
        evidence=entry.table("evidence"),
        is_enabled=entry.flag("enabled", default=True),
        description=entry.optional_text("description") or "",
    )
    try:
        KINDS[kind_name].validate(rule)
    except BadInputError as error:
        raise entry.error(error.culprit, error.fix, "parameters") from error
    return rule


def entry_type(entry: Entry) -> ColumnType:
    """Reads a column type. A hand-written one needs column and type only.

    Raises:
        BadInputError: A key or value has no meaning; names place, column, key and fix.
    """
    entry = entry.mapping(_TYPE_KEYS)
    column = entry.text("column")
    entry = entry.named(f"type of {column}")
    found = ColumnType(
        column=column,
        type=entry.one_of("type", _TYPES),
        physical=entry.optional_text("physical") or "",
        pattern=entry.optional_text("pattern") or "",
        decided_by=entry.one_of("decided_by", _DECIDERS, "override"),
        confidence=1.0,
        reason=entry.optional_text("reason") or "",
        format=entry.optional_text("format"),
        unit=entry.optional_text("unit"),
        is_ambiguous=entry.flag("is_ambiguous", default=False),
        null_tokens=entry.texts("null_tokens"),
    )
    confidence = entry.share("confidence")
    return found if confidence is None else replace(found, confidence=confidence)


def entry_change(entry: Entry) -> RuleChange:
    """Reads one change that somebody made.

    Raises:
        BadInputError: A key or value has no meaning; names place, key and fix.
    """
    entry = entry.mapping(_CHANGE_KEYS).named("change")
    return RuleChange(
        version=entry.count("version"),
        action=entry.one_of("action", _ACTIONS),
        rule=entry.optional_text("rule") or "",
        at=entry.text("at"),
        by=entry.optional_text("by") or "",
        reason=entry.optional_text("reason") or "",
        before=entry.table("before"),
        after=entry.table("after"),
        file=entry.optional_text("file") or "",
    )
