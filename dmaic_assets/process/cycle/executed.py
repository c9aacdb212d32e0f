"""Runs the notebooks of a run, with parameters: executed copies beside them.

What belongs here: one notebook after the other through papermill, each in a process of its own.
What stands in a notebook, `reports.notebooks` knows.
"""

import secrets
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from importlib.util import find_spec
from pathlib import Path
from typing import Literal

from dmaic_assets.errors import BadInputError, InvariantError
from dmaic_assets.reports.notebooks import executed_name, parameters_of
from dmaic_assets.store.effect_files import PART_MARK, store_error

# Seconds in which a kernel has to answer at first: it loads Python and nothing of ours.
_START_S = 120
_NEEDED = ("papermill", "ipykernel")


@dataclass(frozen=True, slots=True)
class ExecutedNotebook:
    """How one notebook went: `path` has its outputs, and those of the cell that failed.

    `problem` says in a line what went wrong, and is empty where nothing did.
    """

    name: str
    path: Path
    status: Literal["done", "failed", "timed out"]
    elapsed_s: float
    problem: str = ""


def need_papermill() -> None:
    """Refuses to go on without the libraries that run notebooks.

    Raises:
        BadInputError: One is not installed.
    """
    missing = [name for name in _NEEDED if find_spec(name) is None]
    if missing:
        culprit = f"need {' and '.join(missing)}, not installed here"
        fix = "Install it: pip install 'dmaic-assets[notebooks]'"
        raise BadInputError("the notebooks", culprit, fix)


def execute_notebooks(
    notebooks: Sequence[Path],
    parameters: Mapping[str, str],
    *,
    timeout_s: int,
    on_done: Callable[[ExecutedNotebook], None] = lambda _done: None,
) -> tuple[ExecutedNotebook, ...]:
    """Executes notebooks where they lie; one that fails stops no other.

    Args:
        notebooks: Their files; each gets a copy with outputs beside it.
        parameters: Values of the cell `parameters`, by name: texts, in place of those that are
            there.
        timeout_s: Seconds that one cell may take.
        on_done: Told each notebook as soon as it ended.

    Raises:
        BadInputError: The libraries are missing, or a notebook has no such parameter.
        StoreError: The folder refuses.
    """
    need_papermill()
    for notebook in notebooks:
        _refuse_unknown(notebook, parameters)
    found: list[ExecutedNotebook] = []
    for notebook in notebooks:
        done = _executed(notebook, parameters, timeout_s)
        found.append(done)
        on_done(done)
    return tuple(found)


def refusal_of_notebooks(executed: Sequence[ExecutedNotebook]) -> InvariantError | None:
    """The error that the command ends with; None when every notebook went through."""
    failed = [one for one in executed if one.status != "done"]
    if not failed:
        return None
    first, others = failed[0], len(failed) - 1
    more = f" (and {others} more)" if others else ""
    fix = f"The cell and its traceback are in {first.path}."
    return InvariantError(first.name, f"{first.status}: {first.problem}{more}", fix)


def _refuse_unknown(notebook: Path, parameters: Mapping[str, str]) -> None:
    known = parameters_of(notebook.read_text(encoding="utf-8"))
    for name in parameters:
        if name not in known:
            culprit = f"is no parameter of {notebook.name}"
            raise BadInputError(name, culprit, f"Parameters: {', '.join(known) or 'none'}.")


def _executed(notebook: Path, parameters: Mapping[str, str], timeout_s: int) -> ExecutedNotebook:
    import papermill
    from nbclient.exceptions import CellTimeoutError, DeadKernelError
    from traitlets.config import Config

    target = notebook.with_name(executed_name(notebook.name))
    part = target.with_name(f"{target.stem}{PART_MARK}{secrets.token_hex(4)}.ipynb")
    began = time.perf_counter()
    status: Literal["done", "failed", "timed out"] = "done"
    problem = ""
    try:
        papermill.execute_notebook(
            str(notebook),
            str(part),
            dict(parameters),
            kernel_name="python3",
            cwd=str(notebook.parent),
            progress_bar=False,
            start_timeout=_START_S,
            execution_timeout=timeout_s,
            # Sockets in a folder that only this user reads: TCP would send cells in plain text.
            config=Config(KernelManager={"transport": "ipc"}),
        )
    except papermill.PapermillExecutionError as error:
        status, problem = "failed", f"cell {error.exec_count}: {error.ename}: {error.evalue}"
    except CellTimeoutError:
        status, problem = "timed out", f"a cell took longer than {timeout_s} s"
    except DeadKernelError:
        status, problem = "failed", "its process died; there may be too little memory"
    except OSError as error:
        raise store_error(notebook.parent, error) from error
    finally:
        # Also what an interruption leaves is worth a look.
        if part.is_file():
            part.replace(target)
    return ExecutedNotebook(
        notebook.name, target, status, time.perf_counter() - began, problem.partition("\n")[0]
    )
