"""What a run says when files of it could not be worked on: the refusal of the first, in full.

What belongs here: the way back from recorded tasks to an error of its class. A held file is no
failure and does not appear here.
"""

from collections.abc import Mapping

from dmaic_assets.errors import BadInputError, DmaicError, InvariantError, PolicyError, StoreError
from dmaic_assets.store.ledger.tasks.tasks import list_tasks
from dmaic_assets.work.run.platform import Platform
from dmaic_assets.work.run.stopping import is_left

_CLASSES: Mapping[str, type[DmaicError]] = {
    c.code: c for c in (BadInputError, InvariantError, PolicyError, StoreError)
}
_DEFECT = "See the log: this is a defect."


def refusal_of_files(platform: Platform, run_id: str) -> DmaicError | None:
    """Gives the refusal that a run ends with; None when every file could be worked on.

    Its class, culprit and fix are those that the first failed file was refused with; what the
    run could do stands.
    """
    ended = list_tasks(platform.ledger, run_id=run_id, states=("FAILED",))
    failed = [task for task in ended if not is_left(task)]
    if not failed:
        return None
    first, others = failed[0], len(failed) - 1
    told = first.error if isinstance(first.error, dict) else {}
    kind = _CLASSES.get(str(told.get("error")), InvariantError)
    more = f" (and {others} more file{'s' if others > 1 else ''})" if others else ""
    name = first.file
    culprit = f"{str(told.get('detail') or 'the task failed').removeprefix(f'{name}: ')}{more}"
    hint = str(told.get("hint") or _DEFECT)
    return kind(name, culprit, f"{hint} Then run again: only what is missing is done.")
