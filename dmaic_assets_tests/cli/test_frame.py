"""The frame of the command line: start-up, help, errors, exit codes."""

import errno
import json
import os
import shlex
import subprocess
import sys
from pathlib import Path

import click
import pytest

from dmaic_assets.cli.errors import exit_code_of
from dmaic_assets.cli.framework import DefaultGroup, ExampleCommand, LazyCommand, LazyGroup
from dmaic_assets.cli.main import COMMANDS, main
from dmaic_assets.errors import BadInputError, InvariantError, PolicyError, StoreError
from dmaic_assets_tests.cli.leaves import leaves
from dmaic_assets_tests.cli.shell import clean_environment, dmaic

HEAVY = ("dagster", "polars", "pydantic", "sqlalchemy", "duckdb", "numpy", "rich", "yaml")


LEAVES = list(leaves())


def leaf_id(value: object) -> str:
    return " ".join(value) if isinstance(value, tuple) else ""


def test_help_loads_nothing_heavy() -> None:
    script = (
        "import sys; from dmaic_assets.cli.main import main; main(['--help']);"
        f"sys.exit(','.join(m for m in {HEAVY!r} if m in sys.modules) or 0)"
    )
    ran = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        env=clean_environment(),
        capture_output=True,
        text=True,
    )

    assert (ran.returncode, ran.stderr) == (0, "")


@pytest.mark.parametrize(
    ("command", "code"), [("", 0), ("'gate'", 2), ("'status', '--project', 'none'", 2)]
)
def test_a_process_of_the_command_ends_after_its_exit_handlers(
    tmp_path: Path, command: str, code: int
) -> None:
    script = (
        "import atexit, sys, threading, time; from dmaic_assets.cli.main import main\n"
        "class Late:\n    def __del__(self): print('taken apart')\n"
        "late = Late(); sys.modules['late'] = late\n"
        "def work(): time.sleep(.2); print('thread')\n"
        "threading.Thread(target=work).start()\n"
        "import dmaic_assets.cli.main as module\n"
        "first = module._exit_code_of\n"
        "def invoked(args): atexit.register(print, 'handler', end=''); return first(args)\n"
        "module._exit_code_of = invoked\n"
        f"sys.argv = ['dmaic', {command}]; sys.exit(main())"
    )

    ran = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        env=clean_environment(),
        cwd=tmp_path,
        capture_output=True,
        text=True,
    )

    assert ran.returncode == code
    assert ran.stdout.endswith("thread\nhandler")


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=leaf_id)
def test_every_command_explains_itself_with_examples(
    path: tuple[str, ...], command: click.Command
) -> None:
    assert isinstance(command, ExampleCommand)
    assert command.help
    assert command.examples
    for example in command.examples:
        assert example.startswith(" ".join(("dmaic", *path)))


@pytest.mark.parametrize(("path", "command"), LEAVES, ids=leaf_id)
def test_the_options_of_every_example_exist(path: tuple[str, ...], command: click.Command) -> None:
    options = {
        name
        for parameter in command.params
        for name in (*parameter.opts, *parameter.secondary_opts)
    }

    for example in command.examples if isinstance(command, ExampleCommand) else ():
        own = example.split(" && ")[0].split(" | ")[0]
        used = {word.split("=")[0] for word in shlex.split(own) if word.startswith("-")}

        assert used <= options, path


@pytest.mark.parametrize("command", COMMANDS, ids=lambda c: c.name)
def test_the_table_of_commands_tells_what_the_commands_tell(command: LazyCommand) -> None:
    loaded = command.load()
    shown = loaded.default.load() if isinstance(loaded, DefaultGroup) else loaded

    assert len(command.summary) <= 62, "help fits 80 columns"
    assert shown.get_short_help_str(limit=200).rstrip(".") == command.summary.rstrip(".")


def test_nothing_asked_for_is_answered_with_help(capsys: pytest.CaptureFixture[str]) -> None:
    code = main([])

    assert code == 0
    assert "Usage: dmaic" in capsys.readouterr().out


def test_help_of_a_command_that_has_members_names_them(capsys: pytest.CaptureFixture[str]) -> None:
    main(["gate", "--help"])
    group = capsys.readouterr().out
    main(["gate", "admit", "--help"])

    assert "Commands:\n  dmaic gate admit   " in group
    assert "\n  dmaic gate release   " in group
    assert "Commands:" not in capsys.readouterr().out


def test_an_unknown_command_is_refused_with_the_nearest_one(
    capsys: pytest.CaptureFixture[str],
) -> None:
    code = main(["innit"])

    captured = capsys.readouterr()
    assert (code, captured.out) == (2, "")
    assert captured.err.splitlines() == [
        "error: dmaic: no command 'innit'; did you mean init?",
        "hint: See: dmaic --help",
    ]


def test_a_wrong_option_is_refused_as_json_when_json_was_asked_for(tmp_path: Path) -> None:
    ran = dmaic("init", "--nope", "--json", cwd=tmp_path)

    assert (ran.code, ran.out) == (2, "")
    assert ran.error["error"] == "BadInput"
    assert set(ran.error) == {"error", "detail", "hint"}


def test_the_version_is_the_package_s(capsys: pytest.CaptureFixture[str]) -> None:
    code = main(["--version"])

    assert code == 0
    assert capsys.readouterr().out.startswith("dmaic, version ")


@pytest.mark.parametrize(
    ("raised", "code", "name"),
    [
        (BadInputError("a.csv", "no rows", "Send it again."), 2, "BadInput"),
        (InvariantError("ledger", "two verdicts", "Report it."), 3, "Invariant"),
        (PolicyError("a.csv", "held", "Look."), 4, "Policy"),
        (StoreError("disk", "full", "Make room."), 5, "IO"),
        (OSError(errno.ENOSPC, "No space left on device", "/data/x"), 5, "IO"),
        (PermissionError(errno.EACCES, "Permission denied", "/data/x"), 5, "IO"),
        (click.UsageError("no such thing"), 2, "BadInput"),
        (ZeroDivisionError("division by zero"), 3, "Invariant"),
    ],
)
def test_each_kind_of_error_has_its_exit_code_and_envelope(
    raised: Exception, code: int, name: str, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise raised

    left_with = exit_code_of(command, is_json=True)

    envelope = json.loads(capsys.readouterr().err)
    assert (left_with, envelope["error"]) == (code, name)
    assert envelope["detail"]
    assert envelope["hint"]


def test_an_error_takes_one_line_for_people(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise BadInputError("a.csv", "row 3:\n  too many cells", "Quote\nthe comma.")

    exit_code_of(command, is_json=False)

    assert capsys.readouterr().err.splitlines() == [
        "error: a.csv: row 3: too many cells",
        "hint: Quote the comma.",
    ]


def test_a_defect_keeps_its_traceback_in_a_file(capsys: pytest.CaptureFixture[str]) -> None:
    def command() -> None:
        raise ZeroDivisionError("division by zero")

    exit_code_of(command, is_json=True)

    hint = json.loads(capsys.readouterr().err)["hint"]
    log = Path(hint.rpartition(" ")[2].rstrip("."))
    assert "ZeroDivisionError: division by zero" in log.read_text(encoding="utf-8")
    log.unlink()


@pytest.mark.parametrize(("raised", "code"), [(KeyboardInterrupt(), 130), (click.Abort(), 130)])
def test_an_interrupted_command_says_so_and_no_more(
    raised: BaseException, code: int, capsys: pytest.CaptureFixture[str]
) -> None:
    def command() -> None:
        raise raised

    assert exit_code_of(command, is_json=False) == code
    assert capsys.readouterr().err == "interrupted\n"


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    script = "import sys; from dmaic_assets.cli.main import main; sys.exit(main(['--help']))"
    read, write = os.pipe()
    os.close(read)

    ran = subprocess.run(
        [sys.executable, "-c", script],
        check=False,
        env=clean_environment(),
        cwd=tmp_path,
        stdout=write,
        stderr=subprocess.PIPE,
    )
    os.close(write)

    assert (ran.returncode, ran.stderr) == (141, b"")


def test_a_command_s_integer_is_the_exit_code() -> None:
    assert exit_code_of(lambda: 4, is_json=False) == 4
    assert exit_code_of(lambda: None, is_json=False) == 0


@click.command("file", cls=ExampleCommand, examples=("dmaic gate a.csv",))
@click.argument("name")
@click.option("--loud", is_flag=True)
def default_member(*, name: str, loud: bool) -> str:
    """Judge."""
    return f"file {name} {loud}"


@click.command("release", cls=ExampleCommand, examples=("dmaic gate release a.csv",))
@click.argument("name")
def named_member(*, name: str) -> str:
    """Release."""
    return f"release {name}"


@pytest.mark.parametrize(
    ("arguments", "result"),
    [
        (["a.csv"], "file a.csv False"),
        (["--loud", "a.csv"], "file a.csv True"),
        (["release", "a.csv"], "release a.csv"),
        (["./release"], "file ./release False"),
    ],
)
def test_a_group_with_a_default_is_a_command_too(arguments: list[str], result: str) -> None:
    here = "dmaic_assets_tests.cli.test_frame"
    gate = DefaultGroup(
        "gate",
        default=LazyCommand("gate", f"{here}:default_member", "Judge."),
        lazy=(LazyCommand("release", f"{here}:named_member", "Release."),),
    )
    group = LazyGroup("dmaic", lazy=())
    group.add_command(gate)

    assert group.main(["gate", *arguments], standalone_mode=False) == result
