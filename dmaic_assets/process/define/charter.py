"""The charter of a source: what people say of it as a process, and its merge with proposed CTQs.

What belongs here: the shape of config/charters/<source>.yaml. People's word wins: they may change,
add and drop CTQs; what they do not mention stays as proposed.
"""

from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any, cast, get_args

from pydantic import Field, ValidationError

from dmaic_assets.errors import BadInputError
from dmaic_assets.phase_values.define import Ctq, Dimension
from dmaic_assets.process.define.ctq import ctq_id
from dmaic_assets.settings.files import read_mapping
from dmaic_assets.settings.phases import Share, Strict


class CharterCtq(Strict):
    """What a person says of one CTQ; only what is given replaces the proposal.

    A CTQ with an `id` that is proposed is changed; one without needs `column` and `dimension`
    and is added, measured by the rules named.
    """

    id: str | None = None
    name: str | None = None
    column: str | None = None
    dimension: Dimension | None = None
    rules: tuple[str, ...] | None = None
    upper_limit: Share | None = None
    target: Share | None = None
    opportunities: Annotated[int, Field(ge=1)] | None = None
    lower_spec: float | None = None
    upper_spec: float | None = None
    owner: str | None = None
    is_critical: bool | None = None
    why: str | None = None


class Charter(Strict):
    """config/charters/<source>.yaml."""

    problem: str = ""
    goal: str = ""
    scope: str = ""
    sponsor: str = ""
    owner: str = ""
    stakeholders: tuple[str, ...] = ()
    target_sigma: Annotated[float, Field(ge=0, le=10)] | None = None
    ctqs: tuple[CharterCtq, ...] = ()
    drop: tuple[str, ...] = ()


def load_charter(path: Path) -> Charter:
    """Reads a charter; a file that is not there is an empty charter.

    Raises:
        BadInputError: It is no YAML mapping, or a key or value is wrong; names file and key.
    """
    content = read_mapping(path)
    try:
        return Charter.model_validate(content)
    except ValidationError as error:
        first = error.errors()[0]
        key = ".".join(str(part) for part in first["loc"])
        raise BadInputError(
            str(path), f"key {key}: {first['msg']}", f"Correct {key}; see docs/guides/dmaic.md."
        ) from error


def merge_ctqs(proposed: Sequence[Ctq], charter: Charter, path: Path) -> tuple[Ctq, ...]:
    """Puts what people say on top of what is proposed.

    Args:
        proposed: The proposals, in their order, which is kept; additions follow.
        charter: What people say.
        path: The charter's file, for messages.

    Raises:
        BadInputError: An addition lacks column or dimension, `drop` names no CTQ, or the value
            limits of a CTQ leave no room between them.
    """
    by_id = {ctq.id: ctq for ctq in proposed}
    for number, entry in enumerate(charter.ctqs):
        key = _id_of(entry, number, path)
        base = by_id.get(key) or _added(entry, key, number, path)
        base = _without_learnt_limits(base, entry)
        by_id[key] = replace(base, origin="charter", confidence=1.0, **_given(entry))
        _check_specification(by_id[key], number, path)
    for name in charter.drop:
        if name not in by_id:
            known = ", ".join(list(by_id)[:10]) or "none"
            raise BadInputError(str(path), f"drop: there is no CTQ {name}", f"Known CTQs: {known}.")
        del by_id[name]
    return tuple(by_id.values())


def _id_of(entry: CharterCtq, number: int, path: Path) -> str:
    if entry.id:
        return entry.id
    if entry.column is None or entry.dimension is None:
        raise BadInputError(
            str(path),
            f"ctqs.{number}: neither id nor column and dimension are given",
            "Name the proposed CTQ by its id, or give column and dimension of a new one.",
        )
    return ctq_id(entry.column, entry.dimension)


def _added(entry: CharterCtq, key: str, number: int, path: Path) -> Ctq:
    column, _, dimension = key.rpartition(".")
    column = entry.column or column
    found = entry.dimension or cast("Dimension", dimension)
    if not column or not entry.rules or found not in get_args(Dimension):
        raise BadInputError(
            str(path),
            f"ctqs.{number}: {key} is not proposed, and no rules measure it",
            "Give column, dimension and the ids of its rules, or the id of a proposed CTQ.",
        )
    return Ctq(
        id=key,
        name=f"{found} of {column}",
        dimension=found,
        unit="row",
        column=column,
        rules=entry.rules,
        upper_limit=0.0,
        why="the charter names it",
    )


def _without_learnt_limits(base: Ctq, entry: CharterCtq) -> Ctq:
    """A limit that a person declares stands alone, not beside one that was only learnt."""
    if entry.lower_spec is None and entry.upper_spec is None:
        return base
    if base.has_specification:
        return base
    return replace(base, lower_spec=None, upper_spec=None, has_specification=True)


def _check_specification(ctq: Ctq, number: int, path: Path) -> None:
    low, high = ctq.lower_spec, ctq.upper_spec
    if low is not None and high is not None and low >= high:
        raise BadInputError(
            str(path),
            f"ctqs.{number}: lower_spec {low:g} of {ctq.id} is not below upper_spec {high:g}",
            "Give lower_spec < upper_spec, or only one of them.",
        )


def _given(entry: CharterCtq) -> Mapping[str, Any]:
    values = entry.model_dump(exclude_none=True, exclude={"id", "column", "dimension"})
    return cast("Mapping[str, Any]", values)
