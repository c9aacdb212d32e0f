"""Every interval has a simulation, and holds the truth as often as it says in a few draws."""

import dataclasses
import importlib
import inspect
import pkgutil
import typing
from collections.abc import Iterator
from types import ModuleType

import numpy as np
import pytest

import dmaic_assets.improve
import dmaic_assets.process
import dmaic_assets.sixsigma
from benchmarks.coverage import Simulation
from benchmarks.coverage_registry import NO_INTERVALS, PASSED_ON, simulations
from dmaic_assets.phase_values.analyze import AnalyzeValue
from dmaic_assets.phase_values.control import ControlValue
from dmaic_assets.phase_values.define import DefineValue
from dmaic_assets.phase_values.improve import ImproveValue
from dmaic_assets.phase_values.measure import MeasureValue

DRAWS = 100
# Four standard errors of a share of 0.95 among so many, and the 1 % that is promised.
TOLERANCE = 4 * (0.95 * 0.05 / DRAWS) ** 0.5 + 0.01
SIMULATIONS = list(simulations())
# The first setting of each interval; the benchmark draws all of them 10,000 times.
FIRST = list({s.interval: s for s in reversed(SIMULATIONS)}.values())
PHASE_VALUES = (AnalyzeValue, ControlValue, DefineValue, ImproveValue, MeasureValue)
BOUNDS = (("lower", "upper"), ("low", "high"))


def is_bounded(kind: object, seen: tuple[object, ...] = ()) -> bool:
    """Whether a type has two bounds of something, in itself or in one of its fields."""
    if arguments := typing.get_args(kind):
        return any(is_bounded(argument, seen) for argument in arguments)
    if kind in seen or not (isinstance(kind, type) and dataclasses.is_dataclass(kind)):
        return False
    # The value of a phase puts together what functions gave; the intervals are theirs.
    if kind in PHASE_VALUES:
        return False
    names = {field.name for field in dataclasses.fields(kind)}
    has_pair = any({low, high} <= names for low, high in BOUNDS)
    has_named = any(
        name.endswith(("_upper", f"_{high}"))
        or (name.endswith(f"_{low}") and name[: -len(low)] + high in names)
        for name in names
        for low, high in BOUNDS
    )
    hints = typing.get_type_hints(kind).values()
    return has_pair or has_named or any(is_bounded(hint, (*seen, kind)) for hint in hints)


def functions_of(module: ModuleType) -> Iterator[tuple[str, object]]:
    own = module.__name__.removeprefix("dmaic_assets.")
    for name, value in vars(module).items():
        if name.startswith("_") or getattr(value, "__module__", "") != module.__name__:
            continue
        if inspect.isfunction(value):
            yield f"{own}.{name}", value
        elif inspect.isclass(value):
            for method, function in vars(value).items():
                if inspect.isfunction(function) and not method.startswith("_"):
                    yield f"{own}.{name}.{method}", function


def bounding_functions() -> set[str]:
    found: set[str] = set()
    for package in (dmaic_assets.sixsigma, dmaic_assets.process, dmaic_assets.improve):
        for module in pkgutil.walk_packages(package.__path__, f"{package.__name__}."):
            for name, function in functions_of(importlib.import_module(module.name)):
                given = typing.get_type_hints(function).get("return")
                if is_bounded(given) or "interval" in name.rpartition(".")[2]:
                    found.add(name)
    return found


def test_every_function_that_gives_an_interval_is_simulated() -> None:
    simulated = {function for s in SIMULATIONS for function in s.functions}

    assert bounding_functions() == simulated | set(PASSED_ON) | set(NO_INTERVALS)


def test_what_is_passed_on_is_simulated_where_it_comes_from() -> None:
    simulated = {function for s in SIMULATIONS for function in s.functions}

    assert {source for sources in PASSED_ON.values() for source in sources} <= simulated


@pytest.mark.parametrize("simulation", FIRST, ids=[s.interval for s in FIRST])
def test_an_interval_covers_as_promised(simulation: Simulation) -> None:
    held = simulation.held(np.random.default_rng(20), DRAWS)

    assert held >= 0.95 - TOLERANCE
