import math
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from pydantic import TypeAdapter

from dmaic_assets.errors import InvariantError
from dmaic_assets.model import (
    ArtifactRef,
    AssetOutcome,
    Cell,
    ColumnProfile,
    ColumnType,
    Histogram,
    Json,
    Profile,
    Rule,
    RuleSet,
    SourceFile,
    TypeCandidate,
    ValueCount,
    Verdict,
)
from dmaic_assets.store.codec import INLINE, LEFT_OUT, from_json, to_json
from dmaic_assets.store.ledger.database.rows import dumps, loads
from dmaic_assets_tests.store.ledger.examples import a_file, a_verdict

COLUMN = ColumnProfile(
    column="x",
    type="decimal",
    physical="Float64",
    rows=3,
    null_count=1,
    null_tokens=(ValueCount("NA", 1), ValueCount(None, 1)),
    distinct_count=2,
    once_count=2,
    minimum=-1.5,
    maximum="2026-01-01",
    mean=math.inf,
    quantiles={"p50": 1.0, "p99": -math.inf},
    histogram=Histogram((0.0, 1.0), (3,)),
)
TYPE = ColumnType(
    "x",
    "integer",
    "Int64",
    "integer",
    "automatic",
    0.9,
    "all parse",
    candidates=(TypeCandidate("integer", "integer", 1.0, 1.0, 0.9),),
)
RULE = Rule("r", "range", ("x",), "high", "learnt", {"min": 1, "in": [1, None, {"a": 2.5}]})


@pytest.mark.parametrize(
    ("kind", "value"),
    [
        (SourceFile, a_file()),
        (Verdict, a_verdict(a_file())),
        (Profile, Profile(3, 10, (COLUMN,), None, 0.5)),
        (RuleSet, RuleSet("orders", (RULE,), (TYPE,), ("a" * 64,), ("note",))),
        (AssetOutcome, AssetOutcome("profile", Cell("r", "s"), "d", "c", True, "r", {"n": [1]})),
        (ArtifactRef, ArtifactRef("k", "p", "s", 1)),
        (tuple[ColumnType, ...], (TYPE, TYPE)),
    ],
)
def test_values_of_the_model_survive_storage(kind: type, value: object) -> None:
    stored = loads(dumps(to_json(value)))

    assert from_json(kind, stored) == value


def test_not_a_number_survives_where_a_number_is_meant() -> None:
    stored = loads(dumps(to_json(Histogram((math.nan, 1.0), (1,)))))

    assert math.isnan(from_json(Histogram, stored).edges[0])


@given(
    st.recursive(
        st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
        max_leaves=6,
    )
)
@settings(max_examples=50, deadline=None)
def test_free_json_inside_a_value_survives_storage(content: Json) -> None:
    rule = Rule("r", "k", (), "low", "hand", {"p": content})

    assert from_json(Rule, loads(dumps(to_json(rule)))) == rule


@dataclass(frozen=True)
class Older:
    name: str
    gone: int = 1


@dataclass(frozen=True)
class Newer:
    name: str
    when: datetime | None = None
    where: Path = Path("here")


def test_stored_values_outlive_added_and_removed_fields() -> None:
    assert from_json(Newer, to_json(Older("a"))) == Newer("a")


def test_times_and_paths_are_read_back_as_such() -> None:
    value = Newer("a", datetime(2026, 1, 2, 3, 4, 5, 6, tzinfo=UTC), Path("x/y"))

    assert from_json(Newer, loads(dumps(to_json(value)))) == value


@pytest.mark.parametrize(
    ("payload", "place"),
    [
        ([], "$"),
        ({"kind": "k"}, "$"),
        ({"kind": 1, "path": "p", "sha256": "s", "size_bytes": 1}, "$.kind"),
        ({"kind": "k", "path": "p", "sha256": "s", "size_bytes": True}, "$.size_bytes"),
        ({"kind": "k", "path": "p", "sha256": "s", "size_bytes": 1.5}, "$.size_bytes"),
    ],
)
def test_what_does_not_fit_is_refused_with_its_place(payload: Json, place: str) -> None:
    with pytest.raises(InvariantError) as refusal:
        from_json(ArtifactRef, payload)

    assert refusal.value.subject == f"stored value at {place}"


def test_a_word_outside_a_closed_set_is_refused() -> None:
    stored = to_json(RULE)
    assert isinstance(stored, dict)
    stored["severity"] = "urgent"

    with pytest.raises(InvariantError, match="critical, high, medium, low"):
        from_json(Rule, stored)


def test_what_has_no_json_form_is_refused() -> None:
    for value in (object(), {1: 2}, {"$float": 1}, {b"x"}):
        with pytest.raises(InvariantError):
            to_json(value)


@dataclass(frozen=True)
class Figures:
    share: float
    bound: float | None


@dataclass(frozen=True)
class Measured:
    name: str
    reason: str | None = field(default=None, metadata=LEFT_OUT)
    figures: Figures | None = field(default=None, metadata=INLINE)


@pytest.mark.parametrize(
    ("value", "stored"),
    [
        (Measured("a"), {"name": "a"}),
        (Measured("a", reason="few"), {"name": "a", "reason": "few"}),
        (Measured("a", figures=Figures(0.5, None)), {"name": "a", "share": 0.5, "bound": None}),
    ],
)
def test_what_is_not_there_is_left_out_and_figures_stand_in_place_of_their_field(
    value: Measured, stored: Json
) -> None:
    assert to_json(value) == stored
    assert from_json(Measured, stored) == value


def test_figures_that_lack_one_are_refused() -> None:
    with pytest.raises(InvariantError):
        from_json(Measured, {"name": "a", "share": 0.5})


def test_a_general_serializer_would_lose_what_the_codec_keeps() -> None:
    adapter = TypeAdapter(Histogram)
    histogram = Histogram((math.nan, math.inf), (1,))

    assert adapter.dump_json(histogram) == b'{"edges":[null,null],"counts":[1]}'
    assert adapter.validate_python({"edges": [], "counts": ["3", True]}).counts == (3, 1)
    assert dumps(to_json(histogram)) == '{"edges":[{"$float":"nan"},{"$float":"inf"}],"counts":[1]}'
    with pytest.raises(InvariantError, match="counts"):
        from_json(Histogram, {"edges": [], "counts": [1, True]})
