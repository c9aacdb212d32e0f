"""The key of every file of a source, and what it is made of, before any of them is looked up.

What belongs here: working the keys out from chains, settings and what people said. Keys are looked
up together, so that a plan asks the ledger as often for ten thousand files as for ten.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from dmaic_assets.model import Json
from dmaic_assets.store.ledger.record.files import Arrival
from dmaic_assets.work.cohort.members import Cohort, cohorts_of
from dmaic_assets.work.file.baseline import AcceptedFiles
from dmaic_assets.work.people.hand_rules import HandRules
from dmaic_assets.work.people.source_changes import SourceChanges
from dmaic_assets.work.plan.chain import Chain, ChainFile
from dmaic_assets.work.plan.memo_keys import FileKeys, of_file, source_components, with_links
from dmaic_assets.work.plan.request import RunRequest
from dmaic_assets.work.plan.scope import wants
from dmaic_assets.work.run.platform import Platform


@dataclass(frozen=True, slots=True)
class Said:
    """What the files of each source are judged by, beside settings: hand rules and repairs."""

    hand: Mapping[str, HandRules]
    changes: Mapping[str, SourceChanges]


@dataclass(frozen=True, slots=True)
class Keyed:
    """A file with the key of its result and its parts; both are empty when nobody wants it."""

    item: ChainFile
    cohort: Cohort | None
    components: Mapping[str, Json]
    key: str


def keyed_files(
    platform: Platform,
    request: RunRequest,
    chain: Chain,
    *,
    said: Said,
    links: Callable[[Arrival | None], Mapping[str, Json]],
) -> list[Keyed]:
    """Works out the key of each file of a chain, in its order.

    Args:
        platform: Its settings are read.
        request: Tells which files are wanted.
        chain: The files.
        said: What people said of the source.
        links: Gives the versions of other sources' keys that count for a file judged before.
    """
    hand = said.hand[chain.source]
    shared = source_components(
        platform.settings,
        chain.source,
        hand_rules=hand.version,
        threshold=request.threshold,
        changes=said.changes[chain.source].component,
    )
    keys = FileKeys(shared)
    cohorts = _cohorts(platform, request, chain, hand)
    version = _versions(chain, cohorts, window=platform.settings.dmaic.runs.baseline_window)
    found: list[Keyed] = []
    for position, item in enumerate(chain.files):
        cohort = cohorts.get(item.file.sha256)
        if not wants(request, item.file):
            found.append(Keyed(item, cohort, {}, ""))
            continue
        released = hand.released.get(item.file.sha256)
        components = of_file(
            shared, item.file, baseline=version(position, cohort), released=released
        )
        key = keys.key(components)
        # A key is all of its parts: a file that has this one was judged without links.
        if item.arrival is not None and key != item.arrival.file_key:
            linked = links(item.arrival)
            if linked:
                components = with_links(components, linked)
                key = keys.key(components)
        found.append(Keyed(item, cohort, components, key))
    return found


def _versions(
    chain: Chain, cohorts: Mapping[str, Cohort], *, window: int
) -> Callable[[int, Cohort | None], str]:
    """Gives the version of the history of the file at a position of the chain."""
    accepted = AcceptedFiles(chain.arrivals)
    sequence_end = max((a.sequence for a in chain.arrivals), default=0) + 1
    before = [
        item.arrival.sequence if item.arrival else sequence_end + position
        for position, item in enumerate(chain.files)
    ]
    # Members have what came before all of them as their baseline.
    begun: dict[str, int] = {}
    for position, item in enumerate(chain.files):
        if (cohort := cohorts.get(item.file.sha256)) is not None:
            begun.setdefault(cohort.first, before[position])
    of_cohort: dict[Cohort, str] = {}

    def version(position: int, cohort: Cohort | None) -> str:
        if cohort is None:
            return accepted.version_before(before[position], None, window=window)
        if cohort not in of_cohort:
            first = begun[cohort.first]
            of_cohort[cohort] = accepted.version_before(first, cohort, window=window)
        return of_cohort[cohort]

    return version


def _cohorts(
    platform: Platform, request: RunRequest, chain: Chain, hand: HandRules
) -> Mapping[str, Cohort]:
    """The cohorts of a source, those included that the run would make."""
    files = [(a.sha256, a.run_id) for a in chain.arrivals]
    new = (item.file for item in chain.files if item.is_new)
    files += [(file.sha256, "") for file in new if wants(request, file)]
    window = platform.settings.dmaic.runs.baseline_window
    return cohorts_of(files, hand.released, window=window)
