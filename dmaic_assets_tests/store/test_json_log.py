import json
import logging
import subprocess
import sys
from datetime import UTC, datetime

import pytest

from dmaic_assets.store.json_log import (
    TOLD,
    JsonLine,
    TurnedOverFile,
    line_of,
    without_secrets,
)

AT = datetime(2026, 11, 30, tzinfo=UTC)


def record(text: str, *arguments: object, **told: object) -> logging.LogRecord:
    made = logging.LogRecord("a.b", logging.WARNING, "f.py", 1, text, arguments, None)
    setattr(made, TOLD, told)
    return made


def test_a_record_is_one_line_of_json():
    line = JsonLine().format(record("it took %d s\nand more", 3, path="/x", ms=1.5))

    assert "\n" not in line
    told = json.loads(line)
    assert told.pop("time").endswith("+00:00")
    assert told == {
        "level": "warning",
        "event": "it took 3 s\nand more",
        "logger": "a.b",
        "path": "/x",
        "ms": 1.5,
    }


def test_a_traceback_belongs_to_its_line():
    made = record("broke")
    try:
        raise ValueError("token=abcdef")
    except ValueError:
        made.exc_info = sys.exc_info()

    told = json.loads(JsonLine().format(made))

    assert "ValueError" in told["traceback"]
    assert "abcdef" not in told["traceback"]


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("GET /sign-in?code=abc-DEF_1 HTTP/1.1", "GET /sign-in?code=*** HTTP/1.1"),
        ("Authorization: Bearer abc.def", "Authorization: Bearer ***"),
        ("Cookie: dmaic_session_3000=abc; a=b", "Cookie: dmaic_session_3000=***; a=b"),
        ("DMAIC_READ_TOKEN is set; token=abc&x=1", "DMAIC_READ_TOKEN is set; token=***&x=1"),
        ("postgresql://me:hidden@host/db", "postgresql://me:***@host/db"),
        ("nothing to hide: code 4, http://host:80/x", "nothing to hide: code 4, http://host:80/x"),
    ],
)
def test_secrets_are_starred_out(text, shown):
    assert without_secrets(text) == shown


def test_lines_of_others_get_our_form_and_ours_stay():
    ours = '{"event": "x", "level": "error"}'

    assert line_of(ours, at=AT, process="daemon") == ours
    assert json.loads(line_of("{no json", at=AT, process="daemon")) == {
        "time": "2026-11-30T00:00:00.000+00:00",
        "level": "info",
        "event": "{no json",
        "process": "daemon",
    }
    assert json.loads(line_of("[1]", at=AT))["event"] == "[1]"


def test_full_files_are_turned_over_and_the_oldest_goes(tmp_path):
    file = TurnedOverFile(tmp_path / "logs" / "a.log", size=100, count=2)
    for number in range(20):
        file.write(f"{number:02} {'x' * 30}")

    names = sorted(p.name for p in (tmp_path / "logs").glob("a.log*") if "lock" not in p.name)
    kept = [(tmp_path / "logs" / name).read_text() for name in reversed(names)]

    assert names == ["a.log", "a.log.1", "a.log.2"]
    assert all(len(text) <= 100 for text in kept)
    numbers = [int(line[:2]) for line in "".join(kept).splitlines()]
    assert numbers == list(range(numbers[0], 20))


def test_without_older_files_the_newest_begins_anew(tmp_path):
    file = TurnedOverFile(tmp_path / "a.log", size=50, count=0)
    for number in range(5):
        file.write(f"{number} {'x' * 30}")

    assert (tmp_path / "a.log").read_text().startswith("4 ")
    assert not (tmp_path / "a.log.1").exists()


def test_a_line_longer_than_a_file_is_written_once(tmp_path):
    file = TurnedOverFile(tmp_path / "a.log", size=50, count=1)
    file.write("x" * 200)
    file.write("y")

    assert (tmp_path / "a.log").read_text() == "y\n"
    assert (tmp_path / "a.log.1").read_text() == f"{'x' * 200}\n"


WRITE = """
import sys
from pathlib import Path
from dmaic_assets.store.json_log import TurnedOverFile
file = TurnedOverFile(Path(sys.argv[1]), size=2_000, count=50)
for number in range(300):
    file.write(f"{sys.argv[2]} {number:04} " + "x" * 20)
"""


def test_several_processes_share_a_file_and_lose_no_line(tmp_path):
    path = tmp_path / "a.log"
    writers = [subprocess.Popen([sys.executable, "-c", WRITE, str(path), n]) for n in "ab"]
    assert [writer.wait(60) for writer in writers] == [0, 0]

    lines = [
        line
        for part in tmp_path.glob("a.log*")
        if "lock" not in part.name
        for line in part.read_text().splitlines()
    ]

    assert len(lines) == 600
    assert {line[0] for line in lines} == {"a", "b"}
    assert all(line.endswith("x" * 20) for line in lines)


def test_a_disk_that_refuses_stops_nobody(tmp_path):
    (tmp_path / "file").write_text("")

    TurnedOverFile(tmp_path / "file" / "a.log").write("x")
