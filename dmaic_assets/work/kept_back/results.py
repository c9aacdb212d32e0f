"""What a run came to as everybody may read it.

What belongs here: taking values of columns that tell of persons out of the verdicts of a run.
"""

from dataclasses import replace

from dmaic_assets.work.kept_back.columns import HiddenColumns
from dmaic_assets.work.kept_back.verdicts import without_hidden
from dmaic_assets.work.run.bulk import RunResult
from dmaic_assets.work.run.platform import Platform


def result_shown(platform: Platform, result: RunResult) -> RunResult:
    """Takes values that are kept back out of the verdicts of a run; the rest stays."""
    deciding = HiddenColumns(platform)
    cells = (
        replace(cell, verdicts=tuple(without_hidden(platform, cell.verdicts, deciding)))
        for cell in result.cells
    )
    return replace(result, cells=tuple(cells))
