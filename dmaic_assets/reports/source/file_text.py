"""The report of one file as Markdown: for a mail, a ticket or a terminal.

What belongs here: its words and their order. The page of the same file has the same view.
"""

from collections.abc import Sequence

from dmaic_assets.model import Violation
from dmaic_assets.reports.markdown import md_code, md_list, md_text
from dmaic_assets.reports.source.file_words import came_words, example_words, severity_words
from dmaic_assets.reports.views.source.file import FileView
from dmaic_assets.reports.views.source.files import disposition_words
from dmaic_assets.table.spelled_numbers import plural

# Rules told with all their examples; more are in the table only.
_MOST_TOLD = 12


def file_markdown(view: FileView) -> str:
    """Tells what was expected, what came, which rows, the likely cause, and what to do."""
    parts = [
        f"# {md_text(view.line.name)}: {disposition_words(view.line.disposition)}\n",
        f"{md_text(view.headline)} Source: {md_text(view.source)}.\n",
        "## What to do\n",
        _advice(view),
    ]
    if view.violations or view.thresholds:
        parts += ["## What was expected, and what came\n", _broken(view)]
    parts += ["## The file\n", _pairs(came_words(view))]
    if view.hidden:
        told = ", ".join(view.hidden)
        parts.append(f"\nValues of columns that tell of persons are kept back: {md_text(told)}.\n")
    return "\n".join(parts)


def _advice(view: FileView) -> str:
    steps = "".join(f"{n}. {md_text(step)}\n" for n, step in enumerate(view.advice.steps, 1))
    who = f"To ask: {md_text(view.advice.to_whom)}.\n"
    command = f"\nCommand: {md_code(view.advice.command)}\n" if view.advice.command else ""
    is_fine = view.line.disposition not in ("rejected", "quarantine")
    return steps if is_fine else f"{who}\n{steps}{command}"


def _broken(view: FileView) -> str:
    lines = md_list(view.thresholds) if view.thresholds else ""
    told = "".join(_violation(v) for v in view.violations[:_MOST_TOLD])
    more = len(view.violations) - _MOST_TOLD
    rest = f"\n{plural(more, 'more rule')} failed.\n" if more > 0 else ""
    return f"{lines}{told}{rest}"


def _violation(violation: Violation) -> str:
    told = [("expected", violation.expected), ("came", violation.seen)]
    told += [("likely cause", violation.cause)] if violation.cause else []
    examples = [example_words(e) for e in violation.examples]
    head = f"### {md_text(violation.rule)} ({severity_words(violation)})\n"
    return f"\n{head}\n{_pairs(told)}{md_list(examples)}"


def _pairs(pairs: Sequence[tuple[str, str]]) -> str:
    return md_list([f"{name}: {value}" for name, value in pairs])
