"""What a run or a rehearsal came to, as the shell tells it.

What belongs here: taking values of columns that tell of persons out of verdicts, so that no
terminal, log of a scheduler or JSON document holds them.
"""

from dataclasses import replace
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from dmaic_assets.work.run.bulk import RunResult
    from dmaic_assets.work.run.platform import Platform
    from dmaic_assets.work.run.rehearsal import Rehearsal


def result_shown(platform: "Platform", result: "RunResult") -> "RunResult":
    """What a run came to, without values that are kept back in its verdicts."""
    from dmaic_assets.work.kept_back.columns import HiddenColumns
    from dmaic_assets.work.kept_back.verdicts import without_hidden

    deciding = HiddenColumns(platform)
    cells = (
        replace(cell, verdicts=tuple(without_hidden(platform, cell.verdicts, deciding)))
        for cell in result.cells
    )
    return replace(result, cells=tuple(cells))


def rehearsal_shown(platform: "Platform", found: "Rehearsal") -> "Rehearsal":
    """What a rehearsal came to, without values that are kept back in its verdicts."""
    from dmaic_assets.work.kept_back.verdicts import without_hidden

    names, verdicts = [n for n, _ in found.judged], [v for _, v in found.judged]
    shown = zip(names, without_hidden(platform, verdicts), strict=True)
    return replace(found, judged=tuple(shown))
