"""The sources whose newest files are all held for the same reason, from the ledger.

What belongs here: finding their verdicts. What such a row of files means, `gate.repeated` knows.
"""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from itertools import takewhile

from dmaic_assets.gate.repeated import LEAST_FILES, RepeatedHold, repeated_hold
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.store.ledger.record.verdicts import latest_verdicts
from dmaic_assets.work.run.platform import Platform


def repeated_holds(platform: Platform, files: Iterable[Arrival]) -> tuple[RepeatedHold, ...]:
    """Finds what waits for a word of people: rows of held files that agree with each other.

    Args:
        platform: The stores.
        files: Arrivals of any sources, in arrival order.

    Returns:
        At most one for each source, by name of the source.
    """
    by_source: defaultdict[str, list[Arrival]] = defaultdict(list)
    for arrival in files:
        if arrival.is_current and arrival.disposition != "landed":
            by_source[arrival.source].append(arrival)
    found = (_of_source(platform, source, held) for source, held in sorted(by_source.items()))
    return tuple(hold for hold in found if hold is not None)


def _of_source(platform: Platform, source: str, judged: Sequence[Arrival]) -> RepeatedHold | None:
    held = [*takewhile(lambda arrival: arrival.disposition == "rejected", reversed(judged))][::-1]
    # Most sources end here: their verdicts need not be read.
    if len(held) < LEAST_FILES:
        return None
    known = latest_verdicts(platform.ledger, source, [a.sha256 for a in held])
    newest = [(a.name, known[a.sha256].verdict) for a in held if a.sha256 in known]
    return repeated_hold(source, newest)
