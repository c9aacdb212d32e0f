"""The whole loop on one file, in a project of its own: the program that `bench_loop` measures.

A first part of the same table is the history, so that the measured file is judged by learnt
rules; only the second invocation is measured.
"""

import sys
from pathlib import Path

from dmaic_assets.settings.project import load_settings
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run, work_run
from dmaic_assets.work.run.platform import platform_of


def main() -> None:
    project = Path(sys.argv[1])
    with platform_of(load_settings(project)) as platform:
        request = RunRequest(workers=1)
        plan = plan_run(platform, request)
        result = work_run(platform, open_run(platform, plan, request), workers=1)
        for cell in result.cells:
            for verdict in cell.verdicts:
                print(verdict.decision, verdict.rows, verdict.accepted, round(verdict.score, 4))


if __name__ == "__main__":
    main()
