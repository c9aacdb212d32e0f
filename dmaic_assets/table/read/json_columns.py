"""Finds, for every key of many JSON objects, the one column type that holds all its values.

What belongs here: kinds of JSON values and their common type. Whole numbers are Int64 and
fractions Float64; the two together are Float64 unless a number would lose digits. Objects and
arrays are kept as compact JSON text: their shape differs from file to file, and one view spans
all files of a source. Different kinds under one key are kept as text: text as it is, the rest as
JSON. A fraction that a double cannot hold is spelled as in the file.
"""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Literal, TypeAlias

import polars as pl

from dmaic_assets.errors import UnreadableFileError
from dmaic_assets.table.read.staging import conformed

# "wide": a whole number that a double cannot hold; "huge": one beyond 64 bits; "precise": a
# fraction that a double cannot hold.
Kind: TypeAlias = Literal[
    "whole", "fraction", "boolean", "text", "nested", "wide", "huge", "precise"
]


@dataclass(frozen=True, slots=True)
class Spelled:
    """A fraction with more digits than a double holds, as it stands in the file."""

    text: str


_KINDS: Mapping[type, Kind] = {
    int: "whole",
    float: "fraction",
    bool: "boolean",
    str: "text",
    dict: "nested",
    list: "nested",
    Spelled: "precise",
}
# Whole numbers up to here are exact in a double (IEEE 754, 53 bits).
_EXACT_IN_DOUBLE = 2**53
# The first whole number that a signed 64-bit integer cannot hold.
_BEYOND_64_BITS = 2**63


class JsonColumns:
    """The keys seen so far, in order of appearance, each with the kinds of its values."""

    def __init__(self, subject: str, *, max_columns: int) -> None:
        self._subject = subject
        self._max_columns = max_columns
        self._kinds: dict[str, set[Kind]] = {}

    @property
    def keys(self) -> tuple[str, ...]:
        """The keys in order of appearance."""
        return tuple(self._kinds)

    def frame(self, objects: Sequence[Mapping[str, Any]]) -> pl.DataFrame:  # pyright: ignore[reportExplicitAny] - outside data
        """Builds a frame of objects, under the types that hold what was seen so far.

        Its columns are named by the place of their key, "0", "1", ...: a key may be anything.

        Raises:
            UnreadableFileError: There are more keys than columns allowed.
        """
        keys = dict.fromkeys(key for value in objects for key in value)
        values = {key: [value.get(key) for value in objects] for key in keys}
        for key, column in values.items():
            self._learn(key, column)
        if len(self._kinds) > self._max_columns:
            raise UnreadableFileError(
                self._subject,
                f"has more than {self._max_columns:,} different keys",
                "Keep ids out of the keys, or raise intake.max_columns in config/dmaic.yaml.",
            )
        series = [
            _series(str(place), values[key], self._type(key))
            for place, key in enumerate(self._kinds)
            if key in values
        ]
        return pl.DataFrame(series or None, height=len(objects))

    def schema(self) -> dict[str, pl.DataType]:
        """The type of each key, under its place."""
        return {str(place): self._type(key) for place, key in enumerate(self._kinds)}

    def conform(self, frame: pl.DataFrame) -> pl.DataFrame:
        """Gives a frame all keys, in order, under the types known now; missing values are null."""
        return conformed(frame, self.schema())

    def notes(self) -> list[str]:
        """Tells which keys hold different kinds of values, or nested ones."""
        nested = [k for k, kinds in self._kinds.items() if kinds == {"nested"}]
        huge = [k for k, kinds in self._kinds.items() if "huge" in kinds]
        precise = [k for k, kinds in self._kinds.items() if "precise" in kinds]
        mixed = [
            k
            for k, kinds in self._kinds.items()
            if self._type(k) == pl.String() and len(kinds - {"wide", "huge", "precise"}) > 1
        ]
        notes: list[str] = []
        if nested:
            notes.append(f"objects and arrays are kept as JSON text: {', '.join(nested)}")
        if mixed:
            notes.append(f"different kinds of values, kept as text: {', '.join(mixed)}")
        if huge:
            notes.append(f"whole numbers beyond 64 bits, kept as text: {', '.join(huge)}")
        if precise:
            told = "fractions of more digits than 64 bits hold, kept as text"
            notes.append(f"{told}: {', '.join(precise)}")
        return notes

    def _learn(self, key: str, column: Sequence[object]) -> None:
        kinds = self._kinds.setdefault(key, set())
        found = {_KINDS[kind] for kind in set(map(type, column)) if kind in _KINDS}
        kinds |= found
        if "whole" in found:
            # Booleans are whole numbers to Python.
            largest = max(abs(v) for v in column if type(v) is int)
            if largest > _EXACT_IN_DOUBLE:
                kinds.add("wide")
            if largest >= _BEYOND_64_BITS:
                kinds.add("huge")

    def _type(self, key: str) -> pl.DataType:
        kinds = self._kinds[key]
        if not kinds:
            return pl.Null()
        if kinds <= {"whole", "wide"}:
            return pl.Int64()
        if kinds <= {"whole", "fraction"}:
            return pl.Float64()
        return pl.Boolean() if kinds == {"boolean"} else pl.String()


def _series(name: str, column: Sequence[object], dtype: pl.DataType) -> pl.Series:
    if dtype == pl.Float64():
        values = [float(v) if isinstance(v, int | float) else None for v in column]
        return pl.Series(name, values, dtype)
    if dtype == pl.String():
        texts = [v if v is None or isinstance(v, str) else _json(v) for v in column]
        return pl.Series(name, texts, dtype)
    return pl.Series(name, column, dtype)


def _json(value: object) -> str:
    try:
        return json.dumps(value, ensure_ascii=False, separators=(",", ":"))
    except TypeError:
        # A spelled number is somewhere in it, which only this can write.
        return _with_spelled(value)


def _with_spelled(value: object) -> str:
    if isinstance(value, Spelled):
        return value.text
    if isinstance(value, dict):
        return "{" + ",".join(f"{_json(key)}:{_json(item)}" for key, item in value.items()) + "}"
    if isinstance(value, list):
        return "[" + ",".join(map(_json, value)) + "]"
    return _json(value)
