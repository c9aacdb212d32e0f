"""Frozen dataclasses of the model to JSON and back, exactly.

What belongs here: one rule per annotation that the model uses. Validation of what people write
is pydantic's work, in settings; this reads only what it wrote itself.
"""

import dataclasses
import math
import types
from collections.abc import Callable, Mapping
from datetime import datetime
from functools import cache
from pathlib import Path
from typing import Literal, TypeAlias, TypeVar, Union, cast, get_args, get_origin, get_type_hints

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import Json

ValueT = TypeVar("ValueT")
_Reader: TypeAlias = Callable[[object, str], object]
_FLOAT = "$float"
# Metadata of a field that is not written while it is None.
LEFT_OUT: Mapping[str, bool] = types.MappingProxyType({"left_out": True})
# Metadata of a field (a dataclass or None) whose own fields are written in its place.
INLINE: Mapping[str, bool] = types.MappingProxyType({"left_out": True, "inline": True})


def to_json(value: object) -> Json:
    """Spells a dataclass (or a tuple, mapping or scalar of them) as JSON.

    Numbers that are not finite become `{"$float": "nan"}`; paths and times become text. Every
    field is written, so that a stored value can be read without knowing today's defaults; only a
    field marked `LEFT_OUT` is not while it is None.

    Raises:
        InvariantError: A value has no JSON form.
    """
    if value is None or isinstance(value, (str, int)):
        return value
    if isinstance(value, float):
        return value if math.isfinite(value) else {_FLOAT: str(value)}
    if isinstance(value, (tuple, list)):
        return [to_json(item) for item in cast("list[object]", value)]
    if dataclasses.is_dataclass(value) and not isinstance(value, type):
        return _object(value)
    if isinstance(value, Mapping):
        mapping = cast("Mapping[object, object]", value)
        return {_key(key): to_json(item) for key, item in mapping.items()}
    if isinstance(value, Path):
        return str(value)
    if isinstance(value, datetime):
        return value.isoformat()
    raise InvariantError(
        "codec", f"{type(value).__name__} has no JSON form", "Keep model values to its field types."
    )


def from_json(cls: type[ValueT], payload: Json) -> ValueT:
    """Builds a value of the given type from what `to_json` wrote.

    A field that the stored form does not have takes its default, a key that the type no longer
    has is ignored: stored values outlive small changes of the model.

    Raises:
        InvariantError: The payload does not have the type's form; names the place.
    """
    return cast("ValueT", _reader(cls)(payload, "$"))


def mapping(value: Json) -> Mapping[str, Json]:
    """A JSON object; an empty one for anything else."""
    return value if isinstance(value, dict) else {}


def _object(value: object) -> dict[str, Json]:
    found: dict[str, Json] = {}
    for name, is_left_out, is_inline in _marked(type(value)):
        item = cast("object", getattr(value, name))
        if is_inline and item is not None:
            found |= _object(item)
        elif item is not None or not is_left_out:
            found[name] = to_json(item)
    return found


@cache
def _marked(cls: type) -> tuple[tuple[str, bool, bool], ...]:
    fields = dataclasses.fields(cls)
    return tuple((f.name, "left_out" in f.metadata, "inline" in f.metadata) for f in fields)


def _key(key: object) -> str:
    if isinstance(key, str) and key != _FLOAT:
        return key
    raise InvariantError("codec", f"the key {key!r} cannot be stored", "Use other text as key.")


@cache
def _reader(annotation: object) -> _Reader:
    if dataclasses.is_dataclass(annotation) and isinstance(annotation, type):
        return _dataclass_reader(annotation)
    origin = get_origin(annotation)
    if origin is Literal:
        return _literal_reader(get_args(annotation))
    if origin is tuple:
        return _tuple_reader(get_args(annotation))
    if origin in (Union, types.UnionType):
        return _union_reader(get_args(annotation))
    if isinstance(origin, type) and issubclass(origin, Mapping):
        return _mapping_reader(get_args(annotation))
    return _PLAIN.get(annotation, _json)


def _dataclass_reader(cls: type) -> _Reader:
    hints = get_type_hints(cls)
    own = [f for f in dataclasses.fields(cls) if f.init]
    names = [f.name for f in own if "inline" not in f.metadata]
    inlined = {f.name: _inner(hints[f.name]) for f in own if "inline" in f.metadata}
    # Looked up when first used: a type may contain itself.
    readers: dict[str, _Reader] = {}

    def read(value: object, place: str) -> object:
        if not isinstance(value, dict):
            raise _misfit(place, cls.__name__, value)
        stored = cast("dict[str, object]", value)
        if not readers:
            readers.update({name: _reader(hints[name]) for name in names})
        known = {n: readers[n](stored[n], f"{place}.{n}") for n in names if n in stored}
        for name, inner in inlined.items():
            if any(f.name in stored for f in dataclasses.fields(inner)):
                known[name] = _reader(inner)(value, place)
        try:
            return cast("object", cls(**known))
        except TypeError as error:
            raise _misfit(place, cls.__name__, str(error)) from error

    return read


def _inner(annotation: object) -> type:
    """The dataclass of an inlined field, which is annotated as that or None."""
    found = (a for a in get_args(annotation) if dataclasses.is_dataclass(a))
    return cast("type", next(found))


def _tuple_reader(arguments: tuple[object, ...]) -> _Reader:
    def read(value: object, place: str) -> object:
        if not isinstance(value, list):
            raise _misfit(place, "a list", value)
        items = cast("list[object]", value)
        if arguments[1:] == (...,):
            read_item = _reader(arguments[0])
            return tuple([read_item(item, f"{place}[{at}]") for at, item in enumerate(items)])
        if len(arguments) != len(items):
            raise _misfit(place, f"{len(arguments)} values", value)
        pairs = zip(arguments, items, strict=True)
        return tuple(_reader(k)(item, f"{place}[{at}]") for at, (k, item) in enumerate(pairs))

    return read


def _mapping_reader(arguments: tuple[object, ...]) -> _Reader:
    item_type = arguments[1]

    def read(value: object, place: str) -> object:
        if not isinstance(value, dict):
            raise _misfit(place, "an object", value)
        items = cast("dict[str, object]", value).items()
        read_item = _reader(item_type)
        return {key: read_item(item, f"{place}.{key}") for key, item in items}

    return read


def _union_reader(arguments: tuple[object, ...]) -> _Reader:
    options = [a for a in arguments if a is not type(None)]
    if len(options) > 1:
        return _json
    inner = _reader(options[0])
    return lambda value, place: None if value is None else inner(value, place)


def _literal_reader(allowed: tuple[object, ...]) -> _Reader:
    def read(value: object, place: str) -> object:
        if value in allowed:
            return value
        raise _misfit(place, f"one of {', '.join(map(str, allowed))}", value)

    return read


def _json(value: object, place: str) -> object:
    if isinstance(value, dict):
        items = cast("dict[str, object]", value)
        if items.keys() == {_FLOAT}:
            return float(str(items[_FLOAT]))
        return {key: _json(item, place) for key, item in items.items()}
    if isinstance(value, list):
        return [_json(item, place) for item in cast("list[object]", value)]
    return value


def _float(value: object, place: str) -> object:
    value = _json(value, place)
    if isinstance(value, int | float) and not isinstance(value, bool):
        return float(value)
    raise _misfit(place, "a number", value)


def _exactly(kind: type) -> _Reader:
    def read(value: object, place: str) -> object:
        if type(value) is kind:
            return value
        raise _misfit(place, kind.__name__, value)

    return read


def _path(value: object, place: str) -> object:
    if isinstance(value, str):
        return Path(value)
    raise _misfit(place, "a path", value)


def _datetime(value: object, place: str) -> object:
    try:
        return datetime.fromisoformat(str(value))
    except ValueError as error:
        raise _misfit(place, "a time", value) from error


_PLAIN: Mapping[object, _Reader] = {
    bool: _exactly(bool),
    int: _exactly(int),
    str: _exactly(str),
    float: _float,
    Path: _path,
    datetime: _datetime,
}


def _misfit(place: str, expected: str, value: object) -> InvariantError:
    seen = repr(value)
    return InvariantError(
        f"stored value at {place}",
        f"expected {expected}, found {seen[:80]}",
        "It is of another version or was changed; compute it again: dmaic run-all --force",
    )
