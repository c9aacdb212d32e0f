"""Facts and task values that the last version stored are read, and written back to the letter."""

import pytest

from dmaic_assets.errors import InvariantError
from dmaic_assets.store.codec import from_json, to_json
from dmaic_assets.work.file.file_facts import ColumnFacts, ProfileFacts, RawFacts, SchemaColumn
from dmaic_assets.work.file.task_values import FilePayload, FileTaskResult

FILE = {"file": "a.csv", "sha256": "1f", "size_bytes": 9, "format": "csv"}
READ = {
    **FILE,
    "rows": 3,
    "columns": 2,
    "malformed": 1,
    "dialect": None,
    "notes": ["a note"],
    "repaired": 0,
    "dropped": 0,
}
UNREADABLE = {**FILE, "rows": 0, "columns": 0, "malformed": 0, "problem": "no text"}
REPAIRED = {
    **READ,
    "repaired": 2,
    "repairs": "f0",
    "skipped_changes": [{"change": "c", "why": "w"}],
}
STORED = [
    (RawFacts, READ),
    (RawFacts, UNREADABLE),
    (RawFacts, REPAIRED),
    (SchemaColumn, {"name": "a", "type": "text", "pattern": "", "decided_by": "fallback"}),
    (SchemaColumn, {"name": "a", "type": "integer", "physical": "int64"}),
    (
        ProfileFacts,
        {
            "rows": 3,
            "score": 0.9,
            "duplicate_rows": None,
            "columns": [
                {
                    "name": "a",
                    "type": "integer",
                    "null_share": 0.0,
                    "distinct": 3,
                    "minimum": 1,
                    "maximum": 2.5,
                    "warnings": ["constant"],
                }
            ],
            "notes": [],
        },
    ),
    (
        FilePayload,
        {"source": "s", "sha256": "1f", "name": "a.csv", "run_id": "r", "request": {"force": True}},
    ),
    (
        FileTaskResult,
        {
            "file_key": "k",
            "decision": None,
            "assets": {"raw_file": "k1"},
            "memoized": ["raw_file"],
            "notes": [],
        },
    ),
]


@pytest.mark.parametrize(("kind", "stored"), STORED)
def test_what_was_stored_is_read_and_written_back_with_its_keys_in_order(kind, stored):
    assert list(to_json(from_json(kind, stored)).items()) == list(stored.items())


def test_facts_of_an_unreadable_file_have_no_table():
    assert from_json(RawFacts, UNREADABLE).table is None
    assert from_json(RawFacts, READ).table.notes == ("a note",)


def test_facts_from_before_repairs_are_those_of_a_file_that_none_touched():
    old = {name: value for name, value in READ.items() if name not in ("repaired", "dropped")}

    assert from_json(RawFacts, old) == from_json(RawFacts, READ)


def test_a_column_that_lacks_a_figure_is_told_and_not_drawn_as_a_blank():
    with pytest.raises(InvariantError, match="null_share"):
        from_json(ColumnFacts, {"name": "a", "type": "text", "null_shares": 0.5, "distinct": 1})
