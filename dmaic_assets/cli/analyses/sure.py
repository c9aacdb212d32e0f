"""What analyses came to, for the commands that tell of them: entropy, contracts, context.

What belongs here: getting at outcomes, all of them known or made now.
"""

from collections.abc import Sequence
from dataclasses import replace
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

from dmaic_assets.cli.console import progress
from dmaic_assets.cli.project import platform_at
from dmaic_assets.errors import BadInputError, did_you_mean

if TYPE_CHECKING:
    from dmaic_assets.analysis.values.entropy import EntropyValue
    from dmaic_assets.work.analyses.analyze import Analysed, Asked
    from dmaic_assets.work.run.platform import Platform


def studied(platform: "Platform", asked: "Asked", *, is_quiet: bool) -> "Analysed":
    """What analyses of accepted rows came to and which failed, with progress on a terminal.

    Raises:
        BadInputError: There is no such analysis or source, or there are no accepted rows.
    """
    from dmaic_assets.defs.jobs.bulk import BulkWatch
    from dmaic_assets.defs.jobs.launch import execute_analyses
    from dmaic_assets.work.analyses.analyze import count_of

    watch = BulkWatch()
    with progress("analyses", is_quiet=is_quiet) as advance:
        done: list[str] = []
        # Counted when something is made: what is known needs no list of accepted files for it.
        pieces = cache(lambda: count_of(platform, asked))

        def told(stage: str) -> None:
            done.append(stage)
            advance(len(done), pieces(), stage)

        watch.on_stage = told
        return execute_analyses(platform, asked, watch=watch)


def entropy_of(project: Path | None, sources: tuple[str, ...], *, is_quiet: bool) -> "EntropyValue":
    """The uncertainty of the accepted rows of a project; tables that are not named are left out.

    All tables are looked at even so: what links them is part of it.

    Raises:
        BadInputError: There is no project, no such source, or no accepted rows.
        InvariantError: An analysis that it reads failed.
    """
    from dmaic_assets.analysis.values.entropy import EntropyValue
    from dmaic_assets.work.analyses.analyze import Asked

    with platform_at(project) as platform:
        made = studied(platform, Asked(("entropy",)), is_quiet=is_quiet)
    if made.refusal is not None:
        raise made.refusal
    value = next(v for r in made.results if isinstance(v := r.outcome.value, EntropyValue))
    refuse_unknown(sources, list(value.tables))
    wanted = {name: t for name, t in value.tables.items() if not sources or name in sources}
    return replace(value, tables=wanted)


def refuse_unknown(sources: Sequence[str], there: Sequence[str]) -> None:
    """Refuses a source that no table is of.

    Raises:
        BadInputError: It has no accepted rows; a similar name is suggested.
    """
    for source in sources:
        if source not in there:
            culprit = f"has no accepted rows{did_you_mean(source, there)}"
            fix = "Put files into data/incoming/ and judge them: dmaic run-all"
            raise BadInputError(source, culprit, fix)
