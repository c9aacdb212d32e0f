"""Whether ticks are what `metrics.v1` promises: the JSON Schema, and what it cannot say.

The schema stands in `metrics_v1.schema.json` beside this module.
"""

import json
from collections.abc import Mapping, Sequence
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from jsonschema.protocols import Validator

SCHEMA_FILE = Path(__file__).with_name("metrics_v1.schema.json")
# Counts that never fall during a play.
COUNTERS = ("t", "ops", "puts", "gets", "dels", "migrations", "compactions", "timed")
# Mistakes that are told of one tick: the first ones explain the others.
_TOLD = 3
Document = Mapping[str, Any]


def tick_validator() -> "Validator":
    """Reads the schema; made once for many ticks."""
    import jsonschema

    return jsonschema.Draft202012Validator(json.loads(SCHEMA_FILE.read_text(encoding="utf-8")))


def mistakes_of(validator: "Validator", tick: object, before: Document | None) -> tuple[str, ...]:
    """What is wrong with a tick: against the schema, in itself, and against the one before it."""
    wrong = [
        f"{'.'.join(map(str, error.absolute_path)) or 'the tick'}: {error.message}"
        for error in validator.iter_errors(tick)  # pyright: ignore[reportArgumentType] - any JSON
    ]
    if wrong or not isinstance(tick, Mapping):
        return tuple(wrong[:_TOLD])
    return tuple([*_within(tick), *_since(tick, before)][:_TOLD])


def _within(tick: Document) -> list[str]:
    """Percentiles and cumulative counts rise; operations add up."""
    wrong = [
        f"latency_ms.{name}: percentiles fall"
        for name, told in tick["latency_ms"].items()
        if told and not _rises([told[p] for p in ("p50", "p90", "p99", "p999") if p in told])
    ]
    buckets = tick.get("latency_hist_ms", [])
    if not _rises([bucket["count"] for bucket in buckets]):
        wrong.append("latency_hist_ms: cumulative counts fall")
    if buckets and buckets[-1]["le"] != "+Inf":
        wrong.append("latency_hist_ms: the last bound is not +Inf")
    if "ops_by_type" in tick and sum(tick["ops_by_type"].values()) != tick["ops"]:
        wrong.append("ops_by_type: does not add up to ops")
    return wrong


def _since(tick: Document, before: Document | None) -> list[str]:
    if before is None:
        return []
    return [
        f"{name}: falls from {before[name]} to {tick[name]}"
        for name in COUNTERS
        if name in tick and name in before and tick[name] < before[name]
    ]


def _rises(numbers: Sequence[float]) -> bool:
    return all(a <= b for a, b in pairwise(numbers))
