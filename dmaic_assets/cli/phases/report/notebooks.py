"""`dmaic report --execute`: the notebooks of a run are run, with the values that were given."""

from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import progress, say, seconds
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json

if TYPE_CHECKING:
    from dmaic_assets.process.cycle.executed import ExecutedNotebook
    from dmaic_assets.work.run.platform import Platform


def run_of(platform: "Platform", named: str | None) -> str:
    """The run that is reported: the named one, else the newest that took sources through phases.

    Raises:
        BadInputError: There is no such run, or it has no phases.
    """
    from dmaic_assets.cli.runs.history_commands import find_run
    from dmaic_assets.process.cycle.run_facts import newest_dmaic_run
    from dmaic_assets.store.ledger.record.runs import list_phases

    fix = "Run them: dmaic run --phase control"
    if named is None:
        run_id = newest_dmaic_run(platform)
        if run_id is None:
            culprit = "no run has taken its sources through the phases yet"
            raise BadInputError(str(platform.paths.root), culprit, fix)
        return run_id
    run_id = find_run(platform, named).run_id
    if not list_phases(platform.ledger, run_id):
        raise BadInputError(named, "has taken no source through the phases", fix)
    return run_id


def values_of(parameters: Sequence[str], *, is_executing: bool) -> dict[str, str]:
    """Reads values for notebooks.

    Raises:
        BadInputError: One is not NAME=VALUE, or no notebook is run.
    """
    found: dict[str, str] = {}
    for text in parameters:
        name, is_given, value = text.partition("=")
        if not is_executing:
            raise BadInputError("--parameter", "is for notebooks that run", "Add --execute.")
        if not is_given or not name.isidentifier():
            raise BadInputError(f"--parameter {text}", "is not NAME=VALUE", "Write METRIC=dpmo.")
        found[name] = value
    return found


def run_notebooks(
    notebooks: Sequence[Path], values: Mapping[str, str], timeout_s: int, *, is_quiet: bool
) -> "tuple[ExecutedNotebook, ...]":
    """Runs notebooks with progress on a terminal.

    Raises:
        BadInputError: The libraries are missing, or a notebook has no such parameter.
        StoreError: The folder refuses.
    """
    from dmaic_assets.process.cycle.executed import execute_notebooks

    if not notebooks:
        return ()
    ended: list[str] = []
    with progress("notebooks", is_quiet=is_quiet) as advance:
        advance(0, len(notebooks), notebooks[0].name)

        def told(one: "ExecutedNotebook") -> None:
            ended.append(one.name)
            advance(len(ended), len(notebooks), one.name)

        return execute_notebooks(notebooks, values, timeout_s=timeout_s, on_done=told)


def tell_notebooks(executed: "Sequence[ExecutedNotebook]") -> None:
    """Tells how each went, and where its outputs are."""
    for one in executed:
        style = "" if one.status == "done" else "bold red"
        problem = f": {one.problem}" if one.problem else ""
        say(f"{one.status} in {seconds(one.elapsed_s)}: {one.path}{problem}", style=style)


def notebook_document(one: "ExecutedNotebook") -> dict[str, Json]:
    """The JSON form of one."""
    return {
        "notebook": one.name,
        "path": str(one.path),
        "status": one.status,
        "elapsed_s": round(one.elapsed_s, 3),
        "problem": one.problem or None,
    }
