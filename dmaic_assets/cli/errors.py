"""How a command ends when it cannot do its work: one envelope, one exit code per kind of error.

What belongs here: the last boundary of the `dmaic` command. What does not: deciding what is an
error (the core raises) and what a held file means (exit code `HELD`, which commands return).
"""

import json
import os
import sys
import tempfile
import traceback
from collections.abc import Callable
from pathlib import Path

import click

from dmaic_assets.cli.framework import commands_beside
from dmaic_assets.errors import BadInputError, DmaicError, InvariantError, PolicyError, StoreError

# Exit codes (docs/guides/command-line.md); the others stand with their errors.
OK = 0
# Never suggested for another word: what is meant may be the contrary.
_DRASTIC = frozenset({"--force", "--yes"})
HELD = PolicyError.exit_code
# 128 + SIGINT, as shells report it.
INTERRUPTED = 130
# 128 + SIGPIPE, as shells report it.
BROKEN_PIPE = 141


def exit_code_of(command: Callable[[], object], *, is_json: bool) -> int:
    """Runs a command and reports whatever stops it on standard error.

    Args:
        command: The work; an integer that it returns is the exit code, anything else means OK.
        is_json: Whether errors are reported as one JSON object instead of lines for people.

    Returns:
        0 for success, 2 BadInput, 3 Invariant, 4 Policy, 5 IO, 130 interrupted, 141 when the
        reader of our output went away.
    """
    try:
        result = command()
        sys.stdout.flush()
    except (KeyboardInterrupt, click.Abort):
        click.echo("interrupted", err=True)
        return INTERRUPTED
    except BrokenPipeError:
        _abandon_stdout()
        return BROKEN_PIPE
    except Exception as error:  # noqa: BLE001 - the last boundary: every defect gets its exit code
        refusal = as_refusal(error)
        report(refusal, is_json=is_json)
        return refusal.exit_code
    return result if isinstance(result, int) else OK


def as_refusal(error: Exception) -> DmaicError:
    """Translates any exception to the tree of `dmaic_assets.errors`; logs a defect's traceback."""
    if isinstance(error, DmaicError):
        return error
    if isinstance(error, click.ClickException):
        return _usage_refusal(error)
    if isinstance(error, OSError):
        subject = str(error.filename or "the operating system")
        culprit = error.strerror or str(error) or type(error).__name__
        return StoreError(subject, culprit, "Check that the path is there, writable and not full.")
    try:
        fix = f"This is a defect; the traceback is in {_log_traceback(error)}."
    except OSError as refused:
        fix = f"This is a defect; its traceback could not be written: {refused.strerror}."
    return InvariantError("dmaic", f"{type(error).__name__}: {error}", fix)


def report(refusal: DmaicError, *, is_json: bool) -> None:
    """Writes one error to standard error: a JSON envelope, or an error line and a hint line."""
    envelope = refusal.envelope()
    if is_json:
        click.echo(json.dumps(envelope, ensure_ascii=False), err=True)
        return
    click.echo(
        click.style("error: ", fg="red", bold=True) + _one_line(envelope["detail"]), err=True
    )
    if envelope["hint"]:
        click.echo(click.style("hint: ", fg="cyan") + _one_line(envelope["hint"]), err=True)


def _usage_refusal(error: click.ClickException) -> BadInputError:
    context = error.ctx if isinstance(error, click.UsageError) else None
    path = context.command_path if context else "dmaic"
    if isinstance(error, click.NoSuchOption) and context is not None:
        return BadInputError(path, *_unknown_option(error, context))
    return BadInputError(path, error.format_message(), f"See: {path} --help")


def _unknown_option(error: click.NoSuchOption, context: click.Context) -> tuple[str, str]:
    """Names options alike, but none that computes or removes, and the commands that have it."""
    alike = [name for name in error.possibilities or () if name not in _DRASTIC]
    meant = f" Did you mean {' or '.join(alike)}?" if alike else ""
    others = commands_beside(context, error.option_name)
    belongs = f"{error.option_name} belongs to: {', '.join(others)}. " if others else ""
    return error.message + meant, f"{belongs}See: {context.command_path} --help"


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _log_traceback(error: Exception) -> Path:
    handle, name = tempfile.mkstemp(prefix="dmaic-error-", suffix=".log")
    with os.fdopen(handle, "w", encoding="utf-8") as log:
        log.writelines(traceback.format_exception(error))
    return Path(name)


def _abandon_stdout() -> None:
    # Python flushes stdout once more at exit, which would print a second complaint.
    os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
