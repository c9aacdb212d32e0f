"""A run request as the configuration of a Dagster job, made from the request's own fields.

What belongs here: the two directions, request to configuration and back, and the keys that name an
open run. What a request is and what it refuses, `RunRequest` says.
"""

from collections.abc import Mapping
from pathlib import Path
from typing import Any, TypeAlias

import dagster as dg

from dmaic_assets.model import AssetName, Cell, Json
from dmaic_assets.work.plan.request import RunRequest

Config: TypeAlias = Mapping[str, Json]
Schema: TypeAlias = dict[str, dg.Field]
_Spec: TypeAlias = dict[str, Any]  # pyright: ignore[reportExplicitAny] - a JSON schema

# How far files are taken is the job's to say; only runs of phases follow one another.
_NO_KEYS = frozenset({"assets"})
CHAIN_KEYS = frozenset({"parent", "recursion"})
_SCALARS: Mapping[str, object] = {
    "string": dg.StringSource,
    "boolean": dg.BoolSource,
    "integer": dg.IntSource,
    "number": float,
}
_OF_AN_OPEN_RUN: Schema = {
    "run_id": dg.Field(
        dg.StringSource,
        default_value="",
        description="An open run of the ledger to work on; else plan a new one",
    ),
    "cells": dg.Field(
        dg.Array(dg.StringSource),
        default_value=[],
        description="The cells (RUN|SOURCE) of that run",
    ),
}


def request_schema(*, without: frozenset[str] = CHAIN_KEYS) -> Schema:
    """Builds the configuration schema of a job; every key may be left out.

    Whoever launches a job in the UI need not say that the request came from there.
    """
    fields: dict[str, _Spec] = RunRequest.model_json_schema()["properties"]
    kept = {name: each for name, each in fields.items() if name not in _NO_KEYS | without}
    kept["trigger"] = {**kept["trigger"], "default": "ui"}
    return {**_OF_AN_OPEN_RUN, **{name: _field(each) for name, each in kept.items()}}


def config_of(
    request: RunRequest, *, run_id: str = "", cells: tuple[Cell, ...] = ()
) -> dict[str, Json]:
    """Spells a request as a job's configuration; what is as usual is left out, but who asked."""
    config: dict[str, Json] = request.model_dump(
        mode="json", exclude_defaults=True, exclude={"assets"}
    )
    if request.files:
        # The job may run in a process that works in another folder.
        config["files"] = [str(Path(file).resolve()) for file in request.files]
    config["trigger"] = request.trigger
    if run_id:
        config |= {"run_id": run_id, "cells": [cell.partition_key for cell in cells]}
    return config


def request_of(config: Config, assets: tuple[AssetName, ...]) -> RunRequest:
    """Reads a job's configuration as a request to take files as far as `assets`.

    Raises:
        BadInputError: A value is not of the request's form.
    """
    return RunRequest.model_validate({**config, "assets": assets})


def open_run_of(config: Config) -> str:
    """The open run of the ledger that a configuration names; empty when there is none."""
    return str(config.get("run_id") or "")


def cells_of(config: Config) -> tuple[str, ...]:
    """The keys of the cells that a configuration names."""
    named = config.get("cells")
    return tuple(str(key) for key in named) if isinstance(named, list) else ()


def _field(spec: _Spec) -> dg.Field:
    return dg.Field(
        _type(spec), default_value=spec["default"], description=str(spec["description"])
    )


def _type(spec: _Spec) -> Any:  # noqa: ANN401  # pyright: ignore[reportExplicitAny, reportAny] - Dagster's config types have no common one
    if "anyOf" in spec:
        return dg.Noneable(_type(next(s for s in spec["anyOf"] if s["type"] != "null")))
    if spec["type"] == "array":
        return dg.Array(_type(spec["items"]))
    return _SCALARS[spec["type"]]
