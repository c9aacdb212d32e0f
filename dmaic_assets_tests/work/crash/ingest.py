"""The program that crash tests kill: it works everything, with workers, until it is done.

A task that was in hand at its last allowed crash ends as failed in the run that finds its lease
still running, as a poison task should; the next run takes it up with all its attempts.
"""

import sys
from pathlib import Path

from dmaic_assets.settings.project import load_settings
from dmaic_assets.store.ledger.effects.reconcile import reconcile
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import work_run
from dmaic_assets.work.run.opening import open_when_free
from dmaic_assets.work.run.platform import Platform, platform_of

# Short, so that the task of a killed process is taken over soon.
LEASES = {"lease_ttl_s": 1.0, "heartbeat_s": 0.25}
MOST_RUNS = 3


def main() -> None:
    # Whatever is half-written was left by the process that was killed, unless told otherwise.
    stale_s = float(sys.argv[2]) if len(sys.argv) > 2 else 0.0
    settings = load_settings(Path(sys.argv[1]), overrides={"ledger": LEASES})
    with platform_of(settings) as platform:
        # From here on a kill meets work, not the loading of libraries.
        sys.stdout.write("ready\n")
        sys.stdout.flush()
        reconcile(platform.ledger, platform.paths, stale_s=stale_s)
        for _ in range(MOST_RUNS):
            if not failures(platform):
                return
        raise SystemExit(f"{MOST_RUNS} runs left files that could not be worked on")


def failures(platform: Platform) -> int:
    """Works everything in one run; tells how many files could not be worked on."""
    request = RunRequest()
    # Beside another machine it waits for files in that one's hands, as every command does.
    opened = open_when_free(platform, request, plan_run(platform, request))
    if opened.run_id is None:
        return 0
    return len(work_run(platform, opened.run_id, workers=2).errors)


if __name__ == "__main__":
    main()
