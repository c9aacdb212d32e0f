"""Runs the console blocks of a document and compares, or writes, what they print.

A block marked `console` holds commands after `$ ` (going on after `> `) and what they print. A
comment `<!-- not run: reason -->` above it keeps it from being run; a line `...` in the output
stands for any number of lines. Run ids and durations differ each time and are compared as such.

`python -m dmaic_assets_tests.repository.session README.md` shows what differs in a clean clone;
with `--write` it writes what the commands print into the document.
"""

import os
import re
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

REPOSITORY = Path(__file__).parents[2]
BLOCK = re.compile(
    r"(?P<note><!-- not run: [^>]*-->\n)?^```console\n(?P<body>.*?)^```$", re.MULTILINE | re.DOTALL
)
ANY_LINES = "..."
VARYING = (
    (re.compile(r"\d{8}T\d{6}Z__[0-9a-z]+(-\w+)?"), "<run>"),
    (re.compile(r"\b\d+(\.\d+)? s\b|\b\d+ min \d\d s\b"), "<time>"),
    (re.compile(r"\d{4}-\d\d-\d\d \d\d:\d\d:\d\d"), "<moment>"),
    (re.compile(r"\d{8}T\d{6}Z-r[0-9a-f]{4}"), "<recursion>"),
    # A table is as wide as what varies in it.
    (re.compile(r"─+"), "─"),
    (re.compile(r" {2,}"), "  "),
)
END = "__end_of_command__"


@dataclass(frozen=True)
class Step:
    command: str
    output: tuple[str, ...]


@dataclass(frozen=True)
class Place:
    """Where commands run: a folder, and an environment that follows `cd` and `activate`."""

    folder: Path
    environment: dict[str, str]


def steps_of(body: str) -> list[Step]:
    """Reads the commands of a block with the output written below each."""
    steps: list[Step] = []
    for line in body.splitlines():
        if line.startswith("$ "):
            steps.append(Step(line[2:], ()))
        elif steps and not steps[-1].output and re.match(r">( |$)", line):
            steps[-1] = Step(f"{steps[-1].command}\n{line[2:]}", ())
        elif steps:
            steps[-1] = replace(steps[-1], output=(*steps[-1].output, line))
    return steps


def blocks_to_run(text: str) -> Iterator["re.Match[str]"]:
    return (match for match in BLOCK.finditer(text) if not match["note"])


def run(command: str, place: Place) -> tuple[list[str], Place]:
    """Runs one command; tells what it printed and where it left us."""
    if re.fullmatch(r"(\.|source) \.venv/bin/activate", command):
        path = f"{place.folder}/.venv/bin{os.pathsep}{place.environment['PATH']}"
        return [], replace(place, environment=place.environment | {"PATH": path})
    ran = subprocess.run(
        ["bash", "-c", f"{command}\necho; echo {END} $PWD"],
        cwd=place.folder,
        env=place.environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        timeout=560,
        check=False,
    )
    printed, _, folder = ran.stdout.rpartition(END)
    # The echo before the mark ends an unfinished line; after a finished one it is an empty line.
    return printed.removesuffix("\n").splitlines(), replace(place, folder=Path(folder.strip()))


def is_same(told: Sequence[str], printed: Sequence[str]) -> bool:
    """Compares output, varying parts apart; `...` stands for any lines."""
    pattern = "\n".join(
        r"(?s:.*)" if line == ANY_LINES else re.escape(normal(line)) for line in told
    )
    return re.fullmatch(pattern, "\n".join(normal(line) for line in printed)) is not None


def normal(line: str) -> str:
    for pattern, name in VARYING:
        line = pattern.sub(name, line)
    return line.rstrip()


def replay(text: str, place: Place) -> Iterator[tuple["re.Match[str]", Step, list[str]]]:
    """Runs every block of a document in order; gives block, step and what was printed."""
    for block in blocks_to_run(text):
        for step in steps_of(block["body"]):
            printed, place = run(step.command, place)
            yield block, step, printed


def rewritten(text: str, place: Place) -> str:
    """Builds the document with what the commands print now; steps that match stay as they are."""
    parts: list[str] = []
    position = 0
    bodies: dict[int, tuple[re.Match[str], list[str]]] = {}
    for block, step, printed in replay(text, place):
        lines = bodies.setdefault(block.start(), (block, []))[1]
        output = step.output if is_same(step.output, printed) else printed
        command = step.command.replace("\n", "\n> ")
        lines += [f"$ {command}", *output]
    for block, lines in bodies.values():
        parts += [text[position : block.start("body")], "\n".join(lines) + "\n"]
        position = block.end("body")
    return "".join([*parts, text[position:]])


def environment() -> dict[str, str]:
    """A user's environment: no project, no activated environment, make's `.venv` taken as it is."""
    own = str(Path(sys.prefix) / "bin")
    path = os.pathsep.join(p for p in os.environ["PATH"].split(os.pathsep) if p != own)
    # What was given to the make that runs these tests is not meant for the make of a document.
    strange = ("DMAIC_", "DAGSTER_", "MAKE", "MFLAGS", "ARGS")
    kept = {k: v for k, v in os.environ.items() if not k.startswith(strange)}
    return kept | {"PATH": path, "VENV": ".venv", "NO_COLOR": "1"}


def clean_clone(folder: Path) -> Place:
    """Makes a clone of what is committed, with this environment as its `.venv`."""
    clone = folder / "dmaic-assets"
    git = shutil.which("git") or "git"
    subprocess.run([git, "clone", "-q", str(REPOSITORY), str(clone)], check=True)
    (clone / ".venv").symlink_to(sys.prefix)
    return Place(clone, environment() | {"PYTHONPATH": str(clone)})


def empty_folder(folder: Path) -> Place:
    """Makes a folder with nothing in it, and `dmaic` on the path."""
    path = f"{Path(sys.prefix) / 'bin'}{os.pathsep}{environment()['PATH']}"
    return Place(folder, environment() | {"PYTHONPATH": str(REPOSITORY), "PATH": path})


def main(arguments: Sequence[str]) -> int:
    """Shows or writes the differences of the documents named."""
    is_writing = "--write" in arguments
    for name in (a for a in arguments if not a.startswith("-")):
        page = REPOSITORY / name
        text = page.read_text(encoding="utf-8")
        with tempfile.TemporaryDirectory() as folder:
            make_place = clean_clone if page.name == "README.md" else empty_folder
            now = rewritten(text, make_place(Path(folder)))
        if now != text and is_writing:
            page.write_text(now, encoding="utf-8")
        sys.stdout.write(f"{name}: {'as it was' if now == text else 'differs'}\n")
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
