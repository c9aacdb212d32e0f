"""What was measured of a table serves every further question about it."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.model import ColumnType
from dmaic_assets.settings.project import ReadOptions
from dmaic_assets.table.types import measured as measuring
from dmaic_assets.table.types.cast import apply_types
from dmaic_assets.table.types.infer import Inferred, infer_columns, infer_measured, tokens_of
from dmaic_assets.table.types.measured import Measured
from dmaic_assets_tests.table.text_tables import text_table

CELLS = st.sampled_from(
    ["1", "3.5", "007", "true", "No", "2024-01-05", "05.01.2024", "1,5", "12 kg", "NA", "-", "x",
     "9999", None]
)  # fmt: skip
TOKENS = ("NA", "-", "9999")


def asked(measured: Measured, expected: tuple[ColumnType, ...] = ()) -> Inferred:
    return infer_measured(measured, overrides={}, expected=expected, options=ReadOptions())


@given(
    columns=st.lists(st.lists(CELLS, min_size=1, max_size=3), min_size=1, max_size=3),
    others=st.lists(CELLS, min_size=1, max_size=3),
    rows=st.integers(1, 30),
)
def test_types_are_the_same_whatever_was_asked_before(
    columns: list[list[str | None]], others: list[str | None], rows: int
) -> None:
    table = text_table({f"c{i}": (cells * rows)[:rows] for i, cells in enumerate(columns)})
    history = infer_columns(
        text_table({"c0": others * 9}), overrides={}, options=ReadOptions(), null_tokens=TOKENS
    ).types
    measured = Measured(table, tokens_of(ReadOptions(), TOKENS))

    for expected in ((), history, ()):
        anew = infer_columns(
            table, overrides={}, expected=expected, options=ReadOptions(), null_tokens=TOKENS
        )
        again = asked(measured, expected)
        assert again.types == anew.types
        cast, handed = (apply_types(table, anew.types, ready=ready) for ready in ({}, again.casts))
        assert handed.lazy.collect().equals(cast.lazy.collect())
        assert handed.failed_casts.equals(cast.failed_casts)


def test_a_question_about_a_measured_table_measures_nothing(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    table = text_table({"n": [str(n) for n in range(50)], "gaps": ["a", "NA"] * 25})
    measured = Measured(table, tokens_of(ReadOptions(), TOKENS))
    types = asked(measured).types
    plans: list[object] = []
    measure = measuring.measure
    monkeypatch.setattr(measuring, "measure", lambda view, plan, *rest: (
        plans.append(plan), measure(view, plan, *rest)
    ))  # fmt: skip

    asked(measured, types)

    assert not any(plans)
