"""The database of views: equal to what lies on the disk, and open to every reader."""

import subprocess
import sys
import threading
from pathlib import Path

import duckdb
import polars as pl
import pytest

from dmaic_assets.errors import StoreError
from dmaic_assets.settings.project import Paths
from dmaic_assets.store.file_lock import file_lock
from dmaic_assets.store.warehouse.duckdb import open_database, refresh_views
from dmaic_assets.store.warehouse.layout import database_path
from dmaic_assets.store.warehouse.parquet import write_accepted


@pytest.fixture
def paths(tmp_path: Path) -> Paths:
    # Signs that SQL or a glob could trip over. (DuckDB itself cannot open a path with a "?".)
    root = tmp_path / 'it\'s [a] *pro*ject "x"'
    root.mkdir()
    return Paths(root, root / "data")


def accept(paths: Paths, source: str, key: str, **columns) -> Path:
    path = paths.warehouse / "accepted" / source / f"{key}.parquet"
    write_accepted(pl.DataFrame(columns), path)
    return path


def ask(paths: Paths, query: str) -> list[tuple]:
    with open_database(database_path(paths)) as connection:
        return connection.execute(query).fetchall()


def rows_of(paths: Paths, source: str) -> pl.DataFrame:
    (path,) = (paths.warehouse / "accepted" / source).glob("*.parquet")
    return pl.scan_parquet(path, glob=False).collect()


def views(paths: Paths) -> list[str]:
    rows = ask(
        paths, "SELECT schema_name || '.' || view_name FROM duckdb_views() WHERE NOT internal"
    )
    return sorted(row[0] for row in rows)


def test_a_folder_named_like_a_partition_changes_no_value(tmp_path: Path):
    paths = Paths(tmp_path / "line=7", tmp_path / "line=7" / "data")
    accept(paths, "lots", "1a", line=["A", "B"], id=[1, 2])
    paths.ledger.mkdir(parents=True)
    (paths.ledger / "runs.csv").write_text("run_id,line\nr1,A\n", encoding="utf-8")
    (paths.ledger / "dq_logs.jsonl").write_text('{"line": "A"}\n', encoding="utf-8")
    pl.DataFrame({"line": ["A"]}).write_parquet(paths.ledger / "metrics.parquet")

    refresh_views(paths)

    assert ask(paths, "SELECT line, id FROM lots ORDER BY id") == [("A", 1), ("B", 2)]
    for mirror in ("runs", "metrics", "dq_logs"):
        assert ask(paths, f"SELECT line FROM _dmaic.{mirror}") == [("A",)]
    assert rows_of(paths, "lots")["line"].to_list() == ["A", "B"]


def test_a_view_spans_all_files_of_its_source(paths: Paths):
    accept(paths, "orders", "1a", id=[1], name=["x"])
    accept(paths, "orders", "2b", name=["y"], id=[2], extra=[0.5])
    accept(paths, "items", "3c", id=[7])

    receipt = refresh_views(paths)

    assert receipt.written == ('"main"."items"', '"main"."orders"')
    assert ask(paths, "SELECT id, name, extra FROM orders ORDER BY id") == [
        (1, "x", None),
        (2, "y", 0.5),
    ]
    assert ask(paths, "SELECT id FROM items") == [(7,)]


@pytest.mark.parametrize("source", ["select", "my-source", "2024", "a_b", "main", "order"])
def test_any_source_name_is_a_view(paths: Paths, source: str):
    accept(paths, source, "1a", **{"group by": [1], 'we"ird': [2], "😀": [3], "select": [4]})

    refresh_views(paths)

    assert ask(paths, f'SELECT "group by", "we""ird", "😀", "select" FROM "{source}"') == [
        (1, 2, 3, 4)
    ]


def test_nothing_is_rewritten_when_no_view_changes(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)
    database = database_path(paths)
    before = (database.stat().st_ino, database.stat().st_mtime_ns)

    accept(paths, "orders", "2b", id=[2], other=["x"])
    receipt = refresh_views(paths)

    assert not receipt.is_changed
    assert (database.stat().st_ino, database.stat().st_mtime_ns) == before
    assert ask(paths, "SELECT count(*), count(other) FROM orders") == [(2, 1)]


def test_a_source_without_files_loses_its_view(paths: Paths):
    path = accept(paths, "orders", "1a", id=[1])
    accept(paths, "items", "2b", id=[1])
    refresh_views(paths)

    path.unlink()
    receipt = refresh_views(paths)

    assert receipt.dropped == ('"main"."orders"',)
    assert views(paths) == ["main.items"]


def test_unfinished_files_are_not_seen(paths: Paths):
    path = accept(paths, "orders", "1a", id=[1])
    path.with_name(f"{path.name}.part-0a").write_bytes(b"half")
    refresh_views(paths)

    assert ask(paths, "SELECT count(*) FROM orders") == [(1,)]


def test_files_without_rows_and_of_wider_types_go_together(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    accept(paths, "orders", "2b", id=pl.Series([], dtype=pl.Int64))
    accept(paths, "orders", "3c", id=["x"])
    refresh_views(paths)

    assert ask(paths, "SELECT id FROM orders ORDER BY id") == [("1",), ("x",)]


def test_the_ledgers_mirrors_are_views_in_a_schema_of_their_own(paths: Paths):
    paths.ledger.mkdir(parents=True)
    (paths.ledger / "runs.csv").write_text(
        "run_id,kind,git_sha,elapsed_s\n20261121T041500Z__abc1234,bulk,0012345,1.5\n"
    )
    (paths.ledger / "dq_logs.jsonl").write_text('{"status":"PASSED"}\n{"details":{"n":1}}\n')
    pl.DataFrame({"name": ["score"], "value": [0.9]}).write_parquet(
        paths.ledger / "metrics.parquet"
    )

    refresh_views(paths)

    assert views(paths) == ["_dmaic.dq_logs", "_dmaic.metrics", "_dmaic.runs"]
    assert ask(paths, "SELECT git_sha, elapsed_s FROM _dmaic.runs") == [("0012345", 1.5)]
    assert ask(paths, "SELECT status FROM _dmaic.dq_logs") == [("PASSED",), (None,)]
    assert ask(paths, "SELECT value FROM _dmaic.metrics") == [(0.9,)]


def test_empty_mirrors_are_no_views(paths: Paths):
    paths.ledger.mkdir(parents=True)
    (paths.ledger / "dq_logs.jsonl").write_text("")

    refresh_views(paths)

    assert not database_path(paths).exists()


def test_what_people_made_themselves_stays(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)
    with open_database(database_path(paths), read_only=False) as connection:
        connection.execute("CREATE TABLE notes AS SELECT 'mine' AS text")
        connection.execute("CREATE VIEW big AS SELECT * FROM orders WHERE id > 0")

    accept(paths, "items", "2b", id=[1])
    refresh_views(paths)

    assert ask(paths, "SELECT text FROM notes") == [("mine",)]
    assert views(paths) == ["main.big", "main.items", "main.orders"]


@pytest.mark.parametrize("made", ["CREATE VIEW items AS SELECT 1", "CREATE TABLE items (n INT)"])
def test_a_name_that_people_took_is_left_to_them_and_told(paths: Paths, made: str):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)
    with open_database(database_path(paths), read_only=False) as connection:
        connection.execute(made)
    accept(paths, "items", "2b", id=[1])
    accept(paths, "more", "3c", id=[1])

    receipt = refresh_views(paths)

    assert receipt.written == ('"main"."more"',)
    assert len(receipt.problems) == 1
    assert "items" in receipt.problems[0]
    assert refresh_views(paths).problems == receipt.problems


def test_a_moved_data_folder_needs_one_refresh(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)
    moved = Paths(paths.root, paths.root / "elsewhere")
    paths.data.rename(moved.data)

    assert refresh_views(moved).written == ('"main"."orders"',)
    assert ask(moved, "SELECT id FROM orders") == [(1,)]


def test_readers_neither_block_a_refresh_nor_break(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)
    with open_database(database_path(paths)) as reader:
        accept(paths, "items", "2b", id=[1])

        assert refresh_views(paths, wait_s=1).written == ('"main"."items"',)
        assert reader.execute("SELECT id FROM orders").fetchall() == [(1,)]


HOLD = (
    "import duckdb, sys\n"
    "connection = duckdb.connect(sys.argv[1])\n"
    "print('open', flush=True)\n"
    "sys.stdin.readline()\n"
)


def test_a_program_that_writes_is_waited_for_and_named(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)
    accept(paths, "items", "2b", id=[1])
    command = [sys.executable, "-c", HOLD, str(database_path(paths))]
    with subprocess.Popen(
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdin is not None
        assert holder.stdout is not None
        assert holder.stdout.readline() == "open\n"

        with pytest.raises(StoreError, match="held by another program"):
            refresh_views(paths, wait_s=0.3)

        threading.Timer(0.3, holder.stdin.close).start()
        assert refresh_views(paths, wait_s=20).written == ('"main"."items"',)


def test_many_refreshes_at_once_leave_a_whole_database(paths: Paths):
    for number in range(6):
        accept(paths, f"source{number}", "1a", id=[number])
    threads = [threading.Thread(target=refresh_views, args=(paths,)) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()

    assert views(paths) == [f"main.source{number}" for number in range(6)]
    assert [p.name for p in paths.warehouse.iterdir() if "part" in p.name] == []


def test_an_exception_gives_the_connection_back(paths: Paths):
    accept(paths, "orders", "1a", id=[1])
    refresh_views(paths)

    with pytest.raises(duckdb.Error), open_database(database_path(paths)) as connection:
        connection.execute("SELECT * FROM nowhere")

    with open_database(database_path(paths), read_only=False, wait_s=0) as connection:
        assert connection.execute("SELECT id FROM orders").fetchone() == (1,)


@pytest.mark.parametrize("content", [b"x" * 5000, b""])
def test_a_file_that_is_no_database_is_refused_or_built_anew(paths: Paths, content: bytes):
    accept(paths, "orders", "1a", id=[1])
    database_path(paths).write_bytes(content)

    if content:
        with pytest.raises(StoreError, match="cannot be opened"):
            refresh_views(paths)
        assert database_path(paths).read_bytes() == content
    else:
        refresh_views(paths)
        assert ask(paths, "SELECT id FROM orders") == [(1,)]


def test_a_lock_is_exclusive_and_freed_on_exceptions(tmp_path: Path):
    path = tmp_path / "deep" / ".lock"

    with pytest.raises(RuntimeError), file_lock(path, wait_s=0):
        with pytest.raises(StoreError, match="has held"), file_lock(path, wait_s=0.05):
            pass
        raise RuntimeError

    with file_lock(path, wait_s=0):
        pass


def test_a_lock_is_freed_when_its_holder_is_killed(tmp_path: Path):
    path = tmp_path / ".lock"
    script = (
        "import sys, time; from pathlib import Path;"
        "from dmaic_assets.store.file_lock import file_lock\n"
        "with file_lock(Path(sys.argv[1]), wait_s=0):\n"
        "    print('held', flush=True)\n    time.sleep(60)\n"
    )
    with subprocess.Popen(
        [sys.executable, "-c", script, str(path)], stdout=subprocess.PIPE, text=True
    ) as holder:
        assert holder.stdout is not None
        assert holder.stdout.readline() == "held\n"

        holder.kill()

        with file_lock(path, wait_s=10):
            pass
