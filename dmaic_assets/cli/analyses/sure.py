"""What an analysis of the run came to, for the commands that tell of it: entropy and contracts.

What belongs here: getting at the value, all of it known or made now.
"""

from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import progress
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError, did_you_mean

if TYPE_CHECKING:
    from dmaic_assets.analysis.values.entropy import EntropyValue


def entropy_of(project: Path | None, sources: tuple[str, ...], *, is_quiet: bool) -> "EntropyValue":
    """The uncertainty of the accepted rows of a project; tables that are not named are left out.

    All tables are looked at even so: what links them is part of it.

    Raises:
        BadInputError: There is no project, no such source, or no accepted rows.
    """
    from dataclasses import replace

    from dmaic_assets.analysis.values.entropy import EntropyValue
    from dmaic_assets.defs.jobs.bulk import BulkWatch
    from dmaic_assets.defs.jobs.launch import execute_analyses
    from dmaic_assets.work.analyses.analyze import Asked, count_of

    asked = Asked(("entropy",))
    with platform_at(project) as platform, progress("analyses", is_quiet=is_quiet) as advance:
        pieces, watch = count_of(platform, asked), BulkWatch()
        done: list[str] = []

        def told(stage: str) -> None:
            done.append(stage)
            advance(len(done), pieces, stage)

        watch.on_stage = told
        results = execute_analyses(platform, asked, watch=watch)
    value = next(v for r in results if isinstance(v := r.outcome.value, EntropyValue))
    for source in sources:
        if source not in value.tables:
            culprit = f"has no accepted rows{did_you_mean(source, list(value.tables))}"
            raise BadInputError(source, culprit, "Put files in and judge them: dmaic run-all")
    wanted = {name: t for name, t in value.tables.items() if not sources or name in sources}
    return replace(value, tables=wanted)
