"""`--format`: verdicts for systems of continuous integration, without values of persons."""

from collections.abc import Callable, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Literal, TypeAlias, TypeVar, get_args

import click

from dmaic_assets.errors import BadInputError

if TYPE_CHECKING:
    from dmaic_assets.model import Verdict
    from dmaic_assets.reports.ci.told import Judged

CiForm: TypeAlias = Literal["junit", "sarif", "github"]
FunctionT = TypeVar("FunctionT", bound=Callable[..., object])


def format_option(function: FunctionT) -> FunctionT:
    """Adds `--format`: exactly one document, or annotations alone, on standard output."""
    return click.option(
        "--format",
        "form",
        type=click.Choice(get_args(CiForm)),
        help="For continuous integration: JUnit XML, SARIF 2.1.0, or annotations of GitHub Actions."
        " A held file is a failed test, or an error. Values of persons are kept back.",
    )(function)


def refuse_both(form: CiForm | None, *, is_json: bool) -> None:
    """Refuses two documents on one standard output.

    Raises:
        BadInputError: A form and `--json` are asked for.
    """
    if form and is_json:
        raise BadInputError(f"--format {form}", "goes with no --json", "Give one of the two.")


def print_ci(
    form: CiForm, found: "Sequence[tuple[Path, Verdict]]", *, rules_file: Path | None = None
) -> None:
    """Prints verdicts in a form of continuous integration.

    Args:
        form: Which one.
        found: Files and verdicts.
        rules_file: The rules that judged, where values of persons are still in the verdicts; None
            where they were taken out.
    """
    from dmaic_assets.reports.ci.told import Judged

    verdicts = [verdict for _, verdict in found]
    shown = verdicts if rules_file is None else _without_hidden(verdicts, rules_file)
    judged = [Judged(_named(file), v) for (file, _), v in zip(found, shown, strict=True)]
    # All of these forms are UTF-8, whatever the terminal is.
    click.echo(_text_of(form, judged).encode(), nl=False)


def _text_of(form: CiForm, judged: "Sequence[Judged]") -> str:
    if form == "junit":
        from dmaic_assets.reports.ci.junit import junit_xml

        return junit_xml(judged)
    if form == "sarif":
        from dmaic_assets.reports.ci.sarif import sarif_json

        return sarif_json(judged)
    from dmaic_assets.reports.ci.github import github_annotations

    return github_annotations(judged)


def _named(file: Path) -> str:
    """A file as readers of the report know it: from this folder on, where it is below."""
    here = Path.cwd()
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _without_hidden(verdicts: "Sequence[Verdict]", rules_file: Path) -> "list[Verdict]":
    """Takes values of persons out: as the project of the rule file says, else by names."""
    from dmaic_assets.cli.rules.personal import hidden_of
    from dmaic_assets.work.kept_back.verdicts import columns_named, verdict_shown

    named = {verdict.source: set[str]() for verdict in verdicts}
    for verdict in verdicts:
        named[verdict.source] |= columns_named(verdict.violations)
    hidden = {source: hidden_of(rules_file, source, own) for source, own in named.items()}
    return [verdict_shown(v, hidden[v.source], frozenset(named[v.source])) for v in verdicts]
