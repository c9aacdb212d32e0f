"""Every console block of the readme and the quick start is run, and prints what stands there.

The readme's blocks run in a clean clone, in order: `make demo` first, so they are run beside the
tests of the demo (cli/demo/test_demo.py). The quick start's run here, in an empty folder. Blocks
that are not run say why, above them.
"""

import re
from pathlib import Path

import pytest

from dmaic_assets_tests.repository.session import (
    BLOCK,
    REPOSITORY,
    Step,
    empty_folder,
    is_same,
    replay,
    run,
    steps_of,
)

QUICK_START = "docs/guides/quickstart.md"
PAGES = ("README.md", QUICK_START)


@pytest.mark.demo
@pytest.mark.timeout(600)
def test_the_quick_start_prints_what_it_says(tmp_path: Path) -> None:
    text = (REPOSITORY / QUICK_START).read_text(encoding="utf-8")

    ran = list(replay(text, empty_folder(tmp_path)))

    assert ran
    for _, step, printed in ran:
        assert is_same(step.output, printed), f"$ {step.command}\n" + "\n".join(printed)


def test_blocks_of_commands_are_console_blocks_and_say_why_when_they_are_not_run() -> None:
    for page in PAGES:
        text = (REPOSITORY / page).read_text(encoding="utf-8")
        fences = re.findall(r"^```(\w+)$", text, flags=re.MULTILINE)

        assert not {"bash", "sh", "shell"} & set(fences), page
        assert len(BLOCK.findall(text)) == fences.count("console")


def test_a_block_is_read_as_commands_with_their_output() -> None:
    body = "$ a \\\n> b\nx\ny\n$ c\n"

    assert steps_of(body) == [Step("a \\\nb", ("x", "y")), Step("c", ())]


@pytest.mark.parametrize(
    ("told", "printed", "expected"),
    [
        (["took 1.5 s"], ["took 22 s"], True),
        (["run 20261121T041500Z__abc1234: x"], ["run 20300101T000000Z__nogit-2: x"], True),
        (["a", "...", "z"], ["a", "b", "c", "z"], True),
        (["a", "z"], ["a", "b", "z"], False),
        (["3 files"], ["4 files"], False),
        ([], ["error"], False),
    ],
)
def test_only_what_varies_may_differ(told: list[str], printed: list[str], expected: bool) -> None:
    assert is_same(told, printed) is expected


def test_a_command_leaves_us_where_it_went(tmp_path: Path) -> None:
    printed, place = run("mkdir inside && cd inside && printf 'a\\nb'", empty_folder(tmp_path))

    assert printed == ["a", "b"]
    assert place.folder.resolve() == (tmp_path / "inside").resolve()
