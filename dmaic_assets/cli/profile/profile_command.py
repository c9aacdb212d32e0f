"""`dmaic profile`: the facts of files, of a project's sources or standing alone."""

from pathlib import Path
from typing import TYPE_CHECKING, Unpack

import click

from dmaic_assets.cli import errors
from dmaic_assets.cli.console import print_json
from dmaic_assets.cli.framework import ExampleCommand
from dmaic_assets.cli.runs.options import RunOptions, run_options, source_option
from dmaic_assets.errors import BadInputError
from dmaic_assets.model import Json, RuleSet

if TYPE_CHECKING:
    from dmaic_assets.cli.runs.main_job import Outcome
    from dmaic_assets.settings.project import Settings
    from dmaic_assets.work.run.platform import Platform

# Files up to which each is printed whole; more become one line each.
SHOWN_WHOLE = 3


@click.command(
    "profile",
    cls=ExampleCommand,
    examples=(
        "dmaic profile survey.csv",
        "dmaic profile survey.csv --json | jq '.profile.columns[].null_count'",
        "dmaic profile big.csv --sample 100000",
        "dmaic profile --source orders",
    ),
)
@click.argument("files", nargs=-1, type=click.Path(path_type=Path))
@source_option
@click.option(
    "--sample",
    type=click.IntRange(1),
    metavar="ROWS",
    help="Profile a random sample of a stand-alone file; the profile says so.",
)
@run_options
def profile(
    files: tuple[Path, ...],
    sources: tuple[str, ...],
    sample: int | None,
    **options: Unpack[RunOptions],
) -> int:
    """Measure files: rows, types, nulls, distributions.

    FILES that belong to no source of a project are profiled alone, without a project and leaving
    nothing behind. Otherwise the project's profiles are computed as far as they are not known.
    """
    from dmaic_assets.cli.runs.main_job import run_main_job
    from dmaic_assets.work.assets.registry import PROFILE_ASSETS

    settings = _project_of(options["project"])
    if files and not sources and not (settings and _belong(files, settings)):
        _profile_alone(files, sample=sample, is_json=options["is_json"])
        return errors.OK
    if sample is not None:
        fix = "Leave out --sample: a project's profiles are exact."
        raise BadInputError("--sample", "is for files outside of a project", fix)
    return run_main_job(
        {**options, "exit_zero": True},
        assets=PROFILE_ASSETS,
        sources=sources,
        files=files,
        report=_report_profiles,
    )


def _report_profiles(platform: "Platform", outcome: "Outcome", is_json: bool) -> None:  # noqa: FBT001 - the form of Report
    from dmaic_assets.cli.profile.render import print_profile, print_profile_lines
    from dmaic_assets.cli.profile.view import views_of_project
    from dmaic_assets.cli.runs.main_job import outcome_document

    views = views_of_project(platform, outcome)
    if is_json:
        profiles: list[Json] = [view.document() for view in views]
        print_json({**outcome_document(outcome), "profiles": profiles})
    elif len(views) <= SHOWN_WHOLE:
        for view in views:
            print_profile(view)
    else:
        print_profile_lines(views)


def _project_of(project: Path | None) -> "Settings | None":
    from dmaic_assets.cli.project import settings_at
    from dmaic_assets.settings.place import PROJECT_MARK

    start = (project or Path.cwd()).resolve()
    is_project = any((folder / PROJECT_MARK).is_file() for folder in (start, *start.parents))
    return settings_at(project) if is_project or project else None


def _belong(files: tuple[Path, ...], settings: "Settings") -> bool:
    """Whether any of the files is one of the project's, by place."""
    root, incoming = settings.paths.root, settings.paths.incoming.resolve()
    globs = [source.glob for source in settings.sources if source.glob]
    resolved = [file.resolve() for file in files]
    declared = {path.resolve() for pattern in globs for path in _matches(root, pattern)}
    return any(file.is_relative_to(incoming) or file in declared for file in resolved)


def _matches(root: Path, pattern: str) -> list[Path]:
    from glob import glob

    # Path.glob refuses absolute patterns.
    return [root / match for match in glob(pattern, root_dir=root, recursive=True)]  # noqa: PTH207


def _profile_alone(files: tuple[Path, ...], *, sample: int | None, is_json: bool) -> None:
    from dmaic_assets.cli.profile.render import print_profile
    from dmaic_assets.cli.profile.view import view_of_work
    from dmaic_assets.cli.standalone import default_settings, work_on
    from dmaic_assets.table.profile.profile import profile_table
    from dmaic_assets.table.read.discovery import source_slug

    documents: list[Json] = []
    for path in files:
        with default_settings() as settings:
            work = work_on(settings, path, RuleSet(source_slug(path.stem), ()))
            if work.problem is not None:
                raise work.problem
            facts = profile_table(work.typed, sample_rows=sample) if sample else work.profile
            view = view_of_work(work, facts)
            if is_json:
                documents.append(view.document())
            else:
                print_profile(view)
    if is_json:
        print_json(documents[0] if len(documents) == 1 else {"files": documents})
