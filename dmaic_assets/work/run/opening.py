"""Opens a run when nobody else works on its files; waits, and plans again, while somebody does.

What belongs here: the order of planning, waiting and opening. Who works on what, `holders` knows.
"""

import time
from collections.abc import Callable
from dataclasses import dataclass

from dmaic_assets.errors import BusyError
from dmaic_assets.work.plan.plan import plan_run
from dmaic_assets.work.plan.planned import Plan
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.run.bulk import open_run
from dmaic_assets.work.run.holders import Holder, holder_of, others_at_work
from dmaic_assets.work.run.platform import Platform

# Seconds between two looks at files that another run holds.
_POLL_S = 0.2


@dataclass(frozen=True, slots=True)
class Opened:
    """A run that was opened, or None when others left nothing to do, and its plan.

    `waited_for` names the other runs that were waited for.
    """

    run_id: str | None
    plan: Plan
    waited_for: tuple[str, ...] = ()


def open_when_free(
    platform: Platform,
    request: RunRequest,
    plan: Plan,
    *,
    on_wait: Callable[[Holder], None] = lambda _holder: None,
) -> Opened:
    """Opens a run for a plan; waits for files in other hands, then plans what is left anew.

    Args:
        platform: The stores.
        request: What was asked for.
        plan: What is to be done as far as is known.
        on_wait: Told every other run that is waited for, once.
    """
    waited: dict[str, Holder] = {}
    while not plan.is_empty:
        try:
            return Opened(open_run(platform, plan, request), plan, tuple(waited))
        except BusyError:
            for holder in others_at_work(platform, plan):
                if holder.run_id not in waited:
                    waited[holder.run_id] = holder
                    on_wait(holder)
                _wait_for(platform, holder)
            plan = plan_run(platform, request)
    return Opened(None, plan, tuple(waited))


def _wait_for(platform: Platform, holder: Holder) -> None:
    while holder_of(platform, holder.run_id) is not None:
        time.sleep(_POLL_S)
