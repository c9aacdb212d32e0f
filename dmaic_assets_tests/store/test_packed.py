"""Packed texts come back as they were; rows from before are read as they are."""

import hashlib
import json
from pathlib import Path

import pytest
import sqlalchemy as sa
from hypothesis import given
from hypothesis import strategies as st

from dmaic_assets.store.packed import PackedText, pack_documents, packed, unpacked
from dmaic_assets.store.phrases import PHRASES

DOCUMENT = json.dumps({"label": "dagster/row_count", "notes": ["naïve", "\ud800"] * 30})
TEXTS = ["", "short", "x" * 5_000, DOCUMENT, json.dumps(["a" * 300]), "{" + "é" * 500]


def test_the_dictionary_is_the_one_that_rows_were_packed_against() -> None:
    """Rows that were packed cannot be read with any other: a change needs a second dictionary."""
    assert hashlib.sha256(PHRASES).hexdigest()[:16] == "fc08d49b9e208b81"


@given(st.binary())
def test_bytes_come_back_and_are_packed_alike(content: bytes) -> None:
    assert unpacked(packed(content)) == content
    assert packed(content) == packed(content)


@pytest.mark.parametrize("content", [b"{}", packed(b"{}" * 99)[:-3], b"\x1f\x8b" + b"\0" * 20])
def test_what_was_changed_is_refused(content: bytes) -> None:
    with pytest.raises(ValueError, match=r".+"):
        unpacked(content)


def table(kind: type[sa.types.TypeEngine[str]]) -> sa.Table:
    return sa.Table("t", sa.MetaData(), sa.Column("n", sa.Integer), sa.Column("text", kind))


@pytest.mark.parametrize("is_all", [True, False], ids=["whole engine", "column"])
def test_texts_come_back_from_rows_and_documents_are_small(tmp_path: Path, is_all: bool) -> None:
    engine = sa.create_engine(f"sqlite:///{tmp_path / 'rows.db'}")
    rows = table(sa.Text if is_all else PackedText)
    if is_all:
        pack_documents(engine)
    texts = [*TEXTS, None]
    with engine.begin() as connection:
        rows.create(connection)
        # As it was written before anything was packed.
        raw = sa.text("INSERT INTO t VALUES (-1, :text)")
        connection.execute(raw, {"text": '{"old": "' + "x" * 300 + '"}'})
        connection.execute(rows.insert(), [{"n": n, "text": t} for n, t in enumerate(texts)])
        found = connection.execute(sa.select(rows.c.text).order_by(rows.c.n)).scalars().all()
        size = sa.text("SELECT length(text) FROM t WHERE n = 3")
        stored = connection.execute(size).scalar_one()

    assert found == ['{"old": "' + "x" * 300 + '"}', *texts]
    assert stored < len(DOCUMENT) / 3


def test_other_databases_keep_plain_text() -> None:
    from sqlalchemy.dialects import postgresql

    dialect = postgresql.dialect()

    assert PackedText().bind_processor(dialect) is None
    assert PackedText().result_processor(dialect, None) is None
