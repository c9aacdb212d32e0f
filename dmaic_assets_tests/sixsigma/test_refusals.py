"""Whatever is given: a finite or documented result, or the documented refusal."""

import copy
import dataclasses
import inspect
import math
import typing
import warnings
from collections.abc import Mapping

import numpy as np
import pytest

from dmaic_assets.errors import BadInputError, PolicyError
from dmaic_assets_tests.sixsigma.recipes import bad_values, good_arguments, public_functions


def described(name: str) -> str:
    """What a function and its result promise, in words."""
    function = public_functions()[name]
    seen: dict[object, str] = {function: inspect.getdoc(function) or ""}
    _read(typing.get_type_hints(inspect.unwrap(function)).get("return"), seen)
    return " ".join(seen.values())


def _read(hint: object, seen: dict[object, str]) -> None:
    if dataclasses.is_dataclass(hint) and hint not in seen:
        seen[hint] = inspect.getdoc(hint) or ""
        for inner in typing.get_type_hints(hint).values():
            _read(inner, seen)
    for argument in typing.get_args(hint):
        _read(argument, seen)


def numbers_in(result: object) -> list[float]:
    """Every number of a result, properties included."""
    if isinstance(result, np.ndarray):
        return result.ravel().tolist() if result.dtype.kind in "fc" else []
    if isinstance(result, float):
        return [result]
    if isinstance(result, Mapping):
        return [n for value in result.values() for n in numbers_in(value)]
    if isinstance(result, list | tuple):
        return [n for value in result for n in numbers_in(value)]
    if dataclasses.is_dataclass(result):
        fields = [field.name for field in dataclasses.fields(result)]
        told = [k for k, v in inspect.getmembers(type(result)) if isinstance(v, property)]
        return [n for key in (*fields, *told) for n in numbers_in(getattr(result, key))]
    return []


def outcome(name: str, arguments: dict[str, object]) -> str:
    """Empty when the promise is kept, else what came instead; a foreign error goes through."""
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("error")
            numbers = numbers_in(public_functions()[name](**arguments))
    except (BadInputError, PolicyError):
        return ""
    promise = described(name)
    if any(math.isnan(n) for n in numbers) and "NaN" not in promise:
        return "NaN"
    if any(math.isinf(n) for n in numbers) and "infinit" not in promise:
        return "infinite"
    return ""


@pytest.mark.parametrize("name", sorted(public_functions()))
def test_good_arguments_give_a_finite_result(name: str) -> None:
    arguments, _ = good_arguments(name, public_functions()[name])

    assert outcome(name, arguments) == ""


@pytest.mark.parametrize("name", sorted(public_functions()))
def test_bad_arguments_are_refused_in_our_own_words(name: str) -> None:
    function = public_functions()[name]
    arguments, hints = good_arguments(name, function)
    for key in inspect.signature(function).parameters:
        default = inspect.signature(function).parameters[key].default
        for bad in bad_values(arguments.get(key, default), hints[key]):
            tried = {**good_arguments(name, function)[0], key: copy.deepcopy(bad)}
            assert outcome(name, tried) == "", f"{key}={bad}"
