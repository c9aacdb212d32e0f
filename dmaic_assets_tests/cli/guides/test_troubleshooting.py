"""Every command of the troubleshooting guide is one, and those that only look are run."""

import re
import shlex
from collections.abc import Callable
from pathlib import Path

import pytest

from dmaic_assets_tests.cli.printed_commands import examples
from dmaic_assets_tests.cli.shell import Finished
from dmaic_assets_tests.work.conftest import ROOT, csv_of, make_project

Call = Callable[..., Finished]
GUIDE = (ROOT / "docs" / "guides" / "troubleshooting.md").read_text(encoding="utf-8")
COMMANDS = tuple(dict.fromkeys(re.findall(r"`(dmaic [^`]+)`", GUIDE)))
# Words that stand for something of the reader's.
PLACES = {"SOURCE": "orders", "SOURCE/FILE": "orders/held.csv", "RULE": "file.row_count"}
# These change something that others here look at, or serve until they are stopped.
NOT_RUN = re.compile(r"dmaic (gate|dev|backfill|alarms ack|report --execute|types|run --phase)")
CODES = {"dmaic report": 2, "dmaic run-all": 4, "dmaic backfill": 4}


@pytest.fixture(scope="module")
def shop(tmp_path_factory: pytest.TempPathFactory) -> Path:
    made = make_project(tmp_path_factory.mktemp("trouble"))
    for number in range(4):
        made.drop(f"{number}.csv", csv_of(100 * number))
    made.run()
    made.drop("held.csv", "neither,of,these\nis,a,column\n")
    made.run()
    made.platform.close()
    return made.root


@pytest.mark.parametrize("command", [c for c in COMMANDS if not NOT_RUN.match(c)])
def test_a_command_that_looks_is_run(command: str, shop: Path, call: Call) -> None:
    words = [PLACES.get(word, word) for word in shlex.split(command)[1:]]

    ran = call(*words, cwd=shop)

    assert ran.code in {CODES.get(command, 0), 0}, ran.err


def test_the_others_are_commands_with_these_options() -> None:
    known = {command for command, _ in examples()}

    for command in (c for c in COMMANDS if NOT_RUN.match(c)):
        named = " ".join(shlex.split(command)[:3])
        assert any(named.startswith(path) for path in known), command
